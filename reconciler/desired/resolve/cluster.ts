import type { Cluster, Host, Limits, PublicKey } from '../../model/desired.ts';
import type { Checked } from '../../model/problem.ts';
import type { Source } from '../../model/source.ts';
import type { Document } from '../documents.ts';
import { finding } from '../finding.ts';
import { publicKey } from '../ssh-key.ts';
import { all, complete, is, taker, type Taker } from '../take.ts';

/** How long resolvers may keep an answer when nobody says: an hour. */
const DEFAULT_TTL_SECONDS = 3600;
const DEFAULT_APPROVALS = 2;
/** Long enough for somebody to miss it. */
const DEFAULT_GRACE_DAYS = 30;

/** Parse the cluster's values. */
export function resolveCluster(document: Document<'cluster'>): Checked<Cluster | null> {
  const { value, at } = document;
  const { take, note, problems } = taker(document);
  const kickKey = keyOf(value.trust?.['kick-key'], { code: 'cluster/kick-key', source: at('trust', 'kick-key'), note });
  const mergeKeys = (value.trust?.['merge-keys'] ?? []).flatMap((line, index) => usable(line, at('trust', 'merge-keys', index)));
  const fields = complete({
    name: take(is.displayName, value.name, ['name']),
    domain: take(is.hostname, value.domain, ['domain']),
    contact: take(is.mailAddress, value.contact, ['contact']),
    admins: all(value.admins.map((name, index) => take(is.userName, name, ['admins', index]))),
  });
  const ttlSeconds = value.dns?.['ttl-seconds'] ?? DEFAULT_TTL_SECONDS;
  return { value: fields && { ...fields, admins: fields.admins.toSorted(), ttlSeconds, kickKey, mergeKeys, approvals: approvalsOf(value), graceDays: value.retired?.['grace-days'] ?? DEFAULT_GRACE_DAYS, source: at() }, problems };
}

function approvalsOf({ trust }: Document<'cluster'>['value']): number | null {
  return trust === undefined ? null : (trust.approvals ?? DEFAULT_APPROVALS);
}

/** Parse a host's values and name it below the co-op's domain. */
export function resolveHost(document: Document<'host'>, { domain }: { readonly domain: string }): Checked<Host | null> {
  const { value, at, name } = document;
  const { take, note, problems } = taker(document);
  const key = keyOf(value.key, { code: 'host/key', source: at('key'), note });
  const sshHostKey = keyOf(value['ssh-host-key'], { code: 'host/key', source: at('ssh-host-key'), note });
  const fields = complete({
    name: take(is.label, name, []),
    fqdn: take(is.hostname, `${name}.${domain}`, []),
    ipv4: take(is.ipv4, value.addresses.ipv4, ['addresses', 'ipv4']),
    ipv6: take(is.ipv6, value.addresses.ipv6, ['addresses', 'ipv6']),
  });
  const rest = { debian: value.debian, roles: value.services.toSorted(), login: value.login, key, sshHostKey, source: at() };
  return { value: fields && { ...fields, ...rest }, problems };
}

interface KeyPlace {
  readonly code: string;
  readonly source: Source;
  readonly note: Taker['note'];
}

/** A key that cannot be used is a problem, and is as good as none: that the host stays reachable does not hang on it. */
function keyOf(line: string | undefined, { code, source, note }: KeyPlace): PublicKey | null {
  if (line === undefined) return null;
  const key = publicKey(line);
  if (!('why' in key)) return { ...key, source };
  return note(finding(source, { code, message: `cannot use this key: ${key.why}`, hint: 'paste the line of its .pub file' }));
}

/** One that cannot be used is a problem that a rule finds; all that charters take are here, also where they are weak. */
function usable(line: string, source: Source): readonly PublicKey[] {
  const key = publicKey(line);
  return 'why' in key ? [] : [{ ...key, source }];
}

/** Parse a limits class. */
export function resolveLimits(document: Document<'limits'>): Checked<Limits | null> {
  const { value, at } = document;
  const { take, problems } = taker(document);
  const name = take(is.label, document.name, []);
  const { tasks, vhosts, zones, mailboxes, aliases, 'memory-mib': memoryMib, 'cpu-percent': cpuPercent, 'disk-mib': diskMib, 'open-files': openFiles } = value;
  return { value: name && { name, tasks, memoryMib, cpuPercent, diskMib, openFiles, vhosts, zones, mailboxes, aliases, source: at() }, problems };
}
