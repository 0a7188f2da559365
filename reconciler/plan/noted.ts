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

/** Everything that was noted down, by path. Of thousands few are asked for. */
export interface Notes {
  readonly size: number;
  keys(): Iterable<string>;
  get(path: string): Noted | undefined;
  /** Put the numbers of each of these paths in its row; nothing where it was not noted down. */
  copyTo(rows: Float64Array, paths: readonly string[]): void;
}

/** Find all paths of a note. */
export function noted(resting: Resting | null): Notes {
  const rows = new Map<string, number>();
  const { read = [], other = [], outside = [] } = resting?.still.paths ?? {};
  const all = [...read, ...other, ...outside];
  for (const [row, path] of all.entries()) rows.set(path, row);
  const mannerOf = (row: number): Manner => (row < read.length ? 'read' : row < read.length + other.length ? 'other' : 'outside');
  const stamps = resting?.stamped.rows ?? new Float64Array();
  return {
    size: rows.size,
    keys: () => rows.keys(),
    get: (path) => {
      const row = rows.get(path);
      return row === undefined ? undefined : { manner: mannerOf(row), stamp: stamps.subarray(row * stampNumbers, (row + 1) * stampNumbers) };
    },
    copyTo: (others, paths) => {
      if (paths.length === all.length && paths.every((path, row) => path === all[row])) return others.set(stamps);
      for (const [to, path] of paths.entries()) {
        const from = (rows.get(path) ?? all.length) * stampNumbers;
        others.set(stamps.subarray(from, from + stampNumbers), to * stampNumbers);
      }
    },
  };
}

/** Find one path for each pair of numbers of a user and a group: what is said of whoever has them there counts for all that is theirs. */
export function oneOfEach(notes: Notes): readonly { readonly numbers: string; readonly path: string }[] {
  const found = new Map<string, string>();
  for (const path of notes.keys()) {
    const [mode = 0, , , uid, gid] = notes.get(path)?.stamp ?? [];
    if (mode !== 0) found.set(`${uid}:${gid}`, path);
  }
  return [...found].map(([numbers, path]) => ({ numbers, path }));
}
