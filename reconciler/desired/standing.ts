/**
 * Whether who is held stays held just so as long as nobody changes anything who has to do with her, so that the next commit need not look for
 * it again. What she is held at follows from history, and each commit adds to that. So of every look back it is asked whether one from a commit
 * later, which meets the newest documents first, would come to the same; where that is not sure, it is looked for again.
 */
import type { Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import { isSameIn, MOST_VERSIONS, type Mixture, type Past, type Version } from './versions.ts';

/** Who is held, and what that follows from. */
export interface Standing {
  readonly holds: readonly Hold[];
  /** What is in the place of whose newest documents. */
  readonly versions: ReadonlyMap<Owner, Version>;
  /** What was tried of whom, newest first: whoever has to do with one of these may change which of them fits. */
  readonly tried: ReadonlyMap<Owner, readonly Version[]>;
}

/** What is known of a search while it goes on. */
export interface Search {
  /** Would the next commit find the same? */
  isSure: boolean;
  readonly tried: Map<Owner, Version[]>;
}

/** Where a search begins, and what is known of it. */
interface Searching {
  readonly newest: Mixture;
  readonly search: Search;
}

/** Begin one. */
export function beginSearch(): Search {
  return { isSure: true, tried: new Map() };
}

/** Remember what is tried of an owner. */
export function remember(owner: Owner, version: Version, { tried }: Search): void {
  tried.set(owner, [...(tried.get(owner) ?? []), version]);
}

/**
 * Remember all that versionsOf goes back through. From a commit later it meets one more at first, the newest: with very many, others are left
 * out for that. But not where the commit before has the same already.
 */
export async function* remembered(owners: readonly [Owner, ...Owner[]], pasts: AsyncIterable<Past>, { newest, search }: Searching): AsyncIterable<Past> {
  let [count, isMet] = [0, false];
  for await (const past of pasts) {
    count += 1;
    if (count === 1) isMet = isAsNewest(owners, past, newest);
    if (count >= MOST_VERSIONS && !isMet) search.isSure = false;
    remember(owners[0], past.version, search);
    yield past;
  }
}

/** Are some owners' documents there what they are in the newest commit? */
export function isAsNewest(owners: readonly Owner[], { mixture }: Pick<Past, 'mixture'>, newest: Mixture): boolean {
  return owners.every((owner) => isSameIn(owner, mixture, newest));
}
