import type { Claim } from '../../model/claim.ts';
import type { DesiredState, Host, Zone } from '../../model/desired.ts';
import { addressWords } from '../../model/grammar/addresses.ts';
import { domainName, isWithin } from '../../model/grammar/names.ts';
import type { Part } from '../../model/resource.ts';
import type { DomainName, Ipv4, Ipv6 } from '../../model/values.ts';
import type { ZoneFile, ZoneLine } from '../../formats/zone.ts';
import { isAddress, settle, type Wish } from './settle.ts';

/** What stands in each zone: what is declared there, and what follows from the rest of the co-op. */
export interface Records {
  start(zone: Zone): Omit<ZoneFile, 'records'>;
  lines(zone: Zone): readonly ZoneLine[];
  /** Whose names are in it, but for its owner's and the co-op's. */
  parts(zone: Zone): readonly Part[];
}

/** Work out for all zones at once which records follow, and which zone each belongs to: the closest one above its name. */
export function recordsOf(state: DesiredState, claims: readonly Claim[]): Records {
  const servers = state.hosts.filter(({ roles }) => roles.includes('dns-primary') || roles.includes('dns-secondary'));
  const primary = servers.find(({ roles }) => roles.includes('dns-primary'));
  if (primary === undefined) throw new Error('cannot write zones for a co-op without a primary name server');
  const zones = new Map<string, DomainName>(state.zones.map(({ name }) => [name, name]));
  const ground = byZone(zones, [...state.hosts.flatMap(hostWishes), ...state.zones.flatMap(({ name }) => delegation(name, servers))]);
  const claimed = byZone(zones, claims.map(({ name, data, why }) => ({ name, data, why })));
  const named = byZone(zones, [...claims.map(({ name, owner, source }) => ({ name, owner, source })), ...state.zones.map(({ name, owner, source }) => ({ name, owner, source, above: name }))]);
  return {
    start: ({ name, ttlSeconds, dnssec }) => ({ origin: name, ttlSeconds, ...(dnssec ? { signed: true } : {}), primary: primary.fqdn, contact: state.cluster.contact }),
    lines: (zone) => {
      const declared = zone.records.map(({ name, ttlSeconds, data }): ZoneLine => ({ name, ttlSeconds, data, why: '' }));
      const own = settle(declared, [...servers.map((server) => nameServer(zone.name, server)), ...(ground.get(zone.name) ?? [])]);
      return settle(own, claimed.get(zone.name) ?? []);
    },
    parts: (zone) => {
      const others = (named.get(zone.name) ?? []).filter(({ owner }) => owner !== zone.owner && owner !== 'coop');
      return [...new Map(others.map(({ name, owner, source }) => [name, { attribute: `${name}.`, owner, source }])).values()];
    },
  };
}

function hostWishes({ name, fqdn, ipv4, ipv6 }: Host): readonly Wish[] {
  const why = `host ${name}`;
  return [
    { name: fqdn, data: { type: 'A', address: ipv4 }, why },
    { name: fqdn, data: { type: 'AAAA', address: ipv6 }, why },
    { name: reverseName(ipv4), data: { type: 'PTR', target: named(fqdn) }, why },
    { name: reverseName(ipv6), data: { type: 'PTR', target: named(fqdn) }, why },
  ];
}

/** What the zone above one must say of it: its name servers, and where they are if their names lie in it. */
function delegation(child: DomainName, servers: readonly Host[]): readonly (Wish & { readonly above: DomainName })[] {
  return servers.flatMap((server) => {
    const why = `zone ${child} is declared on its own`;
    const glue = isWithin(server.fqdn, child) ? hostWishes(server).filter(({ data }) => isAddress(data)) : [];
    return [{ ...nameServer(child, server), why }, ...glue.map((wish) => ({ ...wish, why }))].map((wish) => ({ ...wish, above: child }));
  });
}

function nameServer(zone: DomainName, { name, fqdn }: Host): Wish {
  return { name: zone, data: { type: 'NS', target: named(fqdn) }, why: `name server ${name}` };
}

function byZone<Named extends Pick<Wish, 'name'>>(zones: ReadonlyMap<string, DomainName>, wishes: readonly (Named & { readonly above?: DomainName })[]): ReadonlyMap<string, readonly Omit<Named, 'above'>[]> {
  const found = new Map<string, Omit<Named, 'above'>[]>();
  for (const { above, ...wish } of wishes) {
    const zone = closest(zones, above === undefined ? wish.name : parentOf(above));
    if (zone === null) continue;
    const there = found.get(zone);
    if (there === undefined) found.set(zone, [wish]);
    else there.push(wish);
  }
  return found;
}

function closest(zones: ReadonlyMap<string, DomainName>, name: string): DomainName | null {
  for (let rest = name; rest !== ''; rest = parentOf(rest)) {
    const zone = zones.get(rest);
    if (zone !== undefined) return zone;
  }
  return null;
}

function parentOf(name: string): string {
  return name.includes('.') ? name.slice(name.indexOf('.') + 1) : '';
}

/** Turn an address into its name in the reverse tree. Source: RFC 1035 §3.5, RFC 3596 §2.5. */
function reverseName(address: Ipv4 | Ipv6): DomainName {
  if (!address.includes(':')) return named(`${address.split('.').reverse().join('.')}.in-addr.arpa`);
  const nibbles = (addressWords(address) ?? []).map((word) => word.toString(16).padStart(4, '0')).join('');
  return named(`${[...nibbles].reverse().join('.')}.ip6.arpa`);
}

function named(text: string): DomainName {
  const name = domainName(text);
  if (name === null) throw new Error(`cannot use ${JSON.stringify(text)} as a name in DNS`);
  return name;
}
