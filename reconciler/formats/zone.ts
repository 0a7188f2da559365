/**
 * A DNS zone as a master file: one record a line, every name absolute with its dot, so that no `$ORIGIN` decides what a line means. A `;`
 * outside quotes ends what a line says, silently; text therefore always stands in quotes, cut into pieces of at most 255 octets (RFC 1035
 * §3.3), which readers put together again. The SOA comes first with serial 0 on a line of its own: the resource kind `zone` counts.
 * The contact is a mail address whose dots before the `@` are escaped (RFC 1035 §8). Source: RFC 1035 §5.1; RFC 3597; RFC 8659 for CAA.
 */
import type { DomainName, Hostname, MailAddress } from '../model/values.ts';
import type { RecordData, RecordType } from '../model/record.ts';
import { compareText, type Source } from '../model/source.ts';
import { assertShape, comment, heading } from './heading.ts';
import { parseZone, type RecordShape } from './master-file.ts';

/** Everything that a zone file says. */
export interface ZoneFile {
  readonly origin: DomainName;
  readonly ttlSeconds: number;
  readonly primary: Hostname;
  readonly contact: MailAddress;
  readonly records: readonly ZoneLine[];
  /** Does the name server sign it? Said in a comment, so that the serial moves on when that changes. */
  readonly signed?: boolean;
}

export interface ZoneLine {
  readonly name: DomainName | Hostname;
  /** null: the zone's own. */
  readonly ttlSeconds: number | null;
  readonly data: RecordData;
  /** Why the record is there, for people; '' when it is simply declared. */
  readonly why: string;
}

/** How long secondaries wait for the next look, for another try, until they give up; how long a "no such name" is remembered. RFC 1912 §2.2. */
const TIMERS = [['refresh', 7200], ['retry', 900], ['expire', 1_209_600], ['negative answers', 300]] as const;

const ORDER: readonly RecordType[] = ['NS', 'A', 'AAAA', 'CNAME', 'MX', 'TXT', 'CAA', 'SRV', 'PTR', 'DS', 'SSHFP', 'TLSA'];

/** Render a zone file with serial 0, its records in a fixed order. Errors: throws when it would be read otherwise: a bug. */
export function renderZone(source: Source, zone: ZoneFile): string {
  const keyed = zone.records.map((line) => ({ line, key: keyOf(line) })).sort(compareLines);
  const lines = keyed.map(({ line, key }) => recordLine(line, key.text)).join('');
  const text = `${heading(';', source)}${zone.signed === true ? '; signed\n' : ''}$TTL ${count(zone.ttlSeconds, 31)}\n${soa(zone)}${lines}`;
  const meant = [soaShape(zone), ...keyed.map(({ line }) => lineShape(line, zone))];
  assertShape(`zone ${zone.origin}`, meant, parseZone(text));
  return text;
}

/** Encode text as the character strings of RFC 1035 §5.1. Shape: `"…" "…"`, each of at most 255 octets. */
export function characterStrings(text: string): string {
  return (text.match(/[^]{1,255}/g) ?? ['']).map(quote).join(' ');
}

function soa({ origin, primary, contact }: ZoneFile): string {
  const timers = TIMERS.map(([word, seconds], index) => `  ${seconds}${index === TIMERS.length - 1 ? ' )' : ''} ; ${word}\n`);
  return `${absolute(origin)} IN SOA ${absolute(primary)} ${mailbox(contact)} (\n  0 ; serial\n${timers.join('')}`;
}

function recordLine({ name, ttlSeconds, data, why }: ZoneLine, presented: string): string {
  const ttl = ttlSeconds === null ? '' : ` ${count(ttlSeconds, 31)}`;
  return `${absolute(name)}${ttl} IN ${data.type} ${presented}${why === '' ? '' : ` ; ${comment(why)}`}\n`;
}

