import type { GuardName } from '../model/guard.ts';
import type { Declared } from '../model/declared.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import type { Hold, Inventory } from '../model/plan.ts';
import type { Catalog, Id, State } from '../model/resource.ts';
import { accounts, activeMembers, declaredIn, isDeclared, keyHolders, mailDomainsOf, memberNamed, thingsOf, zoneOf, type Thing } from './before.ts';

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
  /** What the co-op was made of then; null: nobody knows. */
  readonly before?: Census | null;
  /** Where this host fetches the co-op's repository from. */
  readonly remotes?: readonly string[];
}

/** How many of each a co-op has. */
export interface Census {
  readonly members: number;
  readonly hosts: number;
  readonly limits: number;
}

/** Something that must not happen by mistake, and is about to. */
export interface Danger {
  readonly guard: GuardName;
  readonly object: string;
  readonly owner: Owner;
  readonly count: number;
  /** After `cannot`. */
  readonly says: string;
}

/** Looks for one sort of danger. */
export type Guard = (sight: Sight) => readonly Danger[];

/**
 * A share alone stops whoever removes one of two sites; a number alone stops a large co-op's every day. So it takes both: the share catches
 * what is much for its owner, the floor lets people tidy up.
 */
const mass = { floor: 10, share: 1 / 3 } as const;
/** Members leave one by one. A few in one commit happen at the end of a year; a tenth of all of them is somebody's `rm`. */
const leaving = { floor: 3, share: 1 / 10 } as const;
/** A host of one or two members may rightly have none tomorrow; of three, hardly. */
const fewestToEmpty = 3;
/** Fewer records than these are quickly written again. */
const fewestRecords = 3;

/** Find what takes away much at once of one owner's, or of a host's. */
export const removals: Guard = (sight) => {
  const { catalog: { host }, state } = sight;
  const isLeaving = leavingFrom(sight);
  const things = thingsOf(sight.inventory).filter(({ owner }) => !isLeaving(owner) && !isSpared(owner, sight));
  const declared = declaredIn(sight.catalog);
  const dropped = things.filter((thing) => (thing.id.startsWith('mailbox:') ? !isDeclared(thing, state) : !declared.has(thing.id as Id)));
  const owners = [...new Set(dropped.map(({ owner }) => owner))].toSorted();
  const byOwner = owners.flatMap((owner) => {
    const gone = dropped.filter((thing) => thing.owner === owner && !isDeclared(thing, state)).length;
    const all = things.filter((thing) => thing.owner === owner).length;
    return isMuch(gone, all, mass) ? [{ ...removal(gone, all, `that croft made for ${ownerName(owner)} on ${host}`), object: owner, owner }] : [];
  });
  const counted = new Set<Owner>(byOwner.map(({ owner }) => owner));
  const [rest, others] = [dropped, things].map((list) => list.filter(({ owner }) => !counted.has(owner)).length) as [number, number];
  return [...byOwner, ...(isMuch(rest, others, mass) ? [{ ...removal(rest, others, `on ${host}`), object: `host:${host}`, owner: 'coop' as const }] : [])];
};

function removal(gone: number, all: number, where: string): Pick<Danger, 'guard' | 'count' | 'says'> {
  return { guard: 'mass-removal', count: gone, says: `remove ${gone} of the ${all} things ${where} at once: that is more than ${mass.floor} and more than a third` };
}

/** Find members who go: many at once, or one who was not sent out first. */
export const departures: Guard = (sight) => {
  const { state, inventory } = sight;
  const before = activeMembers(inventory);
  const left = leavers(sight);
  if (isMuch(left.length, before.size, leaving)) {
    const names = `${left.slice(0, 5).join(', ')}${left.length > 5 ? ', …' : ''}`;
    const says = `let ${left.length} of ${before.size} members go at once (${names}): that is more than ${leaving.floor} and more than a tenth`;
    return [{ guard: 'members-leaving', object: 'coop', owner: 'coop', count: left.length, says }];
  }
  return left.filter((name) => memberNamed(state, name) === undefined).map((name): Danger => ({
    guard: 'member', object: `member:${name}`, owner: `member:${name}`, count: 1,
    says: `take ${name}'s directory away: ${name} is an active member, who is suspended or retired first`,
  }));
};

