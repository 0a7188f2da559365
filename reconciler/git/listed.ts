/**
 * What lies below the directories that were listed in whichever process, as a room sees it in which something has come that is not taken
 * in yet. Whoever sends half a pack twice must not be believed the second time because of the first.
 */
import type { ListedFile, ListingCache } from '../model/snapshot.ts';

/** Listings that know what others know, and tell them what is new only when it is taken in. */
export interface ListingsApart extends ListingCache {
  takeIn(): void;
}

/** See listings from a room apart. `alone`: what is in the room is to stand for itself, and nothing counts that was listed elsewhere. */
export function listingsApart(listings: ListingCache, alone: boolean): ListingsApart {
  const fresh = new Map<string, readonly ListedFile[]>();
  return {
    get: (name) => fresh.get(name) ?? (alone ? undefined : listings.get(name)),
    sizeOf: (name) => fresh.get(name)?.length ?? (alone ? undefined : listings.sizeOf(name)),
    set: (name, files) => void fresh.set(name, files),
    takeIn: () => {
      for (const [name, files] of fresh) listings.set(name, files);
    },
  };
}
