/**
 * What was seen of folders and documents before: it holds as long as nothing about them has moved, as in git's index. A stamp is how
 * something stood: what the file system says of it whenever it is touched. Source: git's Documentation/technical/racy-git.
 */

/** Device, inode, mode, size, and the times of the last write and of the last change. */
export type Stamp = readonly number[];

/** One name in a folder. */
export interface Entry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Of a document, when it was read and has stood still since. */
  readonly seen?: { readonly stamp: Stamp; readonly oid: string };
}

/** What was seen of a folder and the documents in it. */
export interface Sighting {
  /** null: names may have changed without a trace. */
  readonly stamp: Stamp | null;
  readonly entries: readonly Entry[];
}

/** What was seen before, and a place for what is seen now, by folder. */
export interface Sightings {
  readonly before: ReadonlyMap<string, Sighting>;
  readonly now: Map<string, Sighting>;
}

/** How something stands, as the file system says. Units: milliseconds since the epoch. */
interface Standing {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** Clocks of file systems are that coarse, and those of others may be ahead. Units: milliseconds. */
const coarse = 3000;

/** Stamp how something stands. */
export function stampOf({ dev, ino, mode, size, mtimeMs, ctimeMs }: Standing): Stamp {
  return [dev, ino, mode, size, mtimeMs, ctimeMs];
}

/** Does something stand as it did? */
export function isUnmoved(stamp: Stamp, now: Standing): boolean {
  return stamp[0] === now.dev && stamp[1] === now.ino && stamp[2] === now.mode && stamp[3] === now.size && stamp[4] === now.mtimeMs && stamp[5] === now.ctimeMs;
}

/** Would it look different if it was touched again? Not what was touched only just before the look. Units: milliseconds since the epoch. */
export function isSettled({ mtimeMs, ctimeMs }: Standing, lookedAt: number): boolean {
  return Math.max(mtimeMs, ctimeMs) < lookedAt - coarse;
}

/** Put what was seen of a folder's entries to their names: one that came or went says nothing of the others. */
export function withSeen(entries: readonly Entry[], known: Sighting | undefined): readonly Entry[] {
  const before = new Map(known?.entries.map((entry) => [entry.name, entry]));
  return entries.map((entry) => {
    const other = before.get(entry.name);
    return other?.type === entry.type ? other : entry;
  });
}