/** Find a host that had things of members and would have none. Bounds to what members may use are nothing that anybody would miss. */
export const emptiness: Guard = ({ inventory, catalog: { host, resources } }) => {
  const isMembers = ([id, { owner }]: readonly [Id, { readonly owner: Owner }]): boolean => owner !== 'coop' && !/^(?:sessions|quota):|^[a-z]+:\/etc\/systemd\//.test(id);
  const before = new Set([...inventory.entries].filter(isMembers).map(([, { owner }]) => owner)).size;
  if (before < fewestToEmpty || resources.some((resource) => isMembers([resource.id, resource]))) return [];
  return [{
    guard: 'emptied', object: `host:${host}`, owner: 'coop', count: before,
    says: `empty ${host}: it has things of ${before} members and would have nobody's`,
  }];
};

/** Find zones and mail domains that go as a whole, with what is in them, and mail that would be somebody else's. */
export const whole: Guard = (sight) => [...goneAsAWhole(sight), ...handedOver(sight)];

/**
 * What is in a mailbox is its member's: with the domain declared by somebody else, the new one would read it. The one whose it was is held
 * where she still has it; if she leaves, the other one is, for a run, and then begins with empty mailboxes. The co-op's admins are root.
 */
function handedOver(sight: Sight): readonly Danger[] {
  const isLeaving = leavingFrom(sight);
  return mailDomainsOf(sight.inventory).flatMap(({ id, owner, mailboxes }): readonly Danger[] => {
    const heirs = sight.state.mailDomains.filter(({ name }) => name === id).map(({ source }) => ownerOf(source.file));
    const [heir = owner] = heirs;
    if (mailboxes === 0 || heir === owner || heir === 'coop') return [];
    return [{
      guard: 'mail-domain', object: `mail:${id}`, owner: isLeaving(owner) || isRetired(owner, sight) ? heir : owner, count: mailboxes,
      says: `hand the mail domain ${id} with its mailboxes (${mailboxes}) from ${ownerName(owner)} to ${ownerName(heir)}, who would read all mail in them`,
    }];
  });
}

function goneAsAWhole(sight: Sight): readonly Danger[] {
  const { state, inventory } = sight;
  const isLeaving = leavingFrom(sight);
  const isTheirs = ({ owner }: Thing): boolean => !isLeaving(owner) && !isSpared(owner, sight) && !isRetired(owner, sight);
  const gone = thingsOf(inventory).filter((thing) => isTheirs(thing) && zoneOf(thing.id) !== null && !state.zones.some(({ name }) => name === zoneOf(thing.id)));
  const zones = gone.map(({ id, owner }): Danger => (
    { guard: 'zone', object: `zone:${zoneOf(id)}`, owner, count: 1,
      says: `remove the zone ${zoneOf(id)} with its records: nobody finds any name in it then` }));
  const mail = mailDomainsOf(inventory).filter((each) => isTheirs(each) && each.mailboxes > 0 && !state.mailDomains.some(({ name }) => name === each.id));
  return [...zones, ...mail.map(({ id, owner, mailboxes }): Danger => (
    { guard: 'mail-domain', object: `mail:${id}`, owner, count: mailboxes,
      says: `remove the mail domain ${id} with its mailboxes (${mailboxes}): nothing reaches them then` }))];
}

/** Find zones that stay and lose most of what they say. */
export const emptiedZones: Guard = ({ catalog, state, zones }) => catalog.resources.flatMap(({ id, owner, payload }): readonly Danger[] => {
  const [name, actual] = [zoneOf(id), zones.get(id)];
  if (name === null || actual === undefined || payload === undefined) return [];
  const [before, after] = [recordsIn(actual), recordsIn(payload.text)];
  const lost = before - after;
  const isEmpty = lost >= fewestRecords && state.zones.some((zone) => zone.name === name && zone.records.length === 0);
  if (!isEmpty && !isMuch(lost, before, mass)) return [];
  return [{ guard: 'zone-records', object: `zone:${name}`, owner, count: lost, says: `take ${lost} of the ${before} records of the zone ${name} away at once` }];
});

