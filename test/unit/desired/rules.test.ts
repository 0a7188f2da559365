import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { rules } from '../../../reconciler/desired/rules/index.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { base, brief, hash, keys, snapshot, type Files } from './coop.ts';

interface Case {
  readonly code: string;
  /** Where the problem is, and what it says in part. */
  readonly at: string;
  readonly says?: string;
  readonly files: Files;
  /** The nearest thing that is right. */
  readonly twin: Files;
}

const member = (name: string): string => base[`members/${name}/member.yaml`] ?? '';
const ada = 'members/ada/member.yaml';
const bob = 'members/bob/member.yaml';
const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const zone = 'members/ada/zones/ada.example.yaml';
const mail = 'members/ada/mailboxes/ada.example.yaml';
const main = 'hosts/main.yaml';
const dynamic = 'hosts/dynamic.yaml';
const ecdsa = [
  'ecdsa-sha2-nistp256',
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFv65H3l+7rNCO27hkFNudTd6zw+BjQGiAYyR0zz+Y0YlkLFFijV09X2+Yd1h3vcgW8PAlhK3QPMzGz3lPB/zCs=', 'carol@desk',
].join(' ');
const sealed = readFileSync(join(import.meta.dirname, '../../fixtures/secrets/ada-db-password.age'), 'utf8').replaceAll(/^(?=.)/gm, '  ');
const withHostKey: Files = { [main]: `${base[main]}ssh-host-key: ${keys.other}\n` };
const secrets = (count: number): Files => Object.fromEntries(Array.from({ length: count }, (_, index) => [`members/ada/secrets/s${10 + index}.yaml`, secretFor('main')]));
const box = `{password: ${hash}}`;

function secretFor(hosts: string): string {
  return `hosts: [${hosts}]\nsealed: |\n${sealed}`;
}

const zoneOf = (lines: readonly string[]): string => `records:\n${lines.map((line) => `  - {${line}}\n`).join('')}`;
const records = (...lines: readonly string[]): Files => ({ [zone]: zoneOf(lines) });
const coopRecords = (...lines: readonly string[]): Files => ({ 'coop/zones/fairmeadow.example.yaml': zoneOf(lines) });
const ds = (digest: string): string => `name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${digest.repeat(32)}`;
const addresses = (name: string, count: number): string => Array.from({ length: count }, (_, index) => `${name}${index}@x.example`).join(', ');
const two = (count: number): string => ['b', 'c'].map((name) => `  ${name}: [${addresses(name, count)}]\n`).join('');
const served = [
  'coop/zones/fairmeadow.example.yaml', 'coop/vhosts/www.fairmeadow.example.yaml', 'members/erin/vhosts/shop.carol.example.yaml', blog, zone, mail,
];
const mailboxes = (text: string): Files => ({ [mail]: text });
const swap = (path: string, from: string, to: string): Files => ({ [path]: (base[path] ?? '').replace(from, to) });
const allowing = (...spans: readonly string[]): Files => ({ 'coop/allowances.yaml': `allowances:\n${spans.map((span) => `  - {guard: zone, object: zone:ada.example, count: 1, reason: it is sold, ${span}}\n`).join('')}` });

/** Shape: as it stands in a .pub file. */
function rsa(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  const positive = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'base64url');
    return (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  };
  return `ssh-rsa ${Buffer.concat([part(Buffer.from('ssh-rsa')), part(positive(e)), part(positive(n))]).toString('base64')} ada@old`;
}

/** A name below ada's domain of so many characters. */
function longName(length: number): string {
  const above = `.${'b'.repeat(63)}.${'c'.repeat(63)}.ada.example`;
  return `${'a'.repeat(length - above.length)}${above}`;
}

