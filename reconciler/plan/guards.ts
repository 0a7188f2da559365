import type { GuardName, Thing } from '../model/guard.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import type { Id, State } from '../model/resource.ts';
import { accounts, accountsIn, declaredIn, isDeclared, keyHolders, keyHoldersOn, mailboxesOf, mailDomainsOf, memberNamed, thingsAmong, undeclaredIn, zoneOf, zonesOf } from './before.ts';
import { isRetired, isSpared, leavingFrom, type Sight } from './sight.ts';
import { alreadyWords, isMany, isMuch, members, muchWords, numbers, records, things, thingsBefore, type Bounds, type Tally } from './tallies.ts';

/** Something that must not happen by mistake, and is about to. */
export interface Danger {
  readonly guard: GuardName;
  readonly object: string;
  readonly owner: Owner;
  /** What would go in this run, each by a name that stays its own: so what fails to go is the same the next time. */
  readonly going: readonly string[];
  /** After `cannot`. */
  readonly says: string;
}

/** Looks for one sort of danger. */
export type Guard = (sight: Sight) => readonly Danger[];

/**
 * A share alone stops whoever removes one of two sites; a number alone stops a large co-op's every day. So it takes both: the share catches
 * what is much for its owner, the floor lets people tidy up.
 */
const mass: Bounds = { floor: 10, share: 1 / 3, words: 'a third' };
/** Members leave one by one. A few in one commit happen at the end of a year; a tenth of all of them is somebody's `rm`. */
const leaving: Bounds = { floor: 3, share: 1 / 10, words: 'a tenth' };
/** A host of one or two members may rightly have none tomorrow; of three, hardly. */
const fewestToEmpty = 3;
/** Fewer records than these are quickly written again. */
const fewestRecords = 3;

/** Find what takes away much at once of one owner's, or of a host's. */
export const removals: Guard = (sight) => {
  const { catalog: { host }, state } = sight;
  const tally = things(sight);
  const { going, gone } = tally;
  if (going.length === 0 || !isMany(sight, going.length + gone.length, mass)) return [];
  const all = thingsBefore(sight, tally);
  const owners = [...new Set([...going, ...gone].map(({ owner }) => owner))].toSorted();
  const isLost = (owner: Owner) => (thing: Thing): boolean => thing.owner === owner && !isDeclared(thing, state);
  const byOwner = owners.flatMap((owner) => {
    const theirs = { going: going.filter(isLost(owner)), gone: gone.filter(isLost(owner)), all: all.filter((thing) => thing.owner === owner) };
    return removal(sight, theirs, { object: owner, owner, where: `that croft made for ${ownerName(owner)} on ${host}` });
  });
  const counted = new Set<Owner>(byOwner.map(({ owner }) => owner));
  const isOthers = ({ owner }: Thing): boolean => !counted.has(owner);
  const rest = { going: going.filter(isOthers), gone: gone.filter(isOthers), all: all.filter(isOthers) };
  return [...byOwner, ...removal(sight, rest, { object: `host:${host}`, owner: 'coop', where: `on ${host}` })];
};

function removal(sight: Sight, tally: Tally & { readonly all: readonly Thing[] }, { where, ...whose }: Pick<Danger, 'object' | 'owner'> & { readonly where: string }): readonly Danger[] {
  const { going, gone, all } = tally;
  if (going.length === 0 || !isMuch(sight, { count: going.length + gone.length, of: all.length }, mass)) return [];
  const says = `remove ${going.length} of the ${all.length} things ${where} at once${alreadyWords(tally)}: ${muchWords(sight, mass)}`;
  return [{ guard: 'mass-removal', ...whose, going: going.map(({ id }) => id), says }];
}

/** Find members who go: many at once, or one who was not sent out first. */
export const departures: Guard = (sight) => {
  const tally = members(sight);
  const { going, gone, all } = tally;
  const left = going.map(({ owner }) => ownerName(owner));
  if (going.length > 0 && isMuch(sight, { count: going.length + gone.length, of: all }, leaving)) {
    const names = `${left.slice(0, 5).join(', ')}${left.length > 5 ? ', …' : ''}`;
    const says = `let ${left.length} of ${all} members go at once (${names})${alreadyWords(tally)}: ${muchWords(sight, leaving)}`;
    return [{ guard: 'members-leaving', object: 'coop', owner: 'coop', going: going.map(({ id }) => id), says }];
  }
  return left.filter((name) => memberNamed(sight.state, name) === undefined).map((name): Danger => ({
    guard: 'member', object: `member:${name}`, owner: `member:${name}`, going: [name],
    says: `take ${name}'s directory away: ${name} is an active member, who is suspended or retired first`,
  }));
};

