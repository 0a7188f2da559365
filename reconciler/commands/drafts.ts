import { holdingOf, type Ownership } from '../desired/ownership.ts';
import type { Documents } from '../desired/documents.ts';
import { schemas } from '../desired/schemas.ts';
import { nextUid } from '../desired/uids.ts';
import type { Owner } from '../model/owner.ts';
import { choice, text, texts, UsageError, type Call } from './command.ts';
import type { Draft } from './drafting.ts';
import type { Past } from './past-members.ts';
import { publicKeyIn } from './public-key.ts';

/** What of the co-op a new document depends on. */
export interface Surroundings {
  readonly documents: Documents;
  readonly ownership: Ownership;
  /** Paths of options are below it. */
  readonly directory: string;
  readonly past: Past;
}

/** How a new document of one kind is drafted. */
export interface Drafter {
  /** Options that this kind takes. */
  readonly options: readonly string[];
  /** Does it depend on who was there before? To look costs. */
  readonly asksThePast?: true;
  /** Where one of them would be, whoever's it is: what fits there fits as a name. */
  place(name: string): string;
  draft(name: string, call: Call, around: Surroundings): Draft;
}

/** What `croft new` can write, by kind. */
export const drafters: ReadonlyMap<string, Drafter> = new Map<string, Drafter>([
  ['vhost', { options: ['member', 'coop', 'static', 'redirect', 'proxy'], place: (name) => `coop/vhosts/${name}.yaml`, draft: vhost }],
  ['zone', { options: ['member', 'coop'], place: (name) => `coop/zones/${name}.yaml`, draft: zone }],
  ['mailboxes', { options: ['member', 'coop'], place: (name) => `coop/mailboxes/${name}.yaml`, draft: mailboxes }],
  ['member', { asksThePast: true, options: ['name', 'email', 'limits', 'domain', 'ssh-key'], place: (name) => `members/${name}/member.yaml`, draft: member }],
  ['limits', { options: [], place: (name) => `limits/${name}.yaml`, draft: limits }],
  ['host', { options: ['ipv4', 'ipv6', 'debian'], place: (name) => `hosts/${name}.yaml`, draft: host }],
]);

function zone(name: string, call: Call, around: Surroundings): Draft {
  return { kind: 'zone', path: `${homeOf(name, call, around)}/zones/${name}.yaml`, value: { records: [] }, further: ['records', 'ttl-seconds'] };
}

function mailboxes(name: string, call: Call, around: Surroundings): Draft {
  const further = ['mailboxes', 'aliases', 'catch-all'];
  return { kind: 'mailboxes', path: `${homeOf(name, call, around)}/mailboxes/${name}.yaml`, value: { mailboxes: {} }, further };
}

function homeOf(name: string, call: Call, around: Surroundings): string {
  const owner = ownerOf(name, call, around);
  return owner === 'coop' ? 'coop' : `members/${owner.slice('member:'.length)}`;
}

/** Whoever has the domain, unless somebody is named. */
function ownerOf(name: string, call: Call, { documents, ownership }: Surroundings): Owner {
  const asked = text(call, 'member');
  if (asked !== null && call.values['coop'] === true) throw new UsageError('cannot use --member and --coop at once: give one of them');
  if (call.values['coop'] === true) return 'coop';
  if (asked === null) return holderOf(name, ownership);
  if (!documents.member.some((each) => each.name === asked)) throw new UsageError(`cannot use --member ${asked}: there is no such member`);
  return `member:${asked}`;
}

function holderOf(name: string, ownership: Ownership): Owner {
  const holding = holdingOf(ownership, name);
  if (holding !== null) return holding.owner;
  throw new UsageError(`cannot tell whose ${name} is: nobody has that domain – an admin can add it to \`domains\` of a member; or say --coop`);
}