const cases: readonly Case[] = [
  // layout and members
  {
    code: 'layout/unknown-path', at: 'members/ada/vhost/a.ada.example.yaml:1:1', says: 'did you mean `vhosts`?',
    files: { 'members/ada/vhost/a.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/README.md': 'notes' },
  },
  { code: 'layout/unknown-path', at: 'hosts/shell.yml:1:1', says: 'rename it to `hosts/shell.yaml`', files: { 'hosts/shell.yml': 'debian: 12\n' }, twin: {} },
  {
    code: 'layout/wrong-name', at: 'members/ada/vhosts/Blog.ada.example.yaml:1:1', says: 'did you mean `blog.ada.example.yaml`?',
    files: { 'members/ada/vhosts/Blog.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/3com.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'layout/wrong-name', at: 'members/ada/vhosts/xn--pypal-4ve.ada.example.yaml:1:1', says: 'one script',
    files: { 'members/ada/vhosts/xn--pypal-4ve.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/xn--bcher-kva.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'member/no-member-file', at: 'members/frank/zones/frank.example.yaml:1:1',
    files: { 'members/frank/zones/frank.example.yaml': 'records: []\n' },
    twin: {},
  },
  {
    code: 'member/reserved-name', at: 'members/sudo/member.yaml:1:1', says: 'every Debian system',
    files: { 'members/sudo/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/sue/member.yaml': member('erin').replace('10005', '10010') },
  },
  {
    code: 'member/wrong-name', at: 'members/0x41/member.yaml:1:1',
    files: { 'members/0x41/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/x41/member.yaml': member('erin').replace('10005', '10010') },
  },
  { code: 'member/unknown-limits', at: `${ada}:3:9`, says: 'did you mean `regular`?', files: swap(ada, 'regular', 'regulr'), twin: swap(ada, 'vhosts: x', '') },
  {
    code: 'member/duplicate-uid', at: `${bob}:2:6`, says: 'it is ada\'s – 10010 is free',
    files: swap(bob, '10002', '10001'),
    twin: swap(bob, '10002', '10010'),
  },
  {
    code: 'member/retired-name', at: 'members/leo/member.yaml:1:1',
    files: { 'members/leo/member.yaml': member('erin').replace('10005', '10010') },
    twin: { 'members/leo/member.yaml': `${member('erin').replace('10005', '10009')}state: retired\n` },
  },
  { code: 'member/retired-uid', at: `${bob}:2:6`, files: swap(bob, '10002', '10009'), twin: swap(bob, '10002', '10008') },
  {
    code: 'retired/duplicate-name', at: 'coop/retired.yaml:3:12',
    files: { 'coop/retired.yaml': 'members:\n  - {name: leo, uid: 10009, left: 2024-11-30}\n  - {name: leo, uid: 10011, left: 2024-11-30}\n' },
    twin: {},
  },
  {
    code: 'retired/duplicate-uid', at: 'coop/retired.yaml:3:22',
    files: { 'coop/retired.yaml': 'members:\n  - {name: leo, uid: 10009, left: 2024-11-30}\n  - {name: lea, uid: 10009, left: 2024-11-30}\n' },
    twin: {},
  },
  {
    code: 'allowances/unknown-day', at: 'coop/allowances.yaml:2:100',
    files: allowing('from: 2026-06-10, until: 2026-06-31'),
    twin: allowing('from: 2026-06-10, until: 2026-06-30'),
  },
  { code: 'allowances/unknown-day', at: 'coop/allowances.yaml:2:81', files: allowing('from: 2026-02-30, until: 2026-03-10'), twin: allowing('from: 2026-02-28, until: 2026-03-10') },
  { code: 'allowances/no-days', at: 'coop/allowances.yaml:2:100', says: 'it begins on 2026-06-10', files: allowing('from: 2026-06-10, until: 2026-06-09'), twin: allowing('from: 2026-06-10, until: 2026-06-10') },
  {
    code: 'allowances/too-long', at: 'coop/allowances.yaml:2:100', says: '32 days from 2026-06-10 on: an allowance holds for 31 days at most – until: 2026-07-10 at the latest',
    files: allowing('from: 2026-06-10, until: 2026-07-11'), twin: allowing('from: 2026-06-10, until: 2026-07-10'),
  },
  { code: 'allowances/too-long', at: 'coop/allowances.yaml:2:100', files: allowing('from: 2026-06-10, until: 9999-12-31'), twin: allowing('from: 9999-12-01, until: 9999-12-31') },
  {
    code: 'allowances/duplicate', at: 'coop/allowances.yaml:3:63', says: 'line 2 does',
    files: allowing('from: 2026-06-10, until: 2026-06-20', 'from: 2026-06-21, until: 2026-06-30'),
    twin: allowing('from: 2026-06-10, until: 2026-06-20'),
  },
  { code: 'retired/unknown-day', at: 'coop/retired.yaml:2:35', files: swap('coop/retired.yaml', '2024-11-30', '2024-11-31'), twin: {} },
  {
    code: 'member/duplicate-domain', at: `${bob}:5:11`, says: 'belongs to ada',
    files: swap(bob, 'bob.example', 'ada.example'),
    twin: swap(bob, 'bob.example', 'old.bob.example'),
  },
  {
    code: 'member/duplicate-domain', at: `${bob}:5:11`, says: 'belongs to the co-op',
    files: swap(bob, 'bob.example', '2.0.192.in-addr.arpa'),
    twin: swap(bob, 'bob.example', 'bob.fairmeadow.example'),
  },
  {
    code: 'member/foreign-delegation', at: `${bob}:6:22`, says: 'belongs to ada',
    files: { [bob]: `${member('bob')}delegates: [{domain: x.ada.example, to: erin}]\n` },
    twin: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: erin}]\n` },
  },
  { code: 'member/whole-delegation', at: `${bob}:6:22`, files: { [bob]: `${member('bob')}delegates: [{domain: bob.example, to: erin}]\n` }, twin: {} },
  { code: 'member/self-delegation', at: `${bob}:6:41`, files: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: bob}]\n` }, twin: {} },
  {
    code: 'member/unknown-delegate', at: `${bob}:6:41`, says: 'did you mean `erin`?',
    files: { [bob]: `${member('bob')}delegates: [{domain: x.bob.example, to: erim}]\n` },
    twin: {},
  },
  {
    code: 'member/retired-delegate', at: 'members/carol/member.yaml:6:46',
    files: { 'members/erin/member.yaml': `${member('erin')}state: retired\n`, 'members/erin/vhosts/shop.carol.example.yaml': null },
    twin: { 'members/erin/member.yaml': `${member('erin')}state: suspended\n` },
  },
  {
    code: 'member/duplicate-delegation', at: 'members/carol/member.yaml:6:62',
    files: swap('members/carol/member.yaml', 'to: erin}', 'to: erin}, {domain: shop.carol.example, to: bob}'),
    twin: swap('members/carol/member.yaml', 'to: erin}', 'to: erin}, {domain: x.carol.example, to: bob}'),
  },
  {
    code: 'member/duplicate-port', at: `${bob}:6:9`, says: 'it is ada\'s',
    files: { [bob]: `${member('bob')}ports: [20001]\n` },
    twin: { [bob]: `${member('bob')}ports: [20002]\n` },
  },
  {
    code: 'member/duplicate-ssh-key', at: `${bob}:6:12`, says: 'it is ada\'s',
    files: { [bob]: `${member('bob')}ssh-keys: [${keys.ada.replace('laptop', 'stolen')}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [${keys.other}]\n` },
  },
  {
    code: 'member/ssh-key', at: `${bob}:6:18`, says: 'cut off or damaged',
    files: { [bob]: `${member('bob')}ssh-keys: [{key: ${ecdsa.replace('AABBBFv', 'AABBAFv')}}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [{key: ${ecdsa}}]\n` },
  },
  {
    code: 'member/weak-ssh-key', at: `${bob}:6:12`, says: '2000 bits',
    files: { [bob]: `${member('bob')}ssh-keys: [${rsa(2000)}]\n` },
    twin: { [bob]: `${member('bob')}ssh-keys: [${rsa(2048)}]\n` },
  },
  {
    code: 'member/retired-with-documents', at: `${ada}:9:8`,
    files: { [ada]: `${member('ada')}state: retired\n` },
    twin: { [ada]: `${member('ada')}state: suspended\n` },
  },
  {
    code: 'secret/unknown-host', at: 'members/ada/secrets/x.yaml:1:15', says: 'did you mean `main`?',
    files: { ...withHostKey, 'members/ada/secrets/x.yaml': secretFor('main, mian') },
    twin: { ...withHostKey, 'members/ada/secrets/x.yaml': secretFor('main') },
  },
  {
    code: 'secret/host-without-key', at: 'coop/secrets/x.yaml:1:9', says: '`ssh-host-key` to hosts/main.yaml',
    files: { 'coop/secrets/x.yaml': secretFor('main') },
    twin: { ...withHostKey, 'coop/secrets/x.yaml': secretFor('main') },
  },
  { code: 'secret/too-many', at: 'members/ada/secrets/s60.yaml:1:1', files: { ...withHostKey, ...secrets(51) }, twin: { ...withHostKey, ...secrets(50) } },
  {
    code: 'cluster/unknown-admin', at: 'cluster.yaml:4:16', says: 'did you mean `bob`?',
    files: swap('cluster.yaml', '[dana]', '[dana, bbo]'),
    twin: swap('cluster.yaml', '[dana]', '[dana, bob]'),
  },
  {
    code: 'cluster/inactive-admin', at: 'cluster.yaml:4:10',
    files: { 'members/dana/member.yaml': `${member('dana')}state: suspended\n` },
    twin: { 'members/dana/member.yaml': `${member('dana')}state: active\n` },
  },

  // hosts
  {
    code: 'cluster/no-hosts', at: 'cluster.yaml:1:1',
    files: Object.fromEntries([main, dynamic, ...served].map((path) => [path, null])),
    twin: {},
  },
  {
    code: 'host/duplicate-address', at: `${main}:2:19`, says: 'it is dynamic\'s',
    files: swap(main, '192.0.2.11', '192.0.2.12'),
    twin: swap(main, '192.0.2.11', '192.0.2.13'),
  },
  {
    code: 'host/duplicate-service', at: `${main}:3:25`, says: 'cannot run mail on a second host',
    files: swap(dynamic, 'web-dynamic', 'web-dynamic, mail'),
    twin: swap(dynamic, 'web-dynamic', 'web-dynamic, web-static'),
  },
  { code: 'host/primary-and-secondary', at: `${main}:3:25`, files: swap(main, 'dns-primary,', 'dns-primary, dns-secondary,'), twin: {} },
  { code: 'zone/no-host', at: `${zone}:1:1`, files: swap(main, 'dns-primary, ', ''), twin: {} },
  { code: 'mail/no-host', at: `${mail}:1:1`, files: swap(main, 'mail, ', ''), twin: {} },
  { code: 'vhost/no-host', at: `${blog}:1:1`, files: swap(main, 'web-static', 'dns-secondary'), twin: {} },

  // sites
  {
    code: 'vhost/foreign-domain', at: 'members/bob/vhosts/shop.ada.example.yaml:1:1', says: '`ada.example` belongs to ada',
    files: { 'members/bob/vhosts/shop.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/bob/vhosts/shop.bob.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/foreign-domain', at: `${blog}:2:11`, says: 'below no domain of ada',
    files: swap(blog, 'www.ada.example', 'evil-ada.example'),
    twin: swap(blog, 'www.ada.example', 'ada.example'),
  },
  {
    code: 'vhost/foreign-domain', at: 'members/carol/vhosts/a.shop.carol.example.yaml:1:1', says: '`shop.carol.example` belongs to erin',
    files: { 'members/carol/vhosts/a.shop.carol.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/carol/vhosts/a.carol.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/foreign-domain', at: 'members/bob/vhosts/x.fairmeadow.example.yaml:1:1', says: 'belongs to the co-op',
    files: { 'members/bob/vhosts/x.fairmeadow.example.yaml': 'static: {root: a}\n' },
    twin: { 'coop/vhosts/x.bob.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/duplicate-name', at: 'members/ada/vhosts/www.ada.example.yaml:1:1', says: 'it leads to the site blog.ada.example',
    files: { 'members/ada/vhosts/www.ada.example.yaml': 'static: {root: a}\n' },
    twin: { 'members/ada/vhosts/www2.ada.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'vhost/duplicate-name', at: 'coop/vhosts/blog.ada.example.yaml:1:1', says: 'of ada',
    files: { 'coop/vhosts/blog.ada.example.yaml': 'static: {root: a}\n' },
    twin: {},
  },
  {
    code: 'vhost/unknown-host', at: `${blog}:3:7`, says: 'did you mean `main`?',
    files: { [blog]: `${base[blog]}host: mian\n` },
    twin: { [blog]: `${base[blog]}host: main\n` },
  },
  { code: 'vhost/unfit-host', at: `${blog}:3:7`, says: 'take `main`, or leave it out', files: { [blog]: `${base[blog]}host: dynamic\n` }, twin: {} },
  {
    code: 'vhost/foreign-port', at: `${blog}:1:15`, says: 'yours are 20001',
    files: { [blog]: 'proxy: {port: 20002}\n' },
    twin: { [blog]: 'proxy: {port: 20001}\n' },
  },
  {
    code: 'vhost/foreign-port', at: 'coop/vhosts/www.fairmeadow.example.yaml:1:15',
    files: { 'coop/vhosts/www.fairmeadow.example.yaml': 'proxy: {port: 20001}\n' },
    twin: {},
  },
  {
    code: 'vhost/duplicate-redirect', at: `${blog}:4:12`,
    files: { [blog]: 'static: {root: a}\nredirects:\n  - {from: /a, to: "https://x.example/"}\n  - {from: /a, to: "https://y.example/"}\n' },
    twin: { [blog]: 'static: {root: a}\nredirects:\n  - {from: /a, to: "https://x.example/"}\n  - {from: /a, exact: false, to: "https://y.example/"}\n' },
  },
  {
    code: 'vhost/redirect-to-itself', at: `${blog}:1:16`,
    files: { [blog]: 'redirect: {to: "http://blog.ada.example/"}\n' },
    twin: { [blog]: 'redirect: {to: "http://nas.ada.example/"}\n' },
  },
  {
    code: 'vhost/redirect-to-itself', at: `${blog}:1:16`, says: 'nothing answers https here yet',
    files: { [blog]: 'redirect: {to: "https://blog.ada.example"}\n' },
    twin: { [blog]: 'redirect: {to: "https://blog.ada.example:8443/"}\n' },
  },
  {
    code: 'vhost/no-https', at: `${blog}:2:8`, says: 'nothing answers there, croft sets up no TLS yet – take `https` out',
    files: { [blog]: 'static: {root: a}\nhttps: redirect\n' },
    twin: { [blog]: 'static: {root: a}\nhttps: "off"\n' },
  },
  {
    code: 'vhost/reserved-header', at: `${blog}:2:18`,
    files: { [blog]: 'static: {root: a}\nheaders: [{name: Content-Length, value: "1"}]\n' },
    twin: { [blog]: 'static: {root: a}\nheaders: [{name: X-Frame-Options, value: DENY}]\n' },
  },
  {
    code: 'vhost/duplicate-header', at: `${blog}:2:47`,
    files: { [blog]: 'static: {root: a}\nheaders: [{name: X-A,     value: "1"}, {name: x-a, value: "2"}]\n' },
    twin: { [blog]: 'static: {root: a}\nheaders: [{name: Set-Cookie, value: "1"}, {name: Set-Cookie, value: "2"}]\n' },
  },
  {
    code: 'value/url-path', at: `${blog}:2:22`, says: 'shortest spelling',
    files: { [blog]: 'static: {root: a}\nerror-pages: {"404": /%FF}\n' },
    twin: { [blog]: 'static: {root: a}\nerror-pages: {"404": /%C3%A9}\n' },
  },
  {
    code: 'value/host-name', at: `${blog}:2:11`, says: 'one script',
    files: swap(blog, 'www.ada.example', 'xn--pypal-4ve.ada.example'),
    twin: swap(blog, 'www.ada.example', 'xn--bcher-kva.ada.example'),
  },

  // limits
  {
    code: 'limits/vhosts', at: 'members/erin/vhosts/c.shop.carol.example.yaml:1:1', says: '(4/2)',
    files: Object.fromEntries(['a', 'b', 'c'].map((name) => [`members/erin/vhosts/${name}.shop.carol.example.yaml`, 'static: {root: a}\n'])),
    twin: { 'members/erin/vhosts/a.shop.carol.example.yaml': 'static: {root: a}\n' },
  },
  {
    code: 'limits/zones', at: 'members/bob/zones/bob.example.yaml:1:1', says: '(2/1)',
    files: { 'members/bob/zones/bob.example.yaml': 'records: []\n', 'members/bob/zones/a.bob.example.yaml': 'records: []\n' },
    twin: { 'members/bob/zones/bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'limits/mailboxes', at: 'members/bob/mailboxes/bob.example.yaml:4:3', says: '(3/2)',
    files: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\n  b: ${box}\n  c: ${box}\n` },
    twin: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\n  b: ${box}\n` },
  },
  {
    code: 'limits/aliases', at: 'members/bob/mailboxes/bob.example.yaml:7:3',
    files: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\naliases:\n  b: [a]\n  c: [a]\n  d: [a]\n  e: [a]\n` },
    twin: { 'members/bob/mailboxes/bob.example.yaml': `mailboxes:\n  a: ${box}\naliases:\n  b: [a]\n  c: [a]\n  d: [a]\n` },
  },
  {
    code: 'limits/forwards', at: 'members/bob/mailboxes/bob.example.yaml:3:28', says: '(4/3)',
    files: { 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  a: [a@x.example, b@x.example]\n  b: [c@x.example,         d@x.example]\n' },
    twin: { 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  a: [a@x.example, b@x.example]\n  b: [c@x.example, ada@ada.example]\n' },
  },

  // zones and records
  {
    code: 'zone/foreign-domain', at: 'members/bob/zones/x.ada.example.yaml:1:1',
    files: { 'members/bob/zones/x.ada.example.yaml': 'records: []\n' },
    twin: { 'members/bob/zones/x.bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'zone/duplicate-name', at: 'coop/zones/ada.example.yaml:1:1',
    files: { 'coop/zones/ada.example.yaml': 'records: []\n' },
    twin: { 'coop/zones/bob.example.yaml': 'records: []\n' },
  },
  {
    code: 'zone/over-grant', at: `${zone}:1:1`, says: '`old.ada.example` inside it belongs to bob',
    files: swap(bob, 'bob.example', 'old.ada.example'),
    twin: { ...swap(bob, 'bob.example', 'old.ada.example'), [zone]: null },
  },
  {
    code: 'dns/repeated-domain', at: `${zone}:2:12`, says: 'did you mean `www`?',
    files: records('name: www.ada.example, type: A, address: 192.0.2.1'),
    twin: records('name: www, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/ambiguous-target', at: `${zone}:2:52`, says: '`mail.other.example.`, or `mail.other.example.ada.example.`',
    files: records('name: "@", type: MX, preference: 1, exchange: mail.other.example'),
    twin: records('name: "@", type: MX, preference: 1, exchange: mail.other.example.'),
  },
  {
    code: 'dns/target-is-address', at: `${zone}:2:52`,
    files: records('name: "@", type: MX, preference: 1, exchange: 192.0.2.1.'),
    twin: records('name: "@", type: MX, preference: 1, exchange: nas', 'name: nas, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/cname-at-apex', at: `${zone}:2:24`,
    files: records('name: "@",  type: CNAME, target: x.example.'),
    twin: records('name: a, type: CNAME, target: x.example.'),
  },
  {
    code: 'dns/cname-beside-others', at: `${zone}:3:21`,
    files: records('name: a, type: TXT, text: x', 'name: a, type: CNAME, target: x.example.'),
    twin: records('name: a, type: TXT, text: x', 'name: b, type: CNAME, target: x.example.'),
  },
  {
    code: 'dns/cname-beside-others', at: `${zone}:3:21`,
    files: records('name: a, type: CNAME, target: y.example.', 'name: a, type: CNAME, target: x.example.'),
    twin: {},
  },
  {
    code: 'dns/cname-loop', at: `${zone}:2:36`, says: '`a.ada.example` → `b.ada.example` → `a.ada.example`',
    files: records('name: a, type: CNAME, target: b', 'name: b, type: CNAME, target: a'),
    twin: records('name: a, type: CNAME, target: b', 'name: b, type: CNAME, target: c'),
  },
  {
    code: 'dns/cname-chain', at: `${zone}:2:37`,
    files: records(...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((each) => `name: a${each}, type: CNAME, target: a${each + 1}`)),
    twin: records(...[1, 2, 3, 4, 5, 6, 7, 8].map((each) => `name: a${each}, type: CNAME, target: a${each + 1}`)),
  },
  {
    code: 'dns/duplicate-record', at: `${zone}:3:12`,
    files: records(ds('ab'), ds('AB'), 'name: a, type: NS, target: ns.x.example.'),
    twin: records('name: a, type: A, address: 192.0.2.1', 'name: a, type: A, address: 192.0.2.2'),
  },
  {
    code: 'dns/ttl-mismatch', at: `${zone}:3:62`, says: 'another is kept for 3600',
    files: records('name: a, type: A, address: 192.0.2.1', 'name: a, type: A, address: 192.0.2.2,      ttl-seconds: 300'),
    twin: records('name: a, type: A, address: 192.0.2.1, ttl-seconds: 300', 'name: a, type: A, address: 192.0.2.2, ttl-seconds: 300'),
  },
  {
    code: 'dns/target-is-cname', at: `${zone}:2:52`,
    files: records('name: "@", type: MX, preference: 1, exchange: a', 'name: a, type: CNAME, target: x.example.'),
    twin: records('name: "@", type: MX, preference: 1, exchange: a', 'name: a, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/missing-glue', at: `${zone}:2:33`,
    files: records('name: a, type: NS, target: ns'),
    twin: records('name: a, type: NS, target: ns.a.ada.example.', 'name: ns.a, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/below-delegation', at: `${zone}:3:12`,
    files: records('name: a, type: NS, target: ns.x.example.', 'name: b.a, type: TXT, text: x'),
    twin: records('name: a, type: NS, target: ns.x.example.', 'name: a.b, type: TXT, text: x'),
  },
  {
    code: 'dns/ds-without-ns', at: `${zone}:2:12`,
    files: records(`name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${'ab'.repeat(32)}`),
    twin: records(`name: a, type: DS, key-tag: 1, algorithm: 13, digest-type: 2, digest: ${'ab'.repeat(32)}`, 'name: a, type: NS, target: ns.x.example.'),
  },
  {
    code: 'dns/below-child-zone', at: `${zone}:2:12`, says: 'the zone `sub.ada.example` of ada',
    files: { ...records('name: x.sub, type: A, address: 192.0.2.1'), 'members/ada/zones/sub.ada.example.yaml': 'records: []\n' },
    twin: records('name: x.sub, type: A, address: 192.0.2.1'),
  },
  {
    code: 'dns/foreign-name', at: 'members/carol/zones/carol.example.yaml:2:12', says: '`shop.carol.example` belongs to erin',
    files: { 'members/carol/zones/carol.example.yaml': 'records:\n  - {name: a.shop, type: A, address: 192.0.2.1}\n' },
    twin: { 'members/carol/zones/carol.example.yaml': 'records:\n  - {name: a, type: A, address: 192.0.2.1}\n' },
  },
  {
    code: 'dns/digest-length', at: `${zone}:2:78`, says: 'has 40',
    files: records(`name: nas, type: SSHFP, algorithm: 4, fingerprint-type: 1, fingerprint: ${'ab'.repeat(32)}`),
    twin: records(`name: nas, type: SSHFP, algorithm: 4, fingerprint-type: 2, fingerprint: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/digest-length', at: `${zone}:2:86`, says: 'has 128',
    files: records(`name: _443._tcp,   type: TLSA, usage: 3, selector: 1, matching: 2, association: ${'ab'.repeat(32)}`),
    twin: records(`name: _443._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/srv-name', at: `${zone}:2:12`,
    files: records('name: sip, type: SRV, priority: 1, weight: 1, port: 1, target: nas', 'name: nas, type: A, address: 192.0.2.1'),
    twin: records('name: _sip._tcp, type: SRV, priority: 1, weight: 1, port: 1, target: nas'),
  },
  {
    code: 'dns/tlsa-name', at: `${zone}:2:12`,
    files: records(`name: _https._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
    twin: records(`name: _443._tcp, type: TLSA, usage: 3, selector: 1, matching: 1, association: ${'ab'.repeat(32)}`),
  },
  {
    code: 'dns/caa-value', at: `${zone}:2:48`,
    files: records('name: "@",  type: CAA, tag: iodef, value: "javascript:x"'),
    twin: records(
      'name: "@", type: CAA, tag: iodef, value: "mailto:a@x.example"', 'name: "@", type: CAA, tag: issue, value: ";"',
      'name: "@", type: CAA, tag: issuewild, value: "letsencrypt.org; validationmethods=dns-01"',
    ),
  },
  {
    code: 'dns/private-address', at: 'coop/zones/fairmeadow.example.yaml:2:34', says: 'a link-local address',
    files: coopRecords('name: a,  type: A, address: 169.254.169.254'),
    twin: coopRecords('name: a, type: A, address: 203.0.113.1', 'name: a, type: AAAA, address: "2001:db8::1"'),
  },
  {
    code: 'dns/private-address', at: 'coop/zones/fairmeadow.example.yaml:2:36', says: 'a private address',
    files: coopRecords('name: a, type: AAAA, address: "fd00::1"'),
    twin: records('name: a, type: A, address: 192.168.1.1'),
  },
  {
    code: 'dns/spf-twice', at: `${zone}:3:36`,
    files: records('name: "@", type: TXT, text: "v=spf1 -all"', 'name: "@", type: TXT, text:   "v=spf1 mx -all"'),
    twin: records('name: "@", type: TXT, text: "v=spf1 -all"', 'name: a, type: TXT, text: "v=spf1 mx -all"'),
  },
  {
    code: 'dns/spf-all', at: `${zone}:2:34`,
    files: records('name: "@", type: TXT, text: v=spf1 +all'),
    twin: records('name: "@", type: TXT, text: v=spf1 ~all'),
  },
  {
    code: 'dns/spf-ptr', at: `${zone}:2:34`,
    files: records('name: "@", type: TXT, text: v=spf1 ptr -all'),
    twin: records('name: "@", type: TXT, text: v=spf1 a:ptr.example -all'),
  },
  {
    code: 'dns/spf-lookups', at: `${zone}:2:34`, says: 'cannot use 11 terms',
    files: records(`name: "@", type: TXT, text: v=spf1 ${'include:a.example '.repeat(11)}-all`),
    twin: records(`name: "@", type: TXT, text: v=spf1 ${'include:a.example '.repeat(10)}-all`),
  },
  {
    code: 'dns/spf-term', at: `${zone}:2:34`, says: '`inclde:a.example`',
    files: records('name: "@", type: TXT, text: v=spf1 inclde:a.example -all'),
    twin: records('name: "@", type: TXT, text: v=spf1 include:a.example ip4:192.0.2.0/24 -all'),
  },

  // mail
  {
    code: 'mail/foreign-domain', at: 'members/bob/mailboxes/mail.ada.example.yaml:1:1',
    files: { 'members/bob/mailboxes/mail.ada.example.yaml': '{}\n' },
    twin: { 'members/bob/mailboxes/mail.bob.example.yaml': '{}\n' },
  },
  {
    code: 'mail/duplicate-domain', at: 'coop/mailboxes/ada.example.yaml:1:1',
    files: { 'coop/mailboxes/ada.example.yaml': '{}\n' },
    twin: { 'coop/mailboxes/bob.example.yaml': '{}\n' },
  },
  {
    code: 'mail/duplicate-address', at: `${mail}:4:3`,
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  ada: [x@x.example]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  no-reply.2024: [x@x.example]\n`),
  },
  {
    code: 'mail/reserved-address', at: 'members/erin/mailboxes/shop.carol.example.yaml:2:3',
    files: { 'members/erin/mailboxes/shop.carol.example.yaml': 'aliases:\n  hostmaster: [x@x.example]\n' },
    twin: mailboxes('aliases:\n  hostmaster: [x@x.example]\n'),
  },
  {
    code: 'mail/reserved-address', at: 'members/bob/mailboxes/bob.fairmeadow.example.yaml:2:3',
    files: {
      ...swap(bob, 'bob.example', 'bob.fairmeadow.example'),
      'members/bob/mailboxes/bob.fairmeadow.example.yaml': 'aliases:\n  postmaster: [x@x.example]\n',
    },
    twin: { ...swap(bob, 'bob.example', 'bob.fairmeadow.example'), 'members/bob/mailboxes/bob.fairmeadow.example.yaml': 'aliases:\n  bob: [x@x.example]\n' },
  },
  {
    code: 'mail/unknown-target', at: `${mail}:4:10`, says: 'did you mean `ada`?',
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [aad]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada@ada.example]\n`),
  },
  {
    code: 'mail/send-only-target', at: `${mail}:4:10`,
    files: mailboxes(`mailboxes:\n  robot: {password: ${hash}, send-only: true}\naliases:\n  info: [robot]\n`),
    twin: {},
  },
  {
    code: 'mail/duplicate-target', at: `${mail}:4:15`,
    files: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada, ada@ada.example]\n`),
    twin: mailboxes(`mailboxes:\n  ada: ${box}\naliases:\n  info: [ada, ada@x.example]\n`),
  },
  {
    code: 'mail/alias-loop', at: `${mail}:2:3`, says: 'never ends',
    files: mailboxes('aliases:\n  a: [b]\n  b: [c]\n  c: [a]\n'),
    twin: mailboxes('aliases:\n  a: [b, c]\n  b: [c]\n  c: [x@x.example]\n'),
  },
  {
    code: 'mail/alias-loop', at: 'members/bob/mailboxes/bob.example.yaml:2:3',
    files: { ...mailboxes('aliases:\n  a: [b@bob.example]\n'), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [a@ada.example]\n' },
    twin: {},
  },
  {
    code: 'mail/too-many-recipients', at: `${mail}:2:3`,
    files: mailboxes(`aliases:\n  a: [b, c]\n${two(60)}`),
    twin: mailboxes(`aliases:\n  a: [b, c]\n${two(50)}`),
  },
  {
    code: 'mail/too-many-recipients', at: `${mail}:2:3`,
    files: { ...mailboxes(`aliases:\n  a: [b@bob.example, b, c]\n${two(50)}`), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [x@x.example, y@x.example]\n' },
    twin: { ...mailboxes(`aliases:\n  a: [b@bob.example, b, ${addresses('d', 49)}]\n${two(50)}`), 'members/bob/mailboxes/bob.example.yaml': 'aliases:\n  b: [x@x.example, y@x.example, z@x.example]\n' },
  },
  {
    code: 'mail/external-catch-all', at: `${mail}:1:12`,
    files: mailboxes('catch-all: ada@x.example\n'),
    twin: mailboxes(`catch-all: ada\nmailboxes:\n  ada: ${box}\n`),
  },
  {
    code: 'mail/unknown-catch-all', at: `${mail}:1:12`, says: 'did you mean `ada`?',
    files: mailboxes(`catch-all: adda\nmailboxes:\n  ada: ${box}\n`),
    twin: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'coop/mailboxes/fairmeadow.example.yaml': 'catch-all: ada@ada.example\n' },
  },
  {
    code: 'mail/foreign-catch-all', at: 'members/bob/mailboxes/bob.example.yaml:1:12', says: "ada.example is ada's",
    files: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'members/bob/mailboxes/bob.example.yaml': 'catch-all: ada@ada.example\n' },
    twin: { ...mailboxes(`mailboxes:\n  ada: ${box}\n`), 'members/bob/mailboxes/bob.example.yaml': `catch-all: bob\nmailboxes:\n  bob: ${box}\n` },
  },
  {
    code: 'layout/wrong-name', at: `members/ada/mailboxes/${longName(201)}.yaml:1:1`, says: 'at most 200 characters',
    files: { [`members/ada/mailboxes/${longName(201)}.yaml`]: 'aliases: {}\n' },
    twin: { [`members/ada/mailboxes/${longName(200)}.yaml`]: 'aliases: {}\n' },
  },
];

test('the base co-op has no problems', () => {
  expect(check(snapshot()).problems.map(formatProblem)).toEqual([]);
});

test('thousands of aliases that lead nowhere are all told, with a hint for some', () => {
  const lost = Array.from({ length: 1500 }, (_, index) => `  abcdefghij${index}: [abcdefghijz${index}]\n`).join('');
  const { problems } = check(snapshot(mailboxes(`aliases:\n${lost}`)));
  const unknown = problems.filter((problem) => problem.code === 'mail/unknown-target');
  expect([unknown.length, unknown.filter(({ hint }) => hint !== undefined).length]).toEqual([1500, 20]);
});

describe.each(cases)('$code at $at', ({ code, at, says, files, twin }) => {
  test('is found, at exactly that place', () => {
    const { problems } = check(snapshot(files));
    expect(problems.map(brief)).toContain(`${at} ${code}`);
    expect(problems.map(formatProblem).filter((line) => line.includes(code)).join('\n')).toContain(says ?? 'cannot');
    expect(problems.every(({ message }) => message.startsWith('cannot '))).toBe(true);
  });

  test('is not seen in what is right', () => {
    expect(check(snapshot(twin)).problems.map(formatProblem)).toEqual([]);
  });
});

test('every rule is a sentence of its own', () => {
  expect(rules.size).toBeGreaterThan(25);
});

test('everything that is wrong is said at once, in the order of places', () => {
  const { problems } = check(snapshot({
    [blog]: 'static: {rot: a}\nhttps: on\n', [zone]: 'records:\n  - {name: a, type: A, address: 192.0.2.300}\n',
    [bob]: 'uid: 0750\n', 'members/erin/vhosts/x.ada.example.yaml': 'static: {root: a}\n',
  }));
  expect(problems.map(brief)).toEqual([
    'members/ada/vhosts/blog.ada.example.yaml:1:10 schema/unknown-field', 'members/ada/vhosts/blog.ada.example.yaml:2:8 schema/unknown-choice',
    'members/ada/zones/ada.example.yaml:2:33 schema/wrong-form', 'members/bob/member.yaml:1:6 yaml/number',
    'members/erin/vhosts/x.ada.example.yaml:1:1 vhost/foreign-domain',
  ]);
});

test('an owner with problems is left out, and nobody else is touched', () => {
  const good = check(snapshot()).value;
  const { value } = check(snapshot({ [blog]: 'static: 1\n' }));
  expect(value?.members.map(({ name }) => name)).toEqual(['bob', 'carol', 'dana', 'erin']);
  expect(value?.vhosts).toEqual(good?.vhosts.filter(({ owner }) => owner !== 'member:ada'));
  expect(value?.zones.map(({ name }) => name)).toEqual(['fairmeadow.example']);
});
