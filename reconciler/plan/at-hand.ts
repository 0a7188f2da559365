/**
 * Whether a host is as an earlier run noted it down, as far as a part of a catalog (Catalog.beside) goes: what is looked at for it, and all that
 * the units in it read. Of all else the note says how it was, by a stamp for each path (stamps-file.ts); whether it still is, the next run finds that
 * has nothing to do, or that may not do without any more. What programs say is asked for what is in the part, and once all is done (rest.ts).
 */
import { firstFrom } from '../model/book.ts';
import { isSameStamp, ownRoom, type Machine } from '../model/machine.ts';
import type { Resource } from '../model/resource.ts';
import { group, kindOf, type Kinds } from './observe.ts';
import { parentOf } from './order.ts';
import { recollectStamps } from './stamps-file.ts';
import { lookAgain, rowAt, stampDigest, withYoung, youngAsSaid, type Paths, type Resting, type Stamped, type Stillness, type Waking } from './stillness.ts';

/** So many runs may do so one after the other. */
export const mostInPart = 8;

/** A part, and what tells how it is looked at. */
export interface AtHand {
  readonly resources: readonly Resource[];
  readonly kinds: Kinds;
}

/** Is what is at hand as it was, and what is read in these turns as well? Shape: as of restingAt; null also where nobody knows how all else was. */
export async function restingAtHand(machine: Machine, still: Stillness, waking: Waking, part: AtHand): Promise<Resting | null> {
  const { read, other, outside } = still.paths;
  const rows = await recollectStamps(machine, read.length + other.length + outside.length);
  if (rows === null) return null;
  const { found, numbers } = atHand(still.paths, part);
  const isStill = (fresh: Stamped): boolean => stampDigest({ ...fresh, rows }) === still.stamp && numbers.every((number, index) => isSameStamp(rowAt(rows, number), rowAt(fresh.rows, index)));
  const again = await lookAgain(machine, still, { paths: found, said: [] });
  const young = await youngAsSaid(machine, still, waking, { again, said: [], isStill });
  return young === null ? null : { still: withYoung(still, young), stamped: { ...again.stamped, rows }, isPart: true };
}

/** Find the paths that are at hand, and the number that each has among all. Those of a note are sorted. */
function atHand(paths: Paths, { resources, kinds }: AtHand): { readonly found: Paths; readonly numbers: readonly number[] } {
  const probed = [...group(resources)].flatMap(([name, members]) => kindOf(kinds, name).probe(members).flatMap((probe) => ('path' in probe ? [probe.path] : [])));
  const reads = [ownRoom, ...resources.flatMap(({ load }) => load?.reads ?? [])];
  const named = [...probed, ...resources.flatMap(({ name }) => [name, parentOf(name)]), ...reads.map((path) => path.replace(/\/$/, ''))];
  const below = reads.filter((path) => path.endsWith('/'));
  const numbers: number[] = [];
  let before = 0;
  const among = (those: readonly string[]): readonly string[] => {
    const found = new Set<number>();
    for (const path of named) {
      const number = firstFrom(those, path);
      if (those[number] === path) found.add(number);
    }
    for (const path of below) for (let number = firstFrom(those, path); those[number]?.startsWith(path) === true; number += 1) found.add(number);
    const sorted = [...found].sort((a, b) => a - b);
    for (const number of sorted) numbers.push(before + number);
    before += those.length;
    return sorted.flatMap((number) => those[number] ?? []);
  };
  return { found: { read: among(paths.read), other: among(paths.other), outside: among(paths.outside) }, numbers };
}
