import type { Alias, MailDomain, Mailbox, Zone, ZoneRecord } from '../../reconciler/model/desired.ts';
import { ipv4, ipv6 } from '../../reconciler/model/grammar/addresses.ts';
import { localPart, mailAddress, passwordHash } from '../../reconciler/model/grammar/mail.ts';
import { domainName, hostname } from '../../reconciler/model/grammar/names.ts';
import { dnsText } from '../../reconciler/model/grammar/text.ts';
import type { RecordData } from '../../reconciler/model/record.ts';
import { at, sure } from './state.ts';

/** Whose a zone or a mail domain is: a member's name, or null for the co-op. */
export interface Whose {
  readonly member: string | null;
}

/** A zone with these records; `@` is its own name, others are relative to it. */
export function aZone(name: string, { member }: Whose, records: readonly (readonly [name: string, data: RecordData, ttlSeconds?: number])[] = []): Zone {
  const file = `${folderOf(member)}/zones/${name}.yaml`;
  return {
    name: sure(domainName(name)), owner: ownerOf(member), ttlSeconds: 3600, dnssec: false, source: at(file),
    records: records.map(([relative, data, ttlSeconds = null], index): ZoneRecord => (
      { name: sure(domainName(relative === '@' ? name : `${relative}.${name}`)), ttlSeconds, data, source: at(file, index + 3) })),
  };
}

/** What of a mail domain is worth saying in a test. */
export interface MailWish {
  /** By local part: a quota in MiB, or `send-only`. */
  readonly mailboxes?: { readonly [local: string]: number | 'send-only' };
  readonly aliases?: { readonly [local: string]: readonly string[] };
  readonly catchAll?: string;
  readonly suspended?: true;
  readonly password?: string;
}

/** A mail domain; everybody in it has the same password, `lantern-cobble-ferry-71` unless another hash is given. */
export function aMailDomain(name: string, { member }: Whose, wish: MailWish): MailDomain {
  const file = `${folderOf(member)}/mailboxes/${name}.yaml`;
  const address = (local: string): Mailbox['address'] => sure(mailAddress(local.includes('@') ? local : `${local}@${name}`));
  const mailboxes = Object.entries(wish.mailboxes ?? {}).map(([local, quota], index): Mailbox => ({
    localPart: sure(localPart(local)), address: address(local), password: sure(passwordHash(wish.password ?? lantern)),
    quotaMib: quota === 'send-only' ? 1 : quota, sendOnly: quota === 'send-only', source: at(file, index + 3),
  }));
  const aliases = Object.entries(wish.aliases ?? {}).map(([local, targets], index): Alias => ({
    localPart: sure(localPart(local)), address: address(local), targets: targets.map(address), source: at(file, index + 30),
  }));
  const catchAll = wish.catchAll === undefined ? null : { to: address(wish.catchAll), source: at(file, 50) };
  return { name: sure(hostname(name)), owner: ownerOf(member), suspended: wish.suspended ?? false, mailboxes, aliases, catchAll, source: at(file) };
}

/** Records, by what a person would say. */
export const say = {
  a: (address: string): RecordData => ({ type: 'A', address: sure(ipv4(address)) }),
  aaaa: (address: string): RecordData => ({ type: 'AAAA', address: sure(ipv6(address)) }),
  cname: (target: string): RecordData => ({ type: 'CNAME', target: sure(domainName(target)) }),
  ns: (target: string): RecordData => ({ type: 'NS', target: sure(domainName(target)) }),
  mx: (preference: number, exchange: string): RecordData => ({ type: 'MX', preference, exchange: sure(hostname(exchange)) }),
  txt: (text: string): RecordData => ({ type: 'TXT', text: sure(dnsText(text)) }),
  srv: (port: number, target: string): RecordData => ({ type: 'SRV', priority: 0, weight: 5, port, target: sure(hostname(target)) }),
  caa: (value: string): RecordData => ({ type: 'CAA', critical: false, tag: 'issue', value: sure(dnsText(value)) }),
} as const;

const lantern = '$6$ezrK5GP4sC1Zve7n$FQG8VNN87F34y2AQ6CLPqkz8nMDHJUvmGrvb1SvkwucrviQsWDe/Tm7/jGFg6lk7hqY6QSjE22IJTejJO2U6c1';

function folderOf(member: string | null): string {
  return member === null ? 'coop' : `members/${member}`;
}

function ownerOf(member: string | null): 'coop' | `member:${string}` {
  return member === null ? 'coop' : `member:${member}`;
}
