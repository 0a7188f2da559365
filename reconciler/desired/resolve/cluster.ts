import type { Cluster, Host, Limits } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import type { Document } from '../documents.ts';
import { all, complete, is, taker } from '../take.ts';

/** How long resolvers may keep an answer when nobody says: an hour. */
const DEFAULT_TTL_SECONDS = 3600;

/** Parse the cluster's values. */
export function resolveCluster(document: Document<'cluster'>): Checked<Cluster | null> {
  const { value, at } = document;
  const { take, problems } = taker(document);
  const fields = complete({
    name: take(is.displayName, value.name, ['name']),
    domain: take(is.hostname, value.domain, ['domain']),
    contact: take(is.mailAddress, value.contact, ['contact']),
    admins: all(value.admins.map((name, index) => take(is.userName, name, ['admins', index]))),
  });
  const ttlSeconds = value.dns?.['ttl-seconds'] ?? DEFAULT_TTL_SECONDS;
  return { value: fields && { ...fields, admins: fields.admins.toSorted(), ttlSeconds, source: at() }, problems };
}

/** Parse a host's values and name it below the co-op's domain. */
export function resolveHost(document: Document<'host'>, { domain }: { readonly domain: string }): Checked<Host | null> {
  const { value, at, name } = document;
  const { take, problems } = taker(document);
  const fields = complete({
    name: take(is.label, name, []),
    fqdn: take(is.hostname, `${name}.${domain}`, []),
    ipv4: take(is.ipv4, value.addresses.ipv4, ['addresses', 'ipv4']),
    ipv6: take(is.ipv6, value.addresses.ipv6, ['addresses', 'ipv6']),
  });
  return { value: fields && { ...fields, debian: value.debian, roles: value.services.toSorted(), login: value.login, source: at() }, problems };
}

/** Parse a limits class. */
export function resolveLimits(document: Document<'limits'>): Checked<Limits | null> {
  const { value, at } = document;
  const { take, problems } = taker(document);
  const name = take(is.label, document.name, []);
  const { tasks, vhosts, zones, mailboxes, aliases, 'memory-mib': memoryMib, 'cpu-percent': cpuPercent, 'disk-mib': diskMib, 'open-files': openFiles } = value;
  return { value: name && { name, tasks, memoryMib, cpuPercent, diskMib, openFiles, vhosts, zones, mailboxes, aliases, source: at() }, problems };
}