/** Find what leaves the co-op without enough admins who can come in, or this host without any: to copy files is not to come in. */
export const adminsIn: Guard = ({ catalog, inventory, state, admins }) => {
  const { host } = catalog;
  const shells = (state: State | null | undefined) => (name: string): boolean => !String(state?.[`${name}.shell`] ?? '').endsWith('/nologin');
  const hadShell = shells(inventory.entries.get(accounts)?.left);
  const able = [...keyHolders(inventory.entries.keys())].filter((name) => admins?.has(name) === true && hadShell(name));
  const left = state.members.filter((member) => member.admin && member.state === 'active' && member.sshKeys.length > 0);
  const needed = Math.min(state.cluster.approvals ?? 1, able.length);
  const hasShell = shells(catalog.resources.find(({ id }) => id === accounts)?.desired);
  const inside = new Set([...keyHolders(declaredIn(catalog))].filter(hasShell));
  const few: readonly Danger[] = left.length >= needed ? [] : [{
    guard: 'admins', object: 'coop', owner: 'coop', count: able.length - left.length,
    says: `leave the co-op with ${left.length} admins who have a key: ${needed} at least must be able to come in`,
  }];
  const out: readonly Danger[] = able.length === 0 || left.some(({ name }) => inside.has(name)) ? [] : [{
    guard: 'lock-out', object: `host:${host}`, owner: 'coop', count: able.length,
    says: `shut every admin out of ${host}: ${able.join(', ')} can log in there now, and no admin could`,
  }];
  return [...few, ...out];
};

/** Everything of an owner's that is no longer declared: nothing, while the version that is in force is the one that the host was made of. */
export function lostBy(owner: Owner, { inventory, state, catalog }: Pick<Sight, 'inventory' | 'state' | 'catalog'>): number {
  const declared = declaredIn(catalog);
  const things = thingsOf(inventory).filter((thing) => thing.owner === owner && !declared.has(thing.id as Id) && !isDeclared(thing, state));
  const mail = mailDomainsOf(inventory).filter((each) => each.owner === owner && !state.mailDomains.some(({ name }) => name === each.id));
  return things.length + mail.length;
}

function leavers({ inventory, state, holds }: Sight): readonly string[] {
  const active = new Set<string>(state.members.flatMap((member) => (member.state === 'active' ? [member.name] : [])));
  return [...activeMembers(inventory)].filter((name) => !active.has(name) && !isSpared(`member:${name}`, { holds })).toSorted();
}

/** Tell whose owner leaves: their things go with them, and are counted as one. */
export function leavingFrom(sight: Sight): (owner: Owner) => boolean {
  const left = new Set<Owner>(leavers(sight).map((name): Owner => `member:${name}`));
  return (owner) => left.has(owner);
}

function isRetired(owner: Owner, { state }: Sight): boolean {
  return memberNamed(state, ownerName(owner))?.state === 'retired';
}

/** Law 4: of whom nothing can be read, nothing is removed. */
export function isSpared(owner: Owner, { holds }: Pick<Sight, 'holds'>): boolean {
  return holds.some((hold) => hold.owner === owner && hold.lastGood === null);
}

/** Is this more than a number, and more than a share? */
export function isMuch(count: number, of: number, { floor, share }: { readonly floor: number; readonly share: number }): boolean {
  return count > floor && count > of * share;
}

/** Count the declared records of a master file as croft writes it: behind what croft derived from something else stands why. */
function recordsIn(text: string): number {
  const lines = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split('\n');
  return lines.filter((line) => /^\S+ (?:[0-9]+ )?IN (?!SOA )[^;]*$/.test(line)).length;
}
