/** The lines of an inventory, sorted by id: all of them in memory, some that differ from others, or in blocks of a text (entry-blocks.ts). */
import { amended } from '../model/amended.ts';
import type { Id } from '../model/resource.ts';
import { compareText } from '../model/source.ts';

/** Lines without their ends, sorted by id. */
export interface Lines extends Iterable<readonly [id: Id, line: string]> {
  readonly size: number;
  get(id: Id): string | undefined;
  /** Name those whose id begins so, in order. */
  beginning(start: string): readonly Id[];
}

/** Take lines that are all there, in the order of their ids. */
export function linesIn(lines: ReadonlyMap<Id, string>): Lines {
  return {
    size: lines.size,
    get: (id) => lines.get(id),
    beginning: (start) => [...lines.keys()].filter((id) => id.startsWith(start)),
    [Symbol.iterator]: () => lines[Symbol.iterator](),
  };
}

/** Take lines that differ from others by a few. `changes`: null for one that is gone; `size`: how many there are then. */
export function differing(from: Lines, changes: ReadonlyMap<Id, string | null>, size: number): Lines {
  if (changes.size === 0) return from;
  let whole: ReadonlyMap<Id, string> | null = null;
  return {
    size,
    get: (id) => (changes.has(id) ? (changes.get(id) ?? undefined) : from.get(id)),
    beginning: (start) => {
      const stays = from.beginning(start).filter((id) => !changes.has(id));
      const come = [...changes].flatMap(([id, line]) => (line !== null && id.startsWith(start) ? [id] : []));
      return come.length === 0 ? stays : [...stays, ...come].sort(compareText);
    },
    [Symbol.iterator]: () => (whole ??= amended(new Map(from), changes))[Symbol.iterator](),
  };
}

/** Name what a line is about: its beginning says so. */
export function idOn(line: string): Id {
  const id = line.slice(2, line.indexOf('"', 2));
  return (id.includes('\\') ? (JSON.parse(line) as readonly [Id])[0] : id) as Id;
}
