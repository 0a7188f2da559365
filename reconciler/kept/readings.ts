/**
 * Documents that were read before, by their path and the id of their content. Each is decoded only when it is asked for.
 */
import type { ReadFile, Reading } from '../desired/documents.ts';
import { fileOf, type ReadCache } from '../desired/read.ts';
import type { ListedFile, SnapshotFile } from '../model/snapshot.ts';
import type { Keeper } from './keeper.ts';
import { volumesOf } from './volumes.ts';

/** What is known of documents; `keep` writes down what is new. */
export interface Readings extends ReadCache {
  /** Is nothing to be parsed for a file with this content? */
  has(path: string, oid: string): boolean;
  /** Also of files of which nobody asked what was in them, as long as they are there; which these are is asked only where all is written. */
  keep(there?: { readonly files: readonly ListedFile[] }): void;
}

/** Recall the documents that were read before. Without a keeper they are known only to this process. */
export function readingsOf(keeper: Keeper | null): Readings {
  const inMemory = new WeakMap<SnapshotFile, ReadFile>();
  if (keeper === null) return { get: (file) => inMemory.get(file), set: (file, read) => void inMemory.set(file, read), has: () => false, keep: () => undefined };
  const volumes = volumesOf(keeper, 'documents', () => ({}));
  const [fresh, asked] = [new Map<string, Reading>(), new Set<string>()];
  return {
    has: (path, oid) => volumes.get(keyOf({ path, oid })) !== undefined,
    get: (file) => {
      const known = inMemory.get(file);
      if (known !== undefined) return known;
      const text = volumes.get(keyOf(file));
      if (text === undefined) return undefined;
      const read = fileOf(file.path, JSON.parse(text) as Reading);
      asked.add(keyOf(file));
      inMemory.set(file, read);
      return read;
    },
    set: (file, read) => {
      inMemory.set(file, read);
      if (read.kind !== null) fresh.set(keyOf(file), { written: read.written, problems: read.problems });
    },
    keep: (there) => {
      if (fresh.size === 0) return;
      let still: ReadonlySet<string> | null = null;
      const isThere = (key: string): boolean => (still ??= new Set(there?.files.map(keyOf))).has(key);
      volumes.keep(new Map([...fresh].map(([key, reading]) => [key, JSON.stringify(reading)])), (key) => asked.has(key) || isThere(key));
    },
  };
}

/** What is an owner's stands together. */
function keyOf({ path, oid }: ListedFile): string {
  return `${path} ${oid}`;
}
