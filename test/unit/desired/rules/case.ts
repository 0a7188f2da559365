/** A mistake and the nearest thing that is right, and what such cases are written with. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base, hash, keys, type Files } from '../coop.ts';

/** A mistake, and where a rule finds it. */
export interface Case {
  readonly code: string;
  /** Where the problem is, and what it says in part. */
  readonly at: string;
  readonly says?: string;
  readonly files: Files;
  /** The nearest thing that is right. */
  readonly twin: Files;
}

export const member = (name: string): string => base[`members/${name}/member.yaml`] ?? '';
export const ada = 'members/ada/member.yaml';
export const bob = 'members/bob/member.yaml';
export const blog = 'members/ada/vhosts/blog.ada.example.yaml';
export const zone = 'members/ada/zones/ada.example.yaml';
export const mail = 'members/ada/mailboxes/ada.example.yaml';
export const main = 'hosts/main.yaml';
export const dynamic = 'hosts/dynamic.yaml';
export const ecdsa = [
  'ecdsa-sha2-nistp256',
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFv65H3l+7rNCO27hkFNudTd6zw+BjQGiAYyR0zz+Y0YlkLFFijV09X2+Yd1h3vcgW8PAlhK3QPMzGz3lPB/zCs=', 'carol@desk',
].join(' ');
export const sealed = readFileSync(join(import.meta.dirname, '../../../fixtures/secrets/ada-db-password.age'), 'utf8').replaceAll(/^(?=.)/gm, '  ');
export const withHostKey: Files = { [main]: `${base[main]}ssh-host-key: ${keys.other}\n` };
export const secrets = (count: number): Files => Object.fromEntries(Array.from({ length: count }, (_, index) => [`members/ada/secrets/s${10 + index}.yaml`, secretFor('main')]));
export const box = `{password: ${hash}}`;

export function secretFor(hosts: string): string {
  return `hosts: [${hosts}]\nsealed: |\n${sealed}`;
}

export const zoneOf = (lines: readonly string[]): string => `records:\n${lines.map((line) => `  - {${line}}\n`).join('')}`;
export const records = (...lines: readonly string[]): Files => ({ [zone]: zoneOf(lines) });
export const coopRecords = (...lines: readonly string[]): Files => ({ 'coop/zones/fairmeadow.example.yaml': zoneOf(lines) });
export const ds = (digest: string): string => `name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${digest.repeat(32)}`;
export const addresses = (name: string, count: number): string => Array.from({ length: count }, (_, index) => `${name}${index}@x.example`).join(', ');
export const two = (count: number): string => ['b', 'c'].map((name) => `  ${name}: [${addresses(name, count)}]\n`).join('');
export const served = [
  'coop/zones/fairmeadow.example.yaml', 'coop/vhosts/www.fairmeadow.example.yaml', 'members/erin/vhosts/shop.carol.example.yaml', blog, zone, mail,
];
export const mailboxes = (text: string): Files => ({ [mail]: text });
export const swap = (path: string, from: string, to: string): Files => ({ [path]: (base[path] ?? '').replace(from, to) });
export const allowing = (...spans: readonly string[]): Files => ({ 'coop/allowances.yaml': `allowances:\n${spans.map((span) => `  - {guard: zone, object: zone:ada.example, count: 1, reason: it is sold, ${span}}\n`).join('')}` });

/** Shape: as it stands in a .pub file. */
export function rsa(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  const positive = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'base64url');
    return (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  };
  return `ssh-rsa ${Buffer.concat([part(Buffer.from('ssh-rsa')), part(positive(e)), part(positive(n))]).toString('base64')} ada@old`;
}

/** A name below ada's domain of so many characters. */
export function longName(length: number): string {
  const above = `.${'b'.repeat(63)}.${'c'.repeat(63)}.ada.example`;
  return `${'a'.repeat(length - above.length)}${above}`;
}
