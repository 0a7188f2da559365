import type { Declared } from '../model/declared.ts';
import type { Thing } from '../model/guard.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Catalog, Id, State } from '../model/resource.ts';
import { idsBeginning } from './entries.ts';

/** What follows from entries or resources, of which no list is ever changed: many guards ask the same of them. */
function once<Of extends object, T extends object>(find: (of: Of) => T): (of: Of) => T {
  const found = new WeakMap<Of, T>();
  return (of) => {
    const known = found.get(of) ?? find(of);
    found.set(of, known);
    return known;
  };
}

/** Where every member's account stands, with the shell. */
export const accounts: Id = 'table:/var/lib/extrausers/passwd';
const expiries: Id = 'table:/var/lib/extrausers/shadow';
const mailDomains: Id = 'table:/etc/postfix/croft/virtual-mailbox-domains';
const mailboxes: Id = 'table:/etc/postfix/croft/virtual-mailboxes';
const keys = 'file:/etc/ssh/authorized_keys.d/';
const waysIn: ReadonlySet<string> = new Set([accounts, expiries, 'table:/var/lib/extrausers/group', 'table:/etc/dovecot/croft/passwd']);
const zones = 'zone:/etc/bind/croft/zones/';

/** Directories of mailboxes, and of zones' keys: those are counted themselves. */
const ofOthers = /^(?:home|directory):\/var\/(?:vmail|lib\/bind)\//;

/** List what croft made on a host for somebody: its own entries, and each mailbox. */
export function thingsOf(inventory: Inventory): readonly Thing[] {
  return [...thingsAmong(inventory, inventory.entries.keys()), ...mailboxesOf(inventory)];
}

/** List which entries of some ids are such things. No others are looked into. */
export function thingsAmong(inventory: Inventory, ids: Iterable<Id>): readonly Thing[] {
  return entriesOf(inventory, [...ids].filter((id) => !id.startsWith('sessions:') && !ofOthers.test(id))).filter(({ file }) => !isOfHost(file));
}

/** List each mailbox of a host. */
export function mailboxesOf({ entries }: Inventory): readonly Thing[] {
  return mailboxesAmong(entries);
}

const mailboxesAmong = once((entries: Inventory['entries']): readonly Thing[] => {
  const table = entries.get(mailboxes);
  return keysIn(table).map((key): Thing => ({ id: `mailbox:${key}`, owner: rowOwner(table, key), file: fileOf(table) }));
});

/** List whose entries of some ids are. */
export function entriesOf({ entries }: Inventory, ids: readonly Id[]): readonly (Thing & { readonly id: Id })[] {
  return ids.flatMap((id) => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [{ id, owner: entry.owner, file: entry.source.file }];
  });
}

/** Is it no document of somebody's that says so, but that of a host, for the part it plays? */
function isOfHost(file: string): boolean {
  return /(?:^|\/)hosts\/[^/]+\.yaml$/.test(file);
}

/** Name the members who had an account, and could use it: a shadow row that expires is closed. */
export function activeMembers({ entries }: Inventory): ReadonlySet<string> {
  return activeAmong(entries);
}

const activeAmong = once((entries: Inventory['entries']): ReadonlySet<string> => {
  const table = entries.get(accounts);
  const closed = entries.get(expiries)?.left ?? {};
  return new Set(Object.keys(table?.rows ?? {}).filter((name) => has(table?.left, `${name}.uid`) && (closed[`${name}.expire`] ?? '') === ''));
});

/** Name the document that the table of accounts was made of. */
export function accountsFile({ entries }: Inventory): string {
  return fileOf(entries.get(accounts));
}

/** Name every document that something on a host was made of, with that of each member who has an account. */
export function documentsOf({ entries }: Inventory): readonly string[] {
  const owners = Object.values(entries.get(accounts)?.rows ?? {});
  const members = owners.flatMap((owner) => (owner === 'coop' ? [] : [`desired-state/members/${ownerName(owner)}/member.yaml`]));
  return [...new Set([...[...entries.values()].map(({ source }) => source.file.replace(/^(?:desired-state\/)?/, 'desired-state/')), ...members])];
}

/** Does this let somebody in: her account, her keys, the password of a mailbox? */
export function isWayIn(id: string): boolean {
  return waysIn.has(id) || isKeys(id);
}

/** Are these the ssh keys of somebody? */
export function isKeys(id: string): boolean {
  return id.startsWith(keys);
}

/** Has whoever these keys are of an account in a catalog? */
export function hasAccount({ resources }: Catalog, id: string): boolean {
  return has(resources.find((resource) => resource.id === accounts)?.desired, `${id.slice(keys.length)}.uid`);
}

/** Name everybody whose keys open this host. */
export function keyHolders({ beginning }: Pick<Names, 'beginning'>): ReadonlySet<string> {
  return new Set(beginning(keys).map((id) => id.slice(keys.length)));
}

/** Name everybody whose keys croft has put on a host. */
export function keyHoldersOn({ entries }: Pick<Inventory, 'entries'>): ReadonlySet<string> {
  return keyHolders({ beginning: (start) => idsBeginning(entries, start) });
}

