/**
 * What of a host is another than a run noted it down (stillness.ts), where that is little: a file that was changed by hand, a home that its member
 * opened, a daemon that died. All else is as it was, so that only what these are about need be looked at, and put right.
 */
import { isSameStamp, stampNumbers, type Machine } from '../model/machine.ts';
import { recollectStamps } from './stamps-file.ts';
import { contentsIn, gistOf, isYoung, lookAgain, rowAt, stampDigest, type Paths, type Resting, type Stillness, type Waking } from './stillness.ts';
import { turnOf } from './turns.ts';

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

/** Find it. Shape: null when nobody knows, when it is much, and when what is the same does not stand for the same: numbers of users have other names. */
export async function movedSince(machine: Machine, still: Stillness, { turns, now }: Waking): Promise<Moved | null> {
  const { paths, said, young, stamp, contents } = still;
  const all = [...paths.read, ...paths.other, ...paths.outside];
  const rows = await recollectStamps(machine, all.length);
  if (rows === null) return null;
  const { stamped, gists, nodes } = await lookAgain(machine, still, still);
  if (stampDigest({ ...stamped, rows }) !== stamp) return null;
  const isAt = (row: number): boolean => isSameStamp(rowAt(rows, row), rowAt(stamped.rows, row));
  const moved = new Set(all.filter((_, row) => !isAt(row)));
  const asked = said.flatMap(([argv, was], index) => (gists[index] === was ? [] : [argv]));
  if (moved.size + asked.length === 0 || moved.size > most) return null;
  if (!young.every(([path, , was], index) => moved.has(path) || gistOf(nodes[index] ?? null) === was)) return null;
  // What is read in these turns is told for each turn as a whole.
  if (turns.some((turn) => [...moved].some((path) => turnOf(path) === turn))) return null;
  for (const turn of turns) if ((await contentsIn(machine, paths.read, turn)) !== contents[turn]) return null;
  const rest: Stillness = {
    ...still,
    paths: without(paths, moved),
    said: said.filter(([, was], index) => gists[index] === was),
    young: young.filter(([path], index) => !moved.has(path) && isYoung(nodes[index]?.changedAt ?? 0, now)),
  };
  return { paths: [...moved], asked, resting: { still: rest, stamped: { ...stamped, rows: rowsOf(stamped.rows, all.flatMap((path, row) => (moved.has(path) ? [] : [row]))) }, isPart: false } };
}

function without({ read, other, outside }: Paths, moved: ReadonlySet<string>): Paths {
  const stands = (path: string): boolean => !moved.has(path);
  return { read: read.filter(stands), other: other.filter(stands), outside: outside.filter(stands) };
}

function rowsOf(rows: Float64Array, chosen: readonly number[]): Float64Array {
  const found = new Float64Array(chosen.length * stampNumbers);
  for (const [to, row] of chosen.entries()) found.set(rowAt(rows, row), to * stampNumbers);
  return found;
}
