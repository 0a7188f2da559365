import type { Source } from '../model/source.ts';
import { placeOf } from './lines.ts';

/** A way to a value: keys of maps and indexes of lists. */
export type Path = readonly (string | number)[];

/**
 * Where everything in a document was written, as plain data: for each value the offset of its key (or list item), its own, and how many
 * numbers it takes with all that is inside it, which come right after in the value's own order.
 */
export interface Places {
  /** Where the lines begin. */
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/** Finds where a value was written, and where the key that holds it; of what is not there, the nearest value around it. */
export interface Finder {
  readonly at: (...path: Path) => Source;
  readonly keyAt: (...path: Path) => Source;
}

/** Make a finder of the places in a file's value. */
export function finderOf(file: string, value: unknown, { starts, offsets }: Places): Finder {
  const find = (path: Path, which: number): Source => placeOf({ file, starts }, offsets[indexOf(path, value, offsets) + which] ?? 0);
  return { keyAt: (...path) => find(path, 0), at: (...path) => find(path, 1) };
}

function indexOf(path: Path, value: unknown, offsets: Places['offsets']): number {
  let [index, inside] = [0, value];
  for (const step of path) {
    const found = isContainer(inside) ? childAt(step, { index, inside, offsets }) : undefined;
    if (found === undefined) return index;
    [index, inside] = [found, (inside as { readonly [key: string | number]: unknown })[step]];
  }
  return index;
}

interface Container {
  readonly index: number;
  readonly inside: object;
  readonly offsets: Places['offsets'];
}

/** Where what is inside lists and maps begins, once somebody asked: counting from the start each time takes time that grows with their square. */
const known = new WeakMap<object, ReadonlyMap<string, number>>();

function childAt(step: string | number, container: Container): number | undefined {
  const children = known.get(container.inside) ?? childrenOf(container);
  known.set(container.inside, children);
  return children.get(String(step));
}

function childrenOf({ index, inside, offsets }: Container): ReadonlyMap<string, number> {
  let next = index + 3;
  return new Map(Object.keys(inside).map((key) => {
    const at = next;
    next += offsets[at + 2] ?? 0;
    return [key, at];
  }));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