/** Find a host that had things of members and would have none. Bounds to what members may use are nothing that anybody would miss. */
export const emptiness: Guard = ({ inventory, catalog: { host, resources, beside } }) => {
  if (beside !== undefined) return [];
  const isMembers = ([id, { owner }]: readonly [Id, { readonly owner: Owner }]): boolean => owner !== 'coop' && !/^(?:sessions|quota):|^[a-z]+:\/etc\/systemd\//.test(id);
  if (resources.some((resource) => isMembers([resource.id, resource]))) return [];
  const before = [...new Set([...inventory.entries].filter(isMembers).map(([, { owner }]) => owner))];
  if (before.length < fewestToEmpty) return [];
  return [{
    guard: 'emptied', object: `host:${host}`, owner: 'coop', going: before,
    says: `empty ${host}: it has things of ${before.length} members and would have nobody's`,
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
  const heirs = new Map(sight.state.mailDomains.toReversed().map(({ name, source }): readonly [string, Owner] => [name, ownerOf(source.file)]));
  return mailDomainsOf(sight.inventory).flatMap(({ id, owner, mailboxes }): readonly Danger[] => {
    const heir = heirs.get(id) ?? owner;
    if (mailboxes === 0 || heir === owner || heir === 'coop') return [];
    return [{
      guard: 'mail-domain', object: `mail:${id}`, owner: isLeaving(owner) || isRetired(owner, sight) ? heir : owner, going: boxes(mailboxes),
      says: `hand the mail domain ${id} with its mailboxes (${mailboxes}) from ${ownerName(owner)} to ${ownerName(heir)}, who would read all mail in them`,
    }];
  });
}

function goneAsAWhole(sight: Sight): readonly Danger[] {
  const { state, inventory } = sight;
  const isLeaving = leavingFrom(sight);
  const isTheirs = ({ owner }: Thing): boolean => !isLeaving(owner) && !isSpared(owner, sight) && !isRetired(owner, sight);
  const [zoneNames, mailNames] = [namesOf(state.zones), namesOf(state.mailDomains)];
  const isGone = (zone: string | null): boolean => zone !== null && !zoneNames.has(zone);
  const gone = thingsAmong(inventory, zonesOf(inventory).filter((id) => isGone(zoneOf(id)))).filter(isTheirs);
  const zones = gone.map(({ id, owner }): Danger => (
    { guard: 'zone', object: `zone:${zoneOf(id)}`, owner, going: [id],
      says: `remove the zone ${zoneOf(id)} with its records: nobody finds any name in it then` }));
  const mail = mailDomainsOf(inventory).filter((each) => each.mailboxes > 0 && !mailNames.has(each.id) && isTheirs(each));
  return [...zones, ...mail.map(({ id, owner, mailboxes }): Danger => (
    { guard: 'mail-domain', object: `mail:${id}`, owner, going: boxes(mailboxes),
      says: `remove the mail domain ${id} with its mailboxes (${mailboxes}): nothing reaches them then` }))];
}

function namesOf(all: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(all.map(({ name }) => name));
}

function boxes(mailboxes: number): readonly string[] {
  return numbers('mailbox', { was: mailboxes, is: 0 });
}

/** Find zones that stay and lose most of what they say. */
export const emptiedZones: Guard = (sight) => records(sight).flatMap((tally): readonly Danger[] => {
  const { name, zone: { owner }, going, gone, all } = tally;
  const lost = going.length + gone.length;
  const isEmpty = lost >= fewestRecords && sight.state.zones.some((zone) => zone.name === name && zone.records.length === 0);
  if (going.length === 0 || (!isEmpty && !isMuch(sight, { count: lost, of: all }, mass))) return [];
  const says = `take ${going.length} of the ${all} records of the zone ${name} away at once${alreadyWords(tally)}`;
  return [{ guard: 'zone-records', object: `zone:${name}`, owner, going: going.map(({ id }) => id), says }];
});

/** Find what leaves the co-op without enough admins who can come in, or this host without any: to copy files is not to come in. */
export const adminsIn: Guard = (sight) => {
  const { catalog: { host }, inventory, state, admins } = sight;
  const shells = (state: State | null | undefined) => (name: string): boolean => !String(state?.[`${name}.shell`] ?? '').endsWith('/nologin');
  const hadShell = shells(inventory.entries.get(accounts)?.left);
  const able = [...keyHoldersOn(inventory)].filter((name) => admins?.has(name) === true && hadShell(name));
  const left = state.members.filter((member) => member.admin && member.state === 'active' && member.sshKeys.length > 0);
  const needed = Math.min(state.cluster.approvals ?? 1, able.length);
  const hasShell = shells(accountsIn(sight));
  const inside = new Set([...keyHolders(declaredIn(sight))].filter(hasShell));
  const few: readonly Danger[] = left.length >= needed ? [] : [{
    guard: 'admins', object: 'coop', owner: 'coop', going: numbers('admin', { was: able.length, is: left.length }),
    says: `leave the co-op with ${left.length} admins who have a key: ${needed} at least must be able to come in`,
  }];
  const out: readonly Danger[] = able.length === 0 || left.some(({ name }) => inside.has(name)) ? [] : [{
    guard: 'lock-out', object: `host:${host}`, owner: 'coop', going: able,
    says: `shut every admin out of ${host}: ${able.join(', ')} can log in there now, and no admin could`,
  }];
  return [...few, ...out];
};

/** Everything of an owner's that is no longer declared: nothing, while the version that is in force is the one that the host was made of. */
export function lostBy(owner: Owner, { inventory, state, catalog }: Pick<Sight, 'inventory' | 'state' | 'catalog'>): number {
  const dropped = [...thingsAmong(inventory, undeclaredIn(inventory, catalog)), ...mailboxesOf(inventory)];
  const things = dropped.filter((thing) => thing.owner === owner && !isDeclared(thing, state));
  const mail = mailDomainsOf(inventory).filter((each) => each.owner === owner && !state.mailDomains.some(({ name }) => name === each.id));
  return things.length + mail.length;
}
