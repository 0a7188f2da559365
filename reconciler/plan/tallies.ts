/**
 * What the guards count that ask how much goes at once. At once is a day: whoever takes ten things away takes them away, in one run or in
 * ten. So each counts what goes in this run and what went within the last day (the ledger of the inventory), as long as it is not back.
 * Everything has a name that stays its own, so that what fails to go and is tried again, or was cut short by a crash, counts once.
 */
import type { GuardName, Thing } from '../model/guard.ts';
import type { Id, Resource } from '../model/resource.ts';
import { idsBeginning } from './entries.ts';
import { accountsFile, activeMembers, declaredIn, entriesOf, isMailbox, mailboxesOf, memberNamed, thingsAmong, thingsOf, undeclaredIn, zoneOf } from './before.ts';
import { isSpared, leavers, leavingFrom, type Census, type Sight } from './sight.ts';

/** What goes in this run, and what went within the last day and is not back. */
export interface Tally {
  readonly going: readonly Thing[];
  readonly gone: readonly Thing[];
}

/** More than a number, and more than a share. */
export interface Bounds {
  readonly floor: number;
  readonly share: number;
  /** What the share is called. */
  readonly words: string;
}

/** Is this much? While nobody knows what went within the last day, the share alone says so. */
export function isMuch(sight: Sight, { count, of }: { readonly count: number; readonly of: number }, bounds: Bounds): boolean {
  return isMany(sight, count, bounds) && count > of * bounds.share;
}

/** Is it more than the number? What is not is not much, whatever it is a share of. */
export function isMany({ inventory: { ledger } }: Sight, count: number, { floor }: Bounds): boolean {
  return count > (ledger.since === null ? floor : 0);
}

/** Say why it is. */
export function muchWords({ inventory: { ledger } }: Sight, { floor, words }: Bounds): string {
  return ledger.since === null ? `that is more than ${floor} and more than ${words}` : `that is more than ${words}, and nobody knows what else went within the last day`;
}

/** Say what of it is gone already. */
export function alreadyWords({ gone }: Tally): string {
  return gone.length === 0 ? '' : `, after ${gone.length} within the last day`;
}

/** Count what croft made on this host of whoever does not leave: its own entries, and each mailbox. */
export function things(sight: Sight): Tally {
  const [isTheirs, isNoLonger] = [stays(sight), isDropped(sight)];
  const { inventory, catalog } = sight;
  const going = [...thingsAmong(inventory, undeclaredIn(inventory, catalog)), ...mailboxesOf(inventory).filter(({ id }) => isNoLonger(id))].filter(isTheirs);
  const ids = new Set(going.map(({ id }) => id));
  const gone = before('mass-removal', sight).filter((thing) => !ids.has(thing.id) && isTheirs(thing) && isNoLonger(thing.id));
  return { going, gone };
}

/** List all that there was of it: for that every entry is looked into. */
export function thingsBefore(sight: Sight, { gone }: Tally): readonly Thing[] {
  return [...thingsOf(sight.inventory).filter(stays(sight)), ...gone];
}

/** Count homes of whoever does not leave. */
export function homes(sight: Sight): Tally & { readonly all: number } {
  const { inventory, catalog } = sight;
  const [isTheirs, isNoLonger] = [stays(sight), isDropped(sight)];
  const homesBelow = 'home:/home/';
  const going = entriesOf(inventory, undeclaredIn(inventory, catalog).filter((id) => id.startsWith(homesBelow))).filter(isTheirs);
  const gone = before('data', sight).filter(({ id }) => !inventory.entries.has(id as Id) && isNoLonger(id));
  return { going, gone, all: idsBeginning(inventory.entries, homesBelow).length + gone.length };
}

/** Count members who could use their accounts. */
export function members(sight: Sight): Tally & { readonly all: number } {
  const active = activeMembers(sight.inventory);
  const file = accountsFile(sight.inventory);
  const going = leavers(sight).map((name): Thing => ({ id: `member:${name}`, owner: `member:${name}`, file }));
  const isBack = (name: string): boolean => active.has(name) || memberNamed(sight.state, name)?.state === 'active';
  const gone = before('members-leaving', sight).filter(({ id }) => !isBack(id.slice('member:'.length)));
  return { going, gone, all: active.size + gone.length };
}

