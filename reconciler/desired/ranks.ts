import type { Owner } from '../model/owner.ts';
import { compareSources, compareText, type Source } from '../model/source.ts';
import type { Document } from './documents.ts';
import type { Finding } from './finding.ts';

/** Who was first, by uid; the co-op yields to its members. */
export type Ranks = ReadonlyMap<Owner, number>;

/** Rank owners by uid: uids are handed out in order, so of two who want the same the lower was here first. */
export function ranksOf(members: readonly Document<'member'>[]): Ranks {
  return new Map(members.map(({ owner, value }) => [owner, value.uid]));
}

/** Say when an owner came; the co-op after all members. */
export function rankOf(ranks: Ranks, owner: Owner): number {
  return ranks.get(owner) ?? Number.MAX_SAFE_INTEGER;
}

/** Something that only one may have. */
export interface Claimed {
  readonly key: string;
  readonly owner: Owner;
  readonly source: Source;
}

/** Find what is claimed more than once. Whoever was first keeps it; each other has a problem. */
export function* duplicates<Item extends Claimed>(claims: Iterable<Item>, ranks: Ranks, say: (later: Item, first: Item) => Finding): Iterable<Finding> {
  const first = new Map<string, Item>();
  const byRank = (a: Claimed, b: Claimed): number => rankOf(ranks, a.owner) - rankOf(ranks, b.owner) || compareText(a.owner, b.owner);
  for (const claim of [...claims].toSorted((a, b) => byRank(a, b) || compareSources(a.source, b.source))) {
    const known = first.get(claim.key);
    if (known === undefined) first.set(claim.key, claim);
    else yield say(claim, known);
  }
}
