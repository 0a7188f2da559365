/**
 * What was seen of folders and of the documents in them before: it holds as long as nothing about them has moved, as in git's index. A folder
 * holds as a whole: one document in it that moved has all that is in it read again, and nothing that is in the folders below.
 * Source: git's Documentation/technical/racy-git.
 */
import { digestOfNumbers } from '../model/digest.ts';

/** A folder in which there is nothing that should not be, as it was. */
export interface Sighting {
  /** Stands for how it and each of its documents stood. */
  readonly stamp: string;
  /** Stands for the names and the bytes of its documents. */
  readonly contents: string;
  /** The names of the folders that are in it, and of its documents, sorted. */
  readonly folders: readonly string[];
  readonly documents: readonly string[];
  /** The content of each of its documents. */
  readonly oids: () => readonly string[];
}

/** What was seen before, by folder, and a place for what is seen now. */
export interface Sightings {
  get(folder: string): Sighting | undefined;
  /** It is still so. */
  stands(folder: string): void;
  set(folder: string, sighting: Sighting): void;
}

/** Nothing was seen before, and nothing will be remembered. */
export const unseen: Sightings = { get: () => undefined, stands: () => undefined, set: () => undefined };

/** How something stands, as the file system says whenever it is touched. Units: milliseconds since the epoch. */
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
const numbersEach = 6;

/** Stamp how some things stand; null when one of them is not there. */
export function stampOf(standings: readonly (Standing | undefined)[]): string | null {
  const rows = new Float64Array(standings.length * numbersEach);
  let at = 0;
  for (const standing of standings) {
    if (standing === undefined) return null;
    rows[at] = standing.dev;
    rows[at + 1] = standing.ino;
    rows[at + 2] = standing.mode;
    rows[at + 3] = standing.size;
    rows[at + 4] = standing.mtimeMs;
    rows[at + 5] = standing.ctimeMs;
    at += numbersEach;
  }
  return digestOfNumbers(rows);
}

/** Would it look different if it was touched again? Not what was touched only just before the look. Units: milliseconds since the epoch. */
export function isSettled({ mtimeMs, ctimeMs }: Standing, lookedAt: number): boolean {
  return Math.max(mtimeMs, ctimeMs) < lookedAt - coarse;
}
