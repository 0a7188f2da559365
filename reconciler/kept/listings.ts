/**
 * What lies below the directories of commits that were listed before, by path and tree id: a tree id stands for all that is below it. Only
 * what was asked for is kept on, so that what is in no commit any more goes some time. Which directories they are is read at once; what
 * lies in one only when somebody asks.
 */
import type { ListedFile, ListingCache } from '../model/snapshot.ts';
import { keepBook } from './book.ts';
import type { Keeper } from './keeper.ts';
import { volumesOf } from './volumes.ts';

/** What is known of directories; `keep` writes down what is new. */
export interface Listings extends ListingCache {
  keep(): void;
  /** Forget all of them, for good: what was there when they were listed is not there any more. */
  forget(): void;
}

/** Which directories there are, and how many files in each. */
interface Head {
  readonly names: readonly string[];
  readonly sizes: readonly number[];
}

type Row = readonly (readonly [path: string, oid: string])[];

/** Recall the directories that were listed before. Without a keeper none is known. */
export function listingsOf(keeper: Keeper | null): Listings {
  if (keeper === null) return { get: () => undefined, sizeOf: () => undefined, set: () => undefined, keep: () => undefined, forget: () => undefined };
  const name = 'listings';
  const volumes = volumesOf(keeper, name, (entries): Head => ({ names: entries.map(([key]) => key), sizes: entries.map(([, text]) => (JSON.parse(text) as Row).length) }));
  let sizes: ReadonlyMap<string, number> | null = null;
  const [asked, fresh] = [new Set<string>(), new Map<string, string>()];
  const sizeOf = (key: string): number | undefined => {
    const size = (sizes ??= sizesIn(volumes.heads())).get(key);
    if (size !== undefined) asked.add(key);
    return size;
  };
  return {
    sizeOf,
    get: (key) => {
      const row = sizeOf(key) === undefined ? undefined : volumes.get(key);
      return row === undefined ? undefined : (JSON.parse(row) as Row).map(([path, oid]): ListedFile => ({ path, oid }));
    },
    set: (key, files) => void fresh.set(key, JSON.stringify(files.map(({ path, oid }) => [path, oid]))),
    keep: () => {
      if (fresh.size > 0) volumes.keep(fresh, (key) => asked.has(key));
    },
    forget: () => [name, `${name}.new`].forEach((each) => keepBook(keeper, each, { head: { names: [], sizes: [] } satisfies Head, entries: [] })),
  };
}

function sizesIn(heads: readonly Head[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const head of heads) for (const [index, name] of head.names.entries()) sizes.set(name, head.sizes[index] ?? 0);
  return sizes;
}
