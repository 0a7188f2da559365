import type { DesiredState, Host } from '../../model/desired.ts';
import { absPath } from '../../model/grammar/paths.ts';
import type { Part } from '../../model/resource.ts';
import type { Scope } from '../../model/service.ts';
import type { AbsPath, DomainName } from '../../model/values.ts';
import type { NamedWord, Statement } from '../../formats/named.ts';
import { text } from '../../formats/text.ts';

/** Who plays which part in the co-op's DNS, seen from one host. */
export interface Parts {
  readonly role: 'primary' | 'secondary' | 'none';
  /** The hosts at the other end of zone transfers. */
  readonly peers: readonly Host[];
  /** Are there two ends at all? */
  readonly transfers: boolean;
}

const keyName = { quoted: text('croft-transfer') };

/** The key of zone transfers: the same on every host, and in no repository. */
export const transferKey = {
  path: '/etc/bind/croft/transfer.key',
  content: {
    label: 'bind/transfer', template: 'key "croft-transfer" { algorithm hmac-sha256; secret "{}"; };\n', mode: '0640', group: 'bind',
  },
} as const;

/** Find a host's part; a primary is never also a secondary. */
export function partsOf({ state, host }: Scope): Parts {
  const primaries = state.hosts.filter(({ roles }) => roles.includes('dns-primary'));
  const secondaries = state.hosts.filter(({ roles }) => roles.includes('dns-secondary') && !roles.includes('dns-primary'));
  const transfers = primaries.length > 0 && secondaries.length > 0;
  if (primaries.some(({ name }) => name === host.name)) return { role: 'primary', peers: secondaries, transfers };
  if (secondaries.some(({ name }) => name === host.name)) return { role: 'secondary', peers: primaries, transfers };
  return { role: 'none', peers: [], transfers: false };
}

/**
 * Say how named behaves: it answers for its own zones and for nothing else, tells nobody its version, hands zones only to who has the
 * key, and answers a flood from forged addresses at a trickle (RRL). Requests to a peer are signed by `server`, so that the list of
 * zones in named.conf.local needs no key and can be checked alone.
 */
export function options(state: DesiredState, { role, peers, transfers }: Parts): readonly Statement[] {
  const keyOrNone = transfers ? clause([text('key'), keyName]) : clause([text('none')]);
  const block: readonly Statement[] = [
    clause([text('directory'), { quoted: place(cache) }]),
    clause([text('listen-on')], [clause([text('any')])]),
    clause([text('listen-on-v6')], [clause([text('any')])]),
    clause([text('recursion'), text('no')]),
    clause([text('dnssec-validation'), text('no')]),
    clause([text('allow-transfer')], [role === 'primary' ? keyOrNone : clause([text('none')])]),
    ...(role === 'primary' ? notifying(peers) : [clause([text('notify'), text('no')]), clause([text('allow-notify')], [keyOrNone])]),
    clause([text('minimal-responses'), text('yes')]),
    clause([text('minimal-any'), text('yes')]),
    clause([text('version'), text('none')]),
    clause([text('hostname'), text('none')]),
    clause([text('rate-limit')], [
      clause([text('responses-per-second'), 25]),
      clause([text('exempt-clients')], [clause([text('localhost')]), ...addresses(state.hosts)]),
    ]),
  ];
  const signed = transfers ? [clause([text('include'), { quoted: place(transferKey.path) }]), ...peers.flatMap(signingRequests)] : [];
  return [...signed, clause([text('options')], block)];
}

/** List the zones that this host has as files. */
export function primaryZones({ zones }: DesiredState): readonly Statement[] {
  return zones.map(({ name, dnssec }) => clause([text('zone'), { quoted: name }], [
    clause([text('type'), text('primary')]),
    ...(dnssec ? signedZone(name) : [clause([text('file'), { quoted: place(zoneFileOf(name)) }])]),
  ]));
}

/** Say whose each zone in such a list is. */
export function zoneParts({ zones }: DesiredState): readonly Part[] {
  return zones.map(({ name, owner, source }) => ({ attribute: `zone "${name}"`, owner, source }));
}

/** Where croft writes a zone. */
export function zoneFileOf(name: DomainName): string {
  return `/etc/bind/croft/zones/${name}.zone`;
}

/** Where named works, and writes what it fetched and what it remembers. */
export const cache = '/var/cache/bind';

/** Where named keeps what it makes of a zone that it signs: its keys, the signed zone, and a link to what croft writes. */
export const signing = { ground: '/var/lib/bind', root: '/var/lib/bind/croft', link: 'zone' } as const;

/**
 * named writes the signed zone beside the file that it reads, where it must be able to write and root must never: so it reads through a
 * link in a directory of its own. `default` is one key (ECDSA P-256) that never rolls over by itself. Source: BIND 9 ARM, "dnssec-policy".
 */
function signedZone(name: DomainName): readonly Statement[] {
  const own = `${signing.root}/${name}`;
  return [
    clause([text('file'), { quoted: place(`${own}/${signing.link}`) }]),
    clause([text('key-directory'), { quoted: place(own) }]),
    clause([text('dnssec-policy'), { quoted: text('default') }]),
    clause([text('inline-signing'), text('yes')]),
  ];
}

/** List the zones that this host fetches; as text, so that people can read what it has. */
export function secondaryZones({ zones }: DesiredState, { peers }: Parts): readonly Statement[] {
  if (peers.length === 0) return [];
  return zones.map(({ name }) => clause([text('zone'), { quoted: name }], [
    clause([text('type'), text('secondary')]),
    clause([text('primaries')], addresses(peers)),
    clause([text('file'), { quoted: place(`${cache}/croft-${name}`) }]),
    clause([text('masterfile-format'), text('text')]),
  ]));
}

/** The hosts behind the NS records need not be the hosts that are up; who is told is said outright. */
function notifying(peers: readonly Host[]): readonly Statement[] {
  if (peers.length === 0) return [clause([text('notify'), text('no')])];
  return [clause([text('notify'), text('explicit')]), clause([text('also-notify')], addresses(peers))];
}

function signingRequests({ ipv4, ipv6 }: Host): readonly Statement[] {
  return [ipv4, ipv6].map((address) => clause([text('server'), address], [clause([text('keys')], [clause([keyName])])]));
}

function addresses(hosts: readonly Host[]): readonly Statement[] {
  return hosts.flatMap(({ ipv4, ipv6 }) => [clause([ipv4]), clause([ipv6])]);
}

function clause(words: readonly NamedWord[], block?: readonly Statement[]): Statement {
  return block === undefined ? { words } : { words, block };
}

function place(path: string): AbsPath {
  const parsed = absPath(path);
  if (parsed === null) throw new Error(`cannot use ${JSON.stringify(path)} as a path of named`);
  return parsed;
}