function vhost(name: string, call: Call, around: Surroundings): Draft {
  const sorts = ['static', 'redirect', 'proxy'].filter((sort) => text(call, sort) !== null);
  if (sorts.length > 1) throw new UsageError(`cannot use ${sorts.map((sort) => `--${sort}`).join(' and ')} at once: a site is one of them`);
  const home = homeOf(name, call, around);
  const value = siteOf(call, home === 'coop' ? name : `sites/${name}`);
  return { kind: 'vhost', path: `${home}/vhosts/${name}.yaml`, value, further: ['aliases', 'https', 'headers', 'error-pages'] };
}

function siteOf(call: Call, root: string): Draft['value'] {
  const [to, port] = [text(call, 'redirect'), text(call, 'proxy')];
  if (to !== null) return { redirect: { to } };
  return port === null ? { static: { root: text(call, 'static') ?? root } } : { proxy: { port: numberIn(port) } };
}

/** What is no number is left as it is, for the schema to say so. */
function numberIn(written: string): number | string {
  return /^[0-9]{1,9}$/.test(written) ? Number(written) : written;
}

function member(name: string, call: Call, { documents, directory, past }: Surroundings): Draft {
  const had = past.names.get(name);
  const isThere = documents.member.some((each) => each.name === name) || documents.retired.some(({ value }) => value.members.some((each) => each.name === name));
  if (had !== undefined && !isThere) {
    throw new UsageError(`cannot use the account name ${name}: a member had it, with the uid ${had}, and names are never used twice – choose another; or, when it is the same person, revert the commit that took members/${name} away`);
  }
  const keyFile = text(call, 'ssh-key');
  const key = keyFile === null ? null : publicKeyIn(directory, keyFile);
  // Where trust is on, who cannot sign cannot change anything: to add the key later takes all the approvals once more.
  const signs = documents.cluster.some(({ value: { trust } }) => trust !== undefined);
  const domains = texts(call, 'domain');
  const value = {
    name: required(call, 'name', '"Carol Danvers"'),
    uid: nextUid(documents, past.uids.keys()),
    limits: text(call, 'limits') ?? classOf(documents),
    email: required(call, 'email', 'carol@elsewhere.example'),
    ...(domains.length > 0 && { domains }),
    ...(key !== null && { 'ssh-keys': [key] }),
    ...(key !== null && signs && { 'signing-keys': [key] }),
  };
  return { kind: 'member', path: `members/${name}/member.yaml`, value, further: ['shell', 'domains', 'ports', 'ssh-keys', 'signing-keys'] };
}

function classOf({ limits: classes }: Documents): string {
  const names = classes.map(({ name }) => name);
  const [usual] = names.includes('regular') ? ['regular'] : names;
  if (usual === undefined) throw new UsageError('cannot choose a limits class: the co-op has none – croft new limits regular makes one');
  if (usual !== 'regular' && names.length > 1) throw new UsageError(`cannot choose a limits class: give --limits ${names.join(' or --limits ')}`);
  return usual;
}

/** Every number that the schema shows as an example: something to start from. */
function limits(name: string): Draft {
  const { properties = {} }: { readonly properties?: { readonly [field: string]: { readonly examples?: readonly unknown[] } } } = schemas.get('limits') ?? {};
  const examples = Object.entries(properties).map(([field, schema]) => [field, schema.examples?.[0]] as const);
  const value = Object.fromEntries(examples.filter(([, example]) => typeof example === 'number'));
  return { kind: 'limits', path: `limits/${name}.yaml`, value, further: ['description'] };
}

function host(name: string, call: Call): Draft {
  const addresses = { ipv4: required(call, 'ipv4', '192.0.2.14'), ipv6: required(call, 'ipv6', '2001:db8:77::14') };
  const value = { debian: Number(choice(call, 'debian', ['13', '12'])), addresses, services: [], login: { shell: 'admins', files: 'everyone' } };
  return { kind: 'host', path: `hosts/${name}.yaml`, value, further: ['description'] };
}

function required(call: Call, option: string, example: string): string {
  const value = text(call, option);
  if (value === null) throw new UsageError(`cannot write this document without --${option}, e.g. --${option} ${example}`);
  return value;
}