/** A zone that is to say something else. */
export interface ZoneTally extends Tally {
  readonly name: string;
  readonly zone: Resource;
  readonly all: number;
}

/** Count the records of each zone that is to say something else. */
export function records(sight: Sight): readonly ZoneTally[] {
  return sight.catalog.resources.flatMap((zone): readonly ZoneTally[] => {
    const [name, actual] = [zoneOf(zone.id), sight.zones.get(zone.id)];
    if (name === null || actual === undefined || zone.payload === undefined) return [];
    const [was, is] = [recordsIn(actual), recordsIn(zone.payload.text)];
    const tally = numbered(sight, { guard: 'zone-records', what: `zone:${name}`, was, is, owner: zone.owner, file: zone.source.file });
    return [{ name, zone, ...tally, all: was + tally.gone.length }];
  });
}

/** Count one sort of what the co-op is made of. */
export function made(sight: Sight, what: keyof Census): Tally & { readonly all: number } {
  const is = sight.state[what].length;
  const was = sight.before?.[what] ?? is;
  const tally = numbered(sight, { guard: 'shrunken', what, was, is, owner: 'coop', file: sight.state.cluster.source.file });
  return { ...tally, all: was + tally.gone.length };
}

/** Name all that goes in this run and is counted over a day. */
export function goingIn(sight: Sight): readonly (Thing & { readonly guard: GuardName })[] {
  const ofZones: readonly (readonly [GuardName, readonly Tally[]])[] = [['zone-records', records(sight)]];
  const all: typeof ofZones = sight.isPassed === true ? ofZones : [
    ['mass-removal', [things(sight)]], ['data', [homes(sight)]], ['members-leaving', [members(sight)]], ...ofZones,
    ['shrunken', [made(sight, 'members'), made(sight, 'hosts'), made(sight, 'limits')]],
  ];
  return all.flatMap(([guard, tallies]) => tallies.flatMap(({ going }) => going.map((thing) => ({ ...thing, guard }))));
}

interface Numbered extends Omit<Thing, 'id'> {
  readonly guard: GuardName;
  readonly what: string;
  readonly was: number;
  readonly is: number;
}

/** Of what has no names the last go first: of thirty that become ten, those from the eleventh on. */
function numbered(sight: Sight, { guard, what, was, is, owner, file }: Numbered): Tally {
  const going = numbers(what, { was, is }).map((id): Thing => ({ id, owner, file }));
  const gone = before(guard, sight).filter(({ id }) => id.startsWith(`${what} `) && Number(id.slice(what.length + 1)) > Math.max(was, is));
  return { going, gone };
}

/** Name what is lost of so many that have no names. */
export function numbers(what: string, { was, is }: { readonly was: number; readonly is: number }): readonly string[] {
  return Array.from({ length: Math.max(0, was - is) }, (_, index) => `${what} ${is + index + 1}`);
}

function before(guard: GuardName, { inventory: { ledger } }: Sight): readonly Thing[] {
  return ledger.gone.filter((each) => each.guard === guard);
}

function stays(sight: Sight): (thing: Thing) => boolean {
  const isLeaving = leavingFrom(sight);
  return ({ owner }) => !isLeaving(owner) && !isSpared(owner, sight);
}

function isDropped(sight: Sight): (id: string) => boolean {
  const { state } = sight;
  const declared = declaredIn(sight);
  return (id) => !declared.has(id) && !isMailbox(id, state);
}

/** Count the declared records of a master file as croft writes it: behind what croft derived from something else stands why. */
function recordsIn(text: string): number {
  const lines = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split('\n');
  return lines.filter((line) => /^\S+ (?:[0-9]+ )?IN (?!SOA )[^;]*$/.test(line)).length;
}
