/** The paths of a host that was found as an earlier run noted it down, each with its stamp and with how much of it was looked at. */
import { firstFrom } from '../model/book.ts';
import { stampNumbers } from '../model/machine.ts';
import { inRows, nowhere, rowAt, type Manner, type Paths, type Resting } from './stillness.ts';

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
  copyTo(rows: Float64Array, paths: Paths): void;
}

/** Where a path stands among many. */
export interface Spot {
  readonly manner: Manner;
  readonly row: number;
}

/** Find where a path stands; null where it is not there. Each list is sorted, so that nobody who asks for a few goes through the others. */
export function spotIn({ read, other, outside }: Paths, path: string): Spot | null {
  const lists = [{ manner: 'read', paths: read, before: 0 }, { manner: 'other', paths: other, before: read.length }, { manner: 'outside', paths: outside, before: read.length + other.length }] as const;
  for (const { manner, paths, before } of lists) {
    const at = firstFrom(paths, path);
    if (paths[at] === path) return { manner, row: before + at };
  }
  return null;
}

/** Find all paths of a note. */
export function noted(resting: Resting | null): Notes {
  const known = resting?.still.paths ?? nowhere;
  const size = known.read.length + known.other.length + known.outside.length;
  const stamps = resting?.stamped.rows ?? new Float64Array();
  const stampAt = (row: number): Float64Array => rowAt(stamps, row);
  return {
    size,
    keys: () => inRows(known),
    get: (path) => {
      const found = spotIn(known, path);
      return found === null ? undefined : { manner: found.manner, stamp: stampAt(found.row) };
    },
    copyTo: (others, paths) => {
      if (paths === known) return others.set(stamps);
      const own = inRows(known);
      let next = 0;
      // Nearly all stand where they stood, or a few places further.
      for (const [to, path] of inRows(paths).entries()) {
        const row = own[next] === path ? next : (spotIn(known, path)?.row ?? size);
        if (row < size) next = row + 1;
        others.set(stampAt(row), to * stampNumbers);
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
