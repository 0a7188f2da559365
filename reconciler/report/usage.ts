import type { DesiredState, Limits, Member } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import { ownerName } from '../model/owner.ts';
import { list } from './words.ts';

/** How much of her limits a member uses. */
export interface Usage {
  readonly member: string;
  readonly limits: string;
  readonly used: readonly Used[];
}

/** Of one sort of thing, how many there are and how many there may be. */
export interface Used {
  readonly what: string;
  readonly used: number;
  readonly allowed: number;
}

interface Countable {
  readonly what: string;
  readonly allowed: (limits: Limits) => number;
  readonly used: (state: DesiredState, owner: Owner) => number;
}

const countables: readonly Countable[] = [
  { what: 'sites', allowed: ({ vhosts }) => vhosts, used: ({ vhosts }, owner) => vhosts.filter((each) => each.owner === owner).length },
  { what: 'zones', allowed: ({ zones }) => zones, used: ({ zones }, owner) => zones.filter((each) => each.owner === owner).length },
  { what: 'mailboxes', allowed: ({ mailboxes }) => mailboxes, used: (state, owner) => mailOf(state, owner, 'mailboxes') },
  { what: 'aliases', allowed: ({ aliases }) => aliases, used: (state, owner) => mailOf(state, owner, 'aliases') },
];

/** Count what some owners use of their limits in a state; the co-op has none. */
export function usageOf(state: DesiredState, owners: ReadonlySet<Owner>): readonly Usage[] {
  return state.members.filter(({ name }) => owners.has(`member:${name}`)).map((member) => usedBy(state, member)).filter(({ used }) => used.length > 0);
}

function usedBy(state: DesiredState, { name, limits }: Member): Usage {
  const used = countables.map((each) => ({ what: each.what, used: each.used(state, `member:${name}`), allowed: each.allowed(limits) }));
  return { member: name, limits: limits.name, used: used.filter((each) => each.used > 0) };
}

/** Say it. Shape: `ada uses 3 of 20 sites and 1 of 10 zones after this`. */
export function usageWords({ member, used }: Usage): string {
  return `${ownerName(`member:${member}`)} uses ${list(used.map((each) => `${each.used} of ${each.allowed} ${each.what}`))} after this`;
}

function mailOf({ mailDomains }: DesiredState, owner: Owner, part: 'mailboxes' | 'aliases'): number {
  return mailDomains.filter((each) => each.owner === owner).reduce((sum, each) => sum + each[part].length, 0);
}
