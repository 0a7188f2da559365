import type { Claim } from '../model/claim.ts';
import type { DesiredState, Zone } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import type { Catalog, Resource } from '../model/resource.ts';
import type { Source } from '../model/source.ts';

/** One declaration that stands behind a thing. */
export interface Reason {
  /** What it is, in members' words: `site`, `mailbox`, `zone`. */
  readonly what: string;
  readonly name: string;
  readonly owner: Owner;
  readonly source: Source;
}

/** Why a thing is as it is: the declarations behind it, and the host's resources that they led to. */
export interface Trace {
  readonly reasons: readonly Reason[];
  readonly resources: readonly Resource[];
}

/** What there is to point at. */
export interface Everything {
  readonly state: DesiredState;
  readonly catalog: Catalog;
  readonly claims: readonly Claim[];
}

/** Name all that can be traced. */
export function namesIn({ state, catalog }: Everything): ReadonlySet<string> {
  return new Set([...declarations(state), ...besides(state)].map(({ name }) => name).concat(catalog.resources.flatMap(({ id, name }) => [id, name])));
}

/**
 * Trace anything that a person may point at – a path, a resource id, a domain, a member, an address, a port, a row of a table –
 * to its declarations and its resources on one host.
 */
export function trace(thing: string, { state, catalog, claims }: Everything): Trace {
  const declared = declarations(state).filter(({ name }) => name === thing);
  const pointed = catalog.resources.filter((resource) => resource.id === thing || resource.name === thing);
  const rows = catalog.resources.flatMap((resource) => (resource.parts ?? []).filter(({ attribute }) => attribute === thing).map((part) => ({ resource, part })));
  const beside = besides(state).filter(({ name }) => name === thing);
  const nearest = declared.length + beside.length + pointed.length + rows.length === 0 ? enclosing(thing, catalog) : [];
  const files = new Set(declared.map(({ source }) => source.file));
  const zones = new Set(claims.filter(({ source }) => files.has(source.file)).flatMap(({ name }) => zoneOf(state, name)?.source.file ?? []));
  const led = catalog.resources.filter((resource) => files.has(resource.source.file) || resource.parts?.some(({ source }) => files.has(source.file)) || (resource.kind === 'zone' && zones.has(resource.source.file)));
  return {
    reasons: unique([
      ...declared,
      ...beside,
      ...[...pointed, ...nearest].flatMap(behind),
      ...rows.map(({ resource, part }) => ({ what: 'row of', name: resource.name, owner: part.owner, source: part.source })),
    ]),
    resources: [...new Set([...pointed, ...nearest, ...rows.map(({ resource }) => resource), ...led])],
  };
}

/** The declared zone that a claimed record is published in: the closest one above its name. */
function zoneOf({ zones }: DesiredState, name: string): Zone | undefined {
  return zones.filter((zone) => name === zone.name || name.endsWith(`.${zone.name}`)).sort((a, b) => b.name.length - a.name.length)[0];
}

function behind(resource: Resource): readonly Reason[] {
  return [{ what: resource.kind, name: resource.name, owner: resource.owner, source: resource.source }];
}

/** The closest directory of croft's above a path that is not croft's own. */
function enclosing(path: string, catalog: Catalog): readonly Resource[] {
  if (!path.startsWith('/')) return [];
  const above = catalog.resources.filter(({ kind, name }) => (kind === 'directory' || kind === 'home') && path.startsWith(`${name}/`));
  return above.sort((a, b) => b.name.length - a.name.length).slice(0, 1);
}

function declarations(state: DesiredState): readonly Reason[] {
  return [
    { what: 'co-op', name: state.cluster.domain, owner: 'coop', source: state.cluster.source },
    ...state.hosts.flatMap(({ name, fqdn, ipv4, ipv6, source }) => [name, fqdn, ipv4, ipv6].map((called): Reason => ({ what: 'host', name: called, owner: 'coop', source }))),
    ...state.limits.map(({ name, source }): Reason => ({ what: 'limits class', name, owner: 'coop', source })),
    ...state.members.flatMap(({ name, uid, ports, source, sources }): readonly Reason[] => [
      { what: 'member', name, owner: `member:${name}`, source },
      { what: 'uid', name: String(uid), owner: `member:${name}`, source: sources['uid'] ?? source },
      ...ports.map((port): Reason => ({ what: 'port of', name: String(port), owner: `member:${name}`, source: sources['ports'] ?? source })),
    ]),
    ...state.vhosts.flatMap(({ name, aliases, owner, source, site }): readonly Reason[] => [
      ...[name, ...aliases].map((called) => ({ what: 'site', name: called, owner, source })),
      ...(site.kind === 'proxy' ? [{ what: 'site behind port', name: String(site.port), owner, source }] : []),
    ]),
    ...state.zones.flatMap(({ name, owner, source, records }) => [
      { what: 'zone', name, owner, source },
      ...records.map((record) => ({ what: `${record.data.type} record`, name: record.name, owner, source: record.source })),
    ]),
    ...state.mailDomains.flatMap(({ name, owner, source, mailboxes, aliases }) => [
      { what: 'mail domain', name, owner, source },
      ...mailboxes.map((mailbox) => ({ what: 'mailbox', name: mailbox.address, owner, source: mailbox.source })),
      ...aliases.map((alias) => ({ what: 'mail alias', name: alias.address, owner, source: alias.source })),
    ]),
    ...state.secrets.map(({ name, owner, source }): Reason => ({ what: 'secret', name, owner, source })),
  ];
}

/** What else is behind a thing without having led to any resource by itself: that it was given to somebody, and that its owner is not active. */
function besides({ members, vhosts, mailDomains }: DesiredState): readonly Reason[] {
  const idle = new Map(members.filter(({ state }) => state !== 'active').map((member) => [`member:${member.name}` as Owner, member]));
  const behindOf = (owner: Owner, what: string, names: readonly string[]): readonly Reason[] => {
    const member = idle.get(owner);
    return member === undefined ? [] : names.map((name) => ({ what: `${idleWords[member.state]} ${what}`, name, owner, source: member.sources['state'] ?? member.source }));
  };
  return [
    ...members.flatMap(({ name, domains, delegates, source, sources }): readonly Reason[] => [
      ...domains.map((domain): Reason => ({ what: 'domain', name: domain, owner: `member:${name}`, source: sources['domains'] ?? source })),
      ...delegates.map(({ domain, to }): Reason => ({ what: `delegation to ${to} of`, name: domain, owner: `member:${name}`, source: sources['delegates'] ?? source })),
      ...behindOf(`member:${name}`, 'of member', [name]),
    ]),
    ...vhosts.flatMap(({ owner, name, aliases }) => behindOf(owner, 'behind the 503 of site', [name, ...aliases])),
    ...mailDomains.flatMap(({ owner, name }) => behindOf(owner, 'that closes mail domain', [name])),
  ];
}

const idleWords = { active: '', suspended: 'suspension', retired: 'retirement' } as const;

function unique(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ what, name, source }) => {
    const key = JSON.stringify([what, name, source]);
    return !seen.has(key) && seen.add(key);
  });
}
