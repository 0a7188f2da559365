import type { Cluster, DesiredState, Host, Limits, Member, Site, SshKey, Vhost } from '../../reconciler/model/desired.ts';
import { cidr, ipv4, ipv6 } from '../../reconciler/model/grammar/addresses.ts';
import { mailAddress } from '../../reconciler/model/grammar/mail.ts';
import { hostname, label, port, uid, userName } from '../../reconciler/model/grammar/names.ts';
import { httpUrl, relPath, urlPath } from '../../reconciler/model/grammar/paths.ts';
import { displayName, headerName, headerValue } from '../../reconciler/model/grammar/text.ts';
import type { Source } from '../../reconciler/model/source.ts';
import type { HttpUrl, UrlPath } from '../../reconciler/model/values.ts';

/** Take a value that its grammar accepts; a test that says anything else is wrong. */
export function sure<T>(value: T | null): T {
  if (value === null) throw new Error('this is no value of its grammar');
  return value;
}

/** Say where a document stands. */
export function at(file: string, line = 1): Source {
  return { file: `desired-state/${file}`, line, column: 1 };
}

const coop: Cluster = {
  name: sure(displayName('Fairmeadow')), domain: sure(hostname('fairmeadow.example')), contact: sure(mailAddress('dana@fairmeadow.example')),
  admins: [sure(userName('dana'))], ttlSeconds: 3600, kickKey: null, mergeKeys: [], approvals: null, graceDays: 30, source: at('cluster.yaml'),
};

/** A host with these roles, on Debian 12, where admins have a shell and everybody copies files. */
export function aHost(name: string, parts: Partial<Omit<Host, 'name'>> = {}): Host {
  return {
    name: sure(label(name)), fqdn: sure(hostname(`${name}.fairmeadow.example`)), debian: 12,
    ipv4: sure(ipv4('192.0.2.11')), ipv6: sure(ipv6('2001:db8:77::11')),
    roles: [], login: { shell: 'admins', files: 'everyone' }, key: null, sshHostKey: null, source: at(`hosts/${name}.yaml`), ...parts,
  };
}

/** A limits class. */
export function aClass(name: string, parts: Partial<Omit<Limits, 'name'>> = {}): Limits {
  return {
    name: sure(label(name)), tasks: 128, memoryMib: 512, cpuPercent: 100, diskMib: 2048, openFiles: 1024, vhosts: 5, zones: 5, mailboxes: 10, aliases: 50,
    source: at(`limits/${name}.yaml`), ...parts,
  };
}

/** An active member without keys or ports, in the class `plain`. */
export function aMember(name: string, id: number, parts: Partial<Omit<Member, 'name' | 'uid'>> = {}): Member {
  const source = at(`members/${name}/member.yaml`);
  return {
    name: sure(userName(name)), displayName: sure(displayName(name)), uid: sure(uid(id)), state: 'active', admin: name === 'dana', limits: aClass('plain'),
    email: sure(mailAddress(`${name}@mail.example`)), shell: 'bash', sshKeys: [], signingKeys: [], ports: [], domains: [], delegates: [], source,
    sources: Object.fromEntries(['uid', 'state', 'limits', 'shell', 'ssh-keys'].map((field, index) => [field, { ...source, line: 3 + index }])),
    ...parts,
  };
}

/** An ed25519 key of zeros. */
export function aKey(owner: string, parts: { readonly from?: readonly string[]; readonly forwarding?: boolean; readonly comment?: string } = {}): SshKey {
  const type = 'ssh-ed25519';
  const blob = Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32)]).toString('base64');
  return {
    type, blob, comment: parts.comment ?? `${owner}@laptop`, from: (parts.from ?? []).map((each) => sure(cidr(each))), forwarding: parts.forwarding ?? false,
    source: at(`members/${owner}/member.yaml`, 8),
  };
}

/** What of a vhost is worth saying in a test. */
export interface VhostWish {
  readonly aliases?: readonly string[];
  readonly redirects?: readonly { readonly from: string; readonly to: string; readonly exact?: boolean; readonly status?: 301 | 302 | 307 | 308 }[];
  readonly headers?: { readonly [name: string]: string };
  readonly errorPages?: { readonly [status: number]: string };
  readonly https?: 'off' | 'redirect';
}

/** A site of a member's, or with null of the co-op's. */
export function aVhost(name: string, place: { readonly member: Member | null; readonly host: Host; readonly site: Site }, wish: VhostWish = {}): Vhost {
  const folder = place.member === null ? 'coop' : `members/${place.member.name}`;
  return {
    ...place, name: sure(hostname(name)), aliases: (wish.aliases ?? []).map((alias) => sure(hostname(alias))),
    owner: place.member === null ? 'coop' : `member:${place.member.name}`,
    redirects: (wish.redirects ?? []).map(({ from, to, exact = true, status = 302 }) => ({ from: path(from), to: url(to), exact, status })),
    headers: Object.entries(wish.headers ?? {}).map(([key, value]) => ({ name: sure(headerName(key)), value: sure(headerValue(value)) })),
    errorPages: Object.entries(wish.errorPages ?? {}).map(([status, page]) => ({ status: Number(status), path: path(page) })),
    https: wish.https ?? 'off', suspended: place.member !== null && place.member.state !== 'active', source: at(`${folder}/vhosts/${name}.yaml`),
  };
}

/** A folder that is served. */
export function aFolder(root: string, listing = false): Site {
  return { kind: 'static', root: sure(relPath(root)), index: ['index.html'], listing };
}

/** A program that answers. */
export function aProgram(number: number): Site {
  return { kind: 'proxy', port: sure(port(number)) };
}

/** Another address instead. */
export function aRedirect(to: string, keepPath = true): Site {
  return { kind: 'redirect', to: url(to), status: 301, keepPath };
}

/** A whole co-op of these; what is not said is empty. */
export function aState({ cluster, ...parts }: Partial<Omit<DesiredState, 'revision' | 'cluster'>> & { readonly cluster?: Partial<Cluster> }): DesiredState {
  return {
    revision: { oid: '1'.repeat(40), time: 1_767_225_600, author: 'dana', subject: 'a test' }, cluster: { ...coop, ...cluster }, hosts: [], limits: [aClass('plain')], members: [],
    vhosts: [], zones: [], mailDomains: [], secrets: [], allowances: [], ...parts,
  };
}

function url(value: string): HttpUrl {
  return sure(httpUrl(value));
}

function path(value: string): UrlPath {
  return sure(urlPath(value));
}
