import type { Allowance } from './guard.ts';
import type { Owner } from './owner.ts';
import type { RecordData } from './record.ts';
import type { Revision } from './snapshot.ts';
import type { Source } from './source.ts';
import type {
  Cidr, DisplayName, DomainName, HeaderName, HeaderValue, Hostname, HttpUrl, Ipv4, Ipv6, Label, LocalPart, MailAddress, PasswordHash, Port, RelPath, Sealed, Uid,
  UrlPath, UserName,
} from './values.ts';

/** The whole co-op as one commit declares it: validated, cross-checked, every reference resolved, every value parsed. */
export interface DesiredState {
  readonly revision: Revision;
  readonly cluster: Cluster;
  /** Sorted by name, as all lists here are. */
  readonly hosts: readonly Host[];
  readonly limits: readonly Limits[];
  readonly members: readonly Member[];
  readonly vhosts: readonly Vhost[];
  readonly zones: readonly Zone[];
  readonly mailDomains: readonly MailDomain[];
  readonly secrets: readonly Secret[];
  /** What guards let pass. */
  readonly allowances: readonly Allowance[];
}

export interface Cluster {
  readonly name: DisplayName;
  readonly domain: Hostname;
  readonly contact: MailAddress;
  readonly admins: readonly UserName[];
  readonly ttlSeconds: number;
  /** With which the git server tells hosts to look for news at once; null: nobody may. */
  readonly kickKey: PublicKey | null;
  /** How many admins must sign what is most sensitive; null: trust is off. */
  readonly approvals: number | null;
  /** With which a forge signs the merges that it makes. */
  readonly mergeKeys: readonly PublicKey[];
  /** How long what was put aside is kept at least. */
  readonly graceDays: number;
  readonly source: Source;
}

/** A public key of ssh, and where it was written. */
export interface PublicKey {
  readonly type: string;
  /** base64, decoded and encoded again. */
  readonly blob: string;
  readonly comment: string;
  readonly source: Source;
}

/** What a host does for the co-op. Members name services, never these. */
export type Role = 'dns-primary' | 'dns-secondary' | 'mail' | 'web-static' | 'web-dynamic';
export type Audience = 'everyone' | 'admins' | 'nobody';

export interface Host {
  readonly name: Label;
  /** `<name>.<the co-op's domain>`. */
  readonly fqdn: Hostname;
  readonly debian: 12 | 13;
  readonly ipv4: Ipv4;
  readonly ipv6: Ipv6;
  readonly roles: readonly Role[];
  /** Who gets a shell, and who may (also) copy files by sftp. */
  readonly login: { readonly shell: Audience; readonly files: Audience };
  /** The host's own key, with which it fetches and signs its reports; null while nobody has declared it. */
  readonly key: PublicKey | null;
  /** By which its sshd is known; null: only known_hosts can tell. */
  readonly sshHostKey: PublicKey | null;
  readonly source: Source;
}

export interface Limits {
  readonly name: Label;
  readonly tasks: number;
  readonly memoryMib: number;
  readonly cpuPercent: number;
  readonly diskMib: number;
  readonly openFiles: number;
  readonly vhosts: number;
  readonly zones: number;
  readonly mailboxes: number;
  readonly aliases: number;
  readonly source: Source;
}

export interface Member {
  readonly name: UserName;
  readonly displayName: DisplayName;
  readonly uid: Uid;
  readonly state: 'active' | 'suspended' | 'retired';
  readonly admin: boolean;
  readonly limits: Limits;
  readonly email: MailAddress;
  readonly shell: 'bash' | 'sh' | 'zsh';
  readonly sshKeys: readonly SshKey[];
  /** With which she signs. */
  readonly signingKeys: readonly SigningKey[];
  readonly ports: readonly Port[];
  /** What the admins gave her, as she wrote it: who has which in the end, `desired/ownership.ts` says. */
  readonly domains: readonly string[];
  /** What of it she passed on. */
  readonly delegates: readonly Delegate[];
  readonly source: Source;
  /** Where single attributes were written, by their YAML name: `uid`, `shell`, `limits`, `state`, `ssh-keys`. */
  readonly sources: { readonly [field: string]: Source };
}

/** A key with the days from and until which it is good, and on which it was revoked. Shape of a day: `2026-12-31`. */
export interface SigningKey extends PublicKey {
  readonly validAfter: string | null;
  readonly validBefore: string | null;
  readonly revoked: string | null;
}

/** A subdomain that a member lets another one use. */
export interface Delegate {
  readonly domain: string;
  readonly to: string;
}

export interface SshKey extends PublicKey {
  readonly from: readonly Cidr[];
  /** May this key forward ports or agents. */
  readonly forwarding: boolean;
}

export interface Vhost {
  /** The first name; also the document's file name. */
  readonly name: Hostname;
  readonly aliases: readonly Hostname[];
  readonly owner: Owner;
  /** null for the co-op's own sites, which live below /srv/www. */
  readonly member: Member | null;
  readonly host: Host;
  readonly site: Site;
  readonly redirects: readonly { readonly from: UrlPath; readonly exact: boolean; readonly to: HttpUrl; readonly status: RedirectStatus }[];
  readonly headers: readonly { readonly name: HeaderName; readonly value: HeaderValue }[];
  readonly errorPages: readonly { readonly status: number; readonly path: UrlPath }[];
  readonly https: 'off' | 'redirect';
  /** Its owner is suspended: the name answers 503 and nothing else. */
  readonly suspended: boolean;
  readonly source: Source;
}

export type RedirectStatus = 301 | 302 | 307 | 308;

export type Site =
  | { readonly kind: 'static'; readonly root: RelPath; readonly index: readonly string[]; readonly listing: boolean }
  | { readonly kind: 'redirect'; readonly to: HttpUrl; readonly status: RedirectStatus; readonly keepPath: boolean }
  | { readonly kind: 'proxy'; readonly port: Port };

export interface Zone {
  /** Absolute, without trailing dot; also reverse zones (`2.0.192.in-addr.arpa`). */
  readonly name: DomainName;
  readonly owner: Owner;
  readonly ttlSeconds: number;
  readonly records: readonly ZoneRecord[];
  /** Is it signed. */
  readonly dnssec: boolean;
  readonly source: Source;
}

export interface ZoneRecord {
  readonly name: DomainName;
  /** null: the zone's own. */
  readonly ttlSeconds: number | null;
  readonly data: RecordData;
  readonly source: Source;
}

export interface MailDomain {
  readonly name: Hostname;
  readonly owner: Owner;
  readonly suspended: boolean;
  readonly mailboxes: readonly Mailbox[];
  readonly aliases: readonly Alias[];
  /** Where mail for unknown local parts goes. */
  readonly catchAll: { readonly to: MailAddress; readonly source: Source } | null;
  readonly source: Source;
}

export interface Mailbox {
  readonly localPart: LocalPart;
  readonly address: MailAddress;
  readonly password: PasswordHash;
  readonly quotaMib: number;
  /** May submit mail, but receives and keeps none. */
  readonly sendOnly: boolean;
  readonly source: Source;
}

export interface Alias {
  readonly localPart: LocalPart;
  readonly address: MailAddress;
  readonly targets: readonly MailAddress[];
  readonly source: Source;
}

/** A value that programs on hosts need, sealed: what it is, only its owner and those hosts can find out. */
export interface Secret {
  readonly name: Label;
  readonly owner: Owner;
  readonly hosts: readonly Host[];
  readonly sealed: Sealed;
  readonly source: Source;
}