/** What stands after the type, as master files write it. */
function presentation(data: RecordData): readonly string[] {
  switch (data.type) {
    case 'A': case 'AAAA': return [word(data.address)];
    case 'CNAME': case 'NS': case 'PTR': return [absolute(data.target)];
    case 'MX': return [count(data.preference), absolute(data.exchange)];
    case 'TXT': return [characterStrings(data.text)];
    case 'SRV': return [count(data.priority), count(data.weight), count(data.port), absolute(data.target)];
    case 'CAA': return [data.critical ? '128' : '0', word(data.tag), quote(data.value)];
    case 'SSHFP': return [count(data.algorithm, 8), count(data.fingerprintType, 8), hex(data.fingerprint)];
    case 'TLSA': return [count(data.usage, 8), count(data.selector, 8), count(data.matching, 8), hex(data.association)];
    case 'DS': return [count(data.keyTag), count(data.algorithm, 8), count(data.digestType, 8), hex(data.digest)];
  }
}

function absolute(name: string): string {
  return `${word(name)}.`;
}

/** The two marks that a local part and a name may hold and a master file would take for more than a letter are `.` and, in front, `@`. */
function mailbox(address: MailAddress): string {
  const [local = '', domain = ''] = address.split('@');
  return `${word(local).replaceAll('.', '\\.')}.${absolute(domain)}`;
}

function quote(text: string): string {
  if (!/^[ -~]*$/.test(text)) throw new Error(`cannot write ${JSON.stringify(text)} into a zone file: it is not printable ASCII`);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function word(text: string): string {
  if (!/^[a-z0-9*_.:+-]+$/.test(text)) throw new Error(`cannot write ${JSON.stringify(text)} into a zone file as one word`);
  return text;
}

function hex(text: string): string {
  if (!/^(?:[0-9a-f]{2})+$/.test(text)) throw new Error(`cannot write ${JSON.stringify(text)} into a zone file: it is not lower case hexadecimal`);
  return text;
}

function count(value: number, bits = 16): string {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) throw new Error(`cannot write ${value} into a zone file as ${bits} bits`);
  return String(value);
}

/** Apex first, then by name from the right, so that what belongs together stands together. */
function compareLines({ key: a }: { readonly key: Key }, { key: b }: { readonly key: Key }): number {
  return compareText(a.name, b.name) || a.type - b.type || compareText(a.text, b.text);
}

interface Key {
  readonly name: string;
  readonly type: number;
  /** What stands after the type. */
  readonly text: string;
}

function keyOf({ name, data }: ZoneLine): Key {
  return { name: fromTheRight(name), type: ORDER.indexOf(data.type), text: presentation(data).join(' ') };
}

function fromTheRight(name: string): string {
  return name.split('.').reverse().join(' ');
}

function soaShape({ origin, ttlSeconds, primary, contact }: ZoneFile): RecordShape {
  const fields = [primary, mailbox(contact).slice(0, -1), '0', ...TIMERS.map(([, seconds]) => String(seconds))];
  return { name: origin, ttlSeconds, type: 'SOA', fields };
}

function lineShape({ name, ttlSeconds, data }: ZoneLine, zone: ZoneFile): RecordShape {
  return { name, ttlSeconds: ttlSeconds ?? zone.ttlSeconds, type: data.type, fields: plainFields(data) };
}

/** What a record says, without any spelling: told apart from `presentation`, so that a mistake there is seen. */
function plainFields(data: RecordData): readonly string[] {
  const values: { readonly [field: string]: string | number | boolean } = data;
  return FIELDS[data.type].map((field) => (field === 'critical' ? (values[field] === true ? '128' : '0') : String(values[field])));
}

const FIELDS: { readonly [type in RecordType]: readonly string[] } = {
  A: ['address'],
  AAAA: ['address'],
  CNAME: ['target'],
  NS: ['target'],
  PTR: ['target'],
  MX: ['preference', 'exchange'],
  TXT: ['text'],
  SRV: ['priority', 'weight', 'port', 'target'],
  CAA: ['critical', 'tag', 'value'],
  SSHFP: ['algorithm', 'fingerprintType', 'fingerprint'],
  TLSA: ['usage', 'selector', 'matching', 'association'],
  DS: ['keyTag', 'algorithm', 'digestType', 'digest'],
};
