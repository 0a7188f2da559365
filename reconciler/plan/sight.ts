import type { Declared } from '../model/declared.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Hold, Inventory } from '../model/plan.ts';
import type { Catalog, Id } from '../model/resource.ts';
import type { Former } from '../model/retired.ts';
import { activeMembers, documentsOf, memberNamed } from './before.ts';

/** What guards look at: what croft made on a host so far, and what it is to be. */
export interface Sight {
  readonly catalog: Catalog;
  readonly inventory: Inventory;
  readonly state: Declared;
  readonly holds: readonly Hold[];
  /** What zone files say now, as far as they are to say something else. */
  readonly zones: ReadonlyMap<Id, string>;
  /** Who were admins when the host was made what it is; null: nobody knows. */
  readonly admins: ReadonlySet<string> | null;
  /** What the co-op was made of then; null: the same as now. */
  readonly before?: Census | null;
  /** Where this host fetches the co-op's repository from. */
  readonly remotes?: readonly string[];
  /** Is nothing else than in a run in which guards let all pass, but for what zones say? */
  readonly isPassed?: boolean;
  /** Whose data was put aside on this host, as far as somebody new could be given it. */
  readonly formers?: readonly Former[];
}

/** How many of each a co-op has. */
export interface Census {
  readonly members: number;
  readonly hosts: number;
  readonly limits: number;
}

/** Count what a co-op is made of. */
export function censusOf({ members, hosts, limits }: Pick<Declared, 'members' | 'hosts' | 'limits'>): Census {
  return { members: members.length, hosts: hosts.length, limits: limits.length };
}

/** Count what the co-op is made of at the least, where nobody knows more: what croft made on this host names the documents it was made of. */
export function censusIn(inventory: Inventory): Census {
  const files = documentsOf(inventory);
  const count = (pattern: RegExp): number => files.filter((file) => pattern.test(file)).length;
  return { members: count(/(?:^|\/)members\/[^/]+\/member\.yaml$/), hosts: count(/(?:^|\/)hosts\/[^/]+\.yaml$/), limits: count(/(?:^|\/)limits\/[^/]+\.yaml$/) };
}

/** Name the members who could use their accounts and can no longer. */
export function leavers({ inventory, state, holds }: Sight): readonly string[] {
  const active = new Set<string>(state.members.flatMap((member) => (member.state === 'active' ? [member.name] : [])));
  return [...activeMembers(inventory)].filter((name) => !active.has(name) && !isSpared(`member:${name}`, { holds })).toSorted();
}

/** Tell whose owner leaves: their things go with them, and are counted as one. */
export function leavingFrom(sight: Sight): (owner: Owner) => boolean {
  const left = new Set<Owner>(leavers(sight).map((name): Owner => `member:${name}`));
  return (owner) => left.has(owner);
}

/** Is this a member who has left for good, in good order? */
export function isRetired(owner: Owner, { state }: Sight): boolean {
  return memberNamed(state, ownerName(owner))?.state === 'retired';
}

/** Law 4: of whom nothing can be read, nothing is removed. */
export function isSpared(owner: Owner, { holds }: Pick<Sight, 'holds'>): boolean {
  return holds.some((hold) => hold.owner === owner && hold.lastGood === null);
}
