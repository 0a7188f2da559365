/**
 * What lies below the directories of commits that were listed before, by path and tree id: a tree id stands for all that is below it. Only
 * what was asked for is kept on, so that what is in no commit any more goes with the next change.
 */
import type { ListedFile, ListingCache } from '../model/snapshot.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** What is known of directories; `keep` writes down what is new. */
export interface Listings extends ListingCache {
  keep(): void;
  /** Forget all of them, for good: what was there when they were listed is not there any more. */
  forget(): void;
}

type Row = readonly [name: string, files: readonly (readonly [path: string, oid: string])[]];

const mostFiles = 500_000;

/** Recall the directories that were listed before. Without a keeper none is known. */
export function listingsOf(keeper: Keeper | null): Listings {
  if (keeper === null) return { get: () => undefined, set: () => undefined, keep: () => undefined, forget: () => undefined };
  let recalled: ReadonlyMap<string, Row[1]> | null = null;
  const [asked, fresh] = [new Map<string, Row[1]>(), new Map<string, Row[1]>()];
  return {
    get: (name) => {
      recalled ??= new Map(rowsIn(recall(keeper, 'listings')));
      const known = recalled.get(name);
      if (known === undefined) return undefined;
      asked.set(name, known);
      return known.map(([path, oid]): ListedFile => ({ path, oid }));
    },
    set: (name, files) => void fresh.set(name, files.map(({ path, oid }) => [path, oid])),
    keep: () => {
      if (fresh.size === 0) return;
      const rows: readonly Row[] = [...asked, ...fresh];
      const total = rows.reduce((sum, [, files]) => sum + files.length, 0);
      if (total <= mostFiles) keep(keeper, 'listings', Buffer.from(JSON.stringify(rows)));
    },
    forget: () => keep(keeper, 'listings', Buffer.from('[]')),
  };
}

function rowsIn(bytes: Buffer | null): readonly Row[] {
  return bytes === null ? [] : (JSON.parse(bytes.toString('utf8')) as readonly Row[]);
}
