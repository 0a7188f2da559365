/**
 * What of a host is another than a run noted it down (stillness.ts), where that is little: a file that was changed by hand, a home that its member
 * opened, a daemon that died. All else is as it was, so that only what these are about need be looked at, and put right.
 */
import { isSameStamp, stampNumbers, type Machine } from '../model/machine.ts';
import { recollectStamps } from './stamps-file.ts';
import { inRows, rowAt, stampDigest, youngIn, type Again, type Paths, type Resting, type Stillness, type Waking } from './stillness.ts';

/** Where more is another, to look at everything is no more work. */
const most = 100;

/** What is another. */
export interface Moved {
  readonly paths: readonly string[];
  /** What was asked of programs that say something else now. */
  readonly asked: readonly (readonly string[])[];
  /** All else, which is as it was noted down. */
  readonly resting: Resting;
}

/** Find it in what was seen of all that a note speaks of. Shape: null when nobody knows, when it is much, and when what is the same does not stand for the same: numbers of users have other names. */
export async function movedSince(machine: Machine, still: Stillness, waking: Waking, { stamped, gists, nodes }: Again): Promise<Moved | null> {
  const { paths, said, stamp } = still;
  const all = inRows(paths);
  const rows = await recollectStamps(machine, all.length);
  if (rows === null) return null;
  if (stampDigest({ ...stamped, rows }) !== stamp) return null;
  const stands = all.map((_, row) => isSameStamp(rowAt(rows, row), rowAt(stamped.rows, row)));
  const moved = new Set(all.filter((_, row) => !stands[row]));
  const isSaid = said.map(([, was], index) => gists[index] === was);
  const asked = said.flatMap(([argv], index) => (isSaid[index] ? [] : [argv]));
  if (moved.size + asked.length === 0 || moved.size > most) return null;
  const young = await youngIn(machine, still, waking, { nodes, moved });
  if (young === null) return null;
  const rest = { ...still, paths: without(paths, moved), said: said.filter((_, index) => isSaid[index]), young };
  return { paths: [...moved], asked, resting: { still: rest, stamped: { ...stamped, rows: rowsOf(stamped.rows, stands) }, isPart: false } };
}

function without({ read, other, outside }: Paths, moved: ReadonlySet<string>): Paths {
  const stands = (path: string): boolean => !moved.has(path);
  return { read: read.filter(stands), other: other.filter(stands), outside: outside.filter(stands) };
}

/** Those rows that stand. */
function rowsOf(rows: Float64Array, stands: readonly boolean[]): Float64Array {
  return rows.filter((_, index) => stands[Math.floor(index / stampNumbers)]);
}
