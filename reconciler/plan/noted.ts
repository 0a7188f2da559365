/** The paths of a host that was found as an earlier run noted it down, each with its stamp and with how much of it was looked at. */
import { stampNumbers } from '../model/machine.ts';
import type { Paths, Resting } from './stillness.ts';

/** How a path was looked at: as in Paths. */
export type Manner = keyof Paths;

/** A path that was noted down. */
export interface Noted {
  readonly manner: Manner;
  /** Its numbers, all zero where nothing is. */
  readonly stamp: Float64Array;
}

/** Find all paths of a note. */
export function noted(resting: Resting | null): ReadonlyMap<string, Noted> {
  const found = new Map<string, Noted>();
  if (resting === null) return found;
  const { still: { paths }, stamped: { rows } } = resting;
  let row = 0;
  for (const manner of ['read', 'other', 'outside'] as const) {
    for (const path of paths[manner]) {
      found.set(path, { manner, stamp: rows.subarray(row * stampNumbers, (row + 1) * stampNumbers) });
      row += 1;
    }
  }
  return found;
}

/** Find one path for each pair of numbers of a user and a group: what is said of whoever has them there counts for all that is theirs. */
export function oneOfEach(paths: ReadonlyMap<string, Noted>): readonly { readonly numbers: string; readonly path: string }[] {
  const found = new Map<string, string>();
  for (const [path, { stamp: [mode, , , uid, gid] }] of paths) if (mode !== 0) found.set(`${uid}:${gid}`, path);
  return [...found].map(([numbers, path]) => ({ numbers, path }));
}