/** List which zones croft made on a host. */
export function zonesOf({ entries }: Pick<Inventory, 'entries'>): readonly Id[] {
  return idsBeginning(entries, zones);
}

/** Name the zone of an id; null when it is none. */
export function zoneOf(id: string): string | null {
  return id.startsWith(zones) ? id.slice(zones.length).replace(/\.zone$/, '') : null;
}

/** List the mail domains of a host, whose each was, and how many mailboxes it had. */
export function mailDomainsOf({ entries }: Inventory): readonly MailDomain[] {
  return mailDomainsAmong(entries);
}

type MailDomain = Thing & { readonly mailboxes: number };

const mailDomainsAmong = once((entries: Inventory['entries']): readonly MailDomain[] => {
  const table = entries.get(mailDomains);
  const counts = new Map<string, number>();
  for (const address of keysIn(entries.get(mailboxes))) {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return keysIn(table).map((name) => (
    { id: name, owner: rowOwner(table, name), file: fileOf(table), mailboxes: counts.get(name) ?? 0 }));
});

/** Is what an entry was made of still declared, be it for another host? */
export function isDeclared({ id, file }: Thing, state: Declared): boolean {
  return id.startsWith('mailbox:') ? isMailbox(id, state) : indexOf(state).files.has(file);
}

/** Is this a mailbox that is still declared? */
export function isMailbox(id: string, state: Declared): boolean {
  return id.startsWith('mailbox:') && indexOf(state).addresses.has(id.slice('mailbox:'.length));
}

/** What of a state guards look up for each thing on a host. */
interface Index {
  readonly files: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, Declared['members'][number]>;
}

const known = new WeakMap<Declared, Index>();

function indexOf(state: Declared): Index {
  const before = known.get(state);
  if (before !== undefined) return before;
  const all = [state.cluster, ...state.hosts, ...state.limits, ...state.members, ...state.vhosts, ...state.zones, ...state.mailDomains];
  const addresses = new Set<string>(state.mailDomains.flatMap((domain) => domain.mailboxes.map(({ address }) => address)));
  const found = { files: new Set(all.map(({ source }) => source.file)), addresses, members: new Map(state.members.map((member) => [member.name, member])) };
  known.set(state, found);
  return found;
}

/** Find a member of this name; undefined when there is none. */
export function memberNamed(state: Declared, name: string): Declared['members'][number] | undefined {
  return indexOf(state).members.get(name);
}

/** Name what a catalog declares: what is beside a part of it is all that croft made. */
export function declaredIn({ catalog: { resources, beside }, inventory: { entries } }: Known): Names {
  const ids: ReadonlySet<string> = idsAmong(resources);
  const declared = (start: string): readonly string[] => [...ids].filter((id) => id.startsWith(start));
  if (beside === undefined) return { has: (id) => ids.has(id), beginning: declared };
  return { has: (id) => ids.has(id) || entries.has(id as Id), beginning: (start) => [...new Set<string>([...idsBeginning(entries, start), ...declared(start)])] };
}

/** Some ids. */
export interface Names {
  has(id: string): boolean;
  /** Name those that begin so. */
  beginning(start: string): readonly string[];
}

/** What is declared, and what croft made so far. */
type Known = { readonly catalog: Catalog; readonly inventory: Pick<Inventory, 'entries'> };

/** Every member's account, as they are declared; null where none is. */
export function accountsIn({ catalog: { resources, beside }, inventory: { entries } }: Known): State | null {
  const table = resources.find(({ id }) => id === accounts);
  return table?.desired ?? (beside === undefined ? null : (entries.get(accounts)?.left ?? null));
}

/** Name what croft made on a host and a catalog does not declare: nothing, where that is only a part. */
export function undeclaredIn({ entries }: Inventory, { resources, beside }: Catalog): readonly Id[] {
  if (beside !== undefined) return [];
  const before = undeclaredAmong.get(resources);
  if (before?.entries === entries) return before.ids;
  const declared = idsAmong(resources);
  const ids = [...entries.keys()].filter((id) => !declared.has(id));
  undeclaredAmong.set(resources, { entries, ids });
  return ids;
}

const undeclaredAmong = new WeakMap<Catalog['resources'], { readonly entries: Inventory['entries']; readonly ids: readonly Id[] }>();

const idsAmong = once((resources: Catalog['resources']): ReadonlySet<Id> => new Set(resources.map(({ id }) => id)));

function keysIn(table: InventoryEntry | undefined): readonly string[] {
  return Object.keys(table?.left ?? {}).flatMap((attribute) => (attribute.endsWith('.value') ? [attribute.slice(0, -'.value'.length)] : []));
}

function rowOwner(table: InventoryEntry | undefined, key: string): Owner {
  const { rows = {} } = table ?? {};
  return Object.hasOwn(rows, key) ? (rows[key] ?? 'coop') : 'coop';
}

function fileOf(entry: InventoryEntry | undefined): string {
  return entry?.source.file ?? 'desired-state/cluster.yaml';
}

function has(state: State | null | undefined, attribute: string): boolean {
  return state !== null && state !== undefined && Object.hasOwn(state, attribute);
}
