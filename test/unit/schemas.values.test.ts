import { describe, expect, test } from 'vitest';
import { readSchemas } from '../../scripts/generate-declarations.mjs';
import { cidr, ipv4, ipv6 } from '../../reconciler/model/grammar/addresses.ts';
import { mailAddress, passwordHash } from '../../reconciler/model/grammar/mail.ts';
import { hostname, label, userName } from '../../reconciler/model/grammar/names.ts';
import { httpUrl, relPath, urlPath } from '../../reconciler/model/grammar/paths.ts';
import { displayName, dnsText, headerName, headerValue } from '../../reconciler/model/grammar/text.ts';
import { followed, placesOf, validatorOf } from './schemas/walk.ts';

/** Where a definition is at home, and what it takes and refuses. The parsers of model/grammar are asked the same. */
interface Case {
  readonly kind: string;
  readonly def: string;
  readonly parse: ((text: string) => string | null) | null;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
}

const salted = (scheme: string, digits: number): string => `$${scheme}$saltsaltsalt$${'a'.repeat(digits)}`;

const cases: readonly Case[] = [
  {
    kind: 'vhost', def: 'hostname', parse: hostname,
    accepted: ['a.example', '3com.example', 'xn--bcherei-n2a.example', 'a-b.c--d.example'],
    refused: [
      'example', 'A.example', 'a.example.', '.example', '*', '*.example', '~^(?<n>.*)$', '-a.example', 'a_b.example', 'a..example', '192.0.2.1',
      'bücherei.example', 'pаypal.example', 'a.example:80', 'a.example/x', `${'a'.repeat(64)}.example`, 'a b.example', '',
    ],
  },
  {
    kind: 'vhost', def: 'host-label', parse: label,
    accepted: ['main', 'web2', 'a-b'],
    refused: ['Main', 'main.', 'a.b', '-a', 'a-', '../main', ''],
  },
  {
    kind: 'vhost', def: 'rel-path', parse: relPath,
    accepted: ['sites/blog', 'www', 'a_b/c.d-e'],
    refused: [
      '.', '..', '../../bob/public_html', '/etc', 'a//b', 'a/', '.ssh', 'a/.git', '-rf', 'a/-x', 'pub"; } server { listen 80; root /;', 'a b', '',
    ],
  },
  {
    kind: 'vhost', def: 'url-path', parse: urlPath,
    accepted: ['/', '/feed', '/a/b/', '/a%20b', '/%C3%A4.html', '/...'],
    refused: [
      'feed', '//evil.example', '/../x', '/a/./b', '/a b', '/%0a', '/%0A', '/%7F', '/%41', '/a"', '/404.html\n</Directory>', '/$x', '/a?b', '',
    ],
  },
  {
    kind: 'vhost', def: 'http-url', parse: httpUrl,
    accepted: [
      'https://e.example/?a=1&b=%20c#frag', 'http://e.example', 'https://e.example:8443/', 'http://192.0.2.1/', 'http://[2001:db8::1]/',
      'https://e.example/$http_x',
    ],
    refused: [
      'javascript:alert(1)', '//e.example', 'http://user%0areturn 200 "pwned";%0a@evil.example/', 'http://u@e.example/',
      'https://e.example/%{ENV:SECRET}', 'https://e.example/${FOO}', 'https://e.example/%0d%0aX', 'https://E.example/', 'https://e.example\\x',
      'https://e.example/a b', 'ftp://e.example/', 'https://', '',
    ],
  },
  {
    kind: 'vhost', def: 'header-name', parse: headerName,
    accepted: ['X-Frame-Options', 'DNT'],
    refused: ['X Frame', 'X:', '-X', '', 'X-"y"', 'Ä'],
  },
  {
    kind: 'vhost', def: 'header-value', parse: headerValue,
    accepted: ["default-src 'self'; img-src *", '"x"', '%{x}e'],
    refused: ['', ' a', 'a ', 'a  b', 'x\r\nSet-Cookie: admin=1', 'ä'],
  },
  {
    kind: 'member', def: 'display-name', parse: displayName,
    accepted: ["Sinéad O'Brien-Müller", '山田 太郎', 'محمد', '{{x}} $& <b>'],
    refused: ['', ' a', 'a ', 'a\nb', 'a\u202eb'],
  },
  {
    kind: 'member', def: 'user-name', parse: userName,
    accepted: ['ada', 'a', 'a-b', 'x11'],
    refused: ['0day', '0x41', 'Ada', 'a_b', 'a--b', 'a-', '-a', 'a.b', '\u212aate', '', 'a'.repeat(32)],
  },
  {
    kind: 'member', def: 'mail-address', parse: mailAddress,
    accepted: ['no-reply.2024@a.example', 'a+b@a.example'],
    refused: [
      '|sh@x.example', 'a`id`@x.example', "a'b@x.example", 'a@own.example@victim.example', 'Bob@A.example', '../../root@a.example', 'a..b@a.example',
      '.a@a.example', 'a@', '@a.example', 'a@localhost', '"a b"@a.example', `${'a'.repeat(65)}@a.example`,
    ],
  },
  {
    kind: 'member', def: 'cidr', parse: cidr,
    accepted: ['192.0.2.0/24', '198.51.100.7/32', '2001:db8::/32', '::/0'],
    refused: ['192.0.2.0', '192.0.2.0/33', '%', '10.0.0.1/8;x', '2001:DB8::/32', '2001:db8::/129'],
  },
  {
    kind: 'host', def: 'ipv4', parse: ipv4,
    accepted: ['192.0.2.11', '0.0.0.0'],
    refused: ['192.0.2.011', '192.0.2.256', '192.0.2', '192.0.2.1$(id)', '1', ''],
  },
  {
    kind: 'host', def: 'ipv6', parse: ipv6,
    accepted: ['2001:db8:77::11', '::1', '::', '2001:db8:0:1:1:1:1:1', '1:2:3:4:5:6:7:8'],
    refused: ['2001:DB8::1', '2001:0db8::1', 'fe80::1%eth0', '::ffff:127.0.0.1', '1::2::3', ':', '1:2'],
  },
  {
    kind: 'zone', def: 'dns-text', parse: dnsText,
    accepted: ['a;b "c" \\ d', 'x'.repeat(4000)],
    refused: ['', 'v=spf1 +all"\n$INCLUDE /etc/passwd\n', 'ä', 'x'.repeat(4001)],
  },
  {
    kind: 'zone', def: 'record-name', parse: null,
    accepted: ['@', 'www', '_sip._tcp', '*', '*.preview', '1.0.0', '_443._tcp.www', 'mail2024._domainkey'],
    refused: ['www.victim.example.', '', 'a..b', '$INCLUDE', 'a b', 'WWW', 'a.*', '**', '@.a', '_'],
  },
  {
    kind: 'zone', def: 'record-target', parse: null,
    accepted: ['www', 'mail.other.example.', '_x._tcp.a.example.'],
    refused: ['', '.', 'a b', 'a;b', 'A.example.', 'a.example..', '"a"'],
  },
  {
    kind: 'mailboxes', def: 'mail-target', parse: null,
    accepted: ['ada', 'ada@b.example'],
    refused: [
      '|/usr/bin/id > /tmp/x', '/etc/cron.d/x', ':include:/etc/shadow', '"|cmd"', '\\root', 'bob@a.example\n  postmaster@victim.example', 'a@b',
      'a,b', '@b.example', 'a@b.example@c.example',
    ],
  },
  {
    kind: 'mailboxes', def: 'password-hash', parse: passwordHash,
    accepted: [
      salted('6', 86), salted('5', 43), `$2y$10$${'a'.repeat(53)}`, `$2b$12$${'a'.repeat(53)}`,
      `$argon2id$v=19$m=65536,t=3,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`, '$y$j9T$saltsaltsalt$'.concat('a'.repeat(43)),
      '$6$rounds=100000$saltsalt$'.concat('a'.repeat(86)),
    ],
    refused: [
      'hunter2', '{PLAIN}x:0:0::/root', `$1$saltsalt$${'a'.repeat(22)}`, `$2a$10$${'a'.repeat(53)}`, salted('6', 85), `${salted('6', 86)}:0:0`,
      '$6$rounds=999999999$saltsalt$'.concat('a'.repeat(86)), '*', '!', '',
    ],
  },
  {
    kind: 'member', def: 'ssh-key-line', parse: null,
    accepted: [
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`, `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)} ada@laptop, the red one`,
    ],
    refused: [
      `command="/bin/sh",environment="LD_PRELOAD=/home/x.so" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`, 'ssh-ed25519 AAAA',
      'ssh-dss AAAAB3NzaC1kc3M', `ssh-rsa AAAAB3NzaC1yc2EAAAA${'A'.repeat(185)}`,
      `cert-authority ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`,
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)} a\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'B'.repeat(43)} attacker`,
    ],
  },
  {
    kind: 'retired', def: 'date', parse: null,
    accepted: ['2024-11-30'],
    refused: ['2024-13-01', '24-1-1', '2024-11-30T00:00', ''],
  },
];

const schemas = readSchemas();

describe.each(cases)('the grammar $def', ({ kind, def, parse, accepted, refused }) => {
  const document = schemas.get(kind) ?? {};
  const validate = validatorOf(document)(`#/$defs/${def}`);

  test.each(accepted)('takes %j', (text) => {
    expect(validate(text)).toBe(true);
    if (parse !== null) expect(parse(text)).toBe(text);
  });

  test.each(refused)('refuses %j', (text) => expect(validate(text)).toBe(false));

  test('gives only examples that its parser takes', () => {
    const places = placesOf(document).filter(({ schema }) => followed(schema, document) === document.$defs?.[def]);
    const texts = places.flatMap(({ schema }) => schema.examples ?? []).filter((example) => typeof example === 'string');
    expect(texts.filter((text) => parse !== null && parse(text) === null)).toEqual([]);
  });
});

describe('whole documents', () => {
  test.each<[string, unknown, string]>([
    ['vhost', {}, 'neither of static, redirect, proxy'],
    ['vhost', { proxy: { port: 20010 }, static: { root: 'www' } }, 'two of them'],
    ['vhost', { redirct: { to: 'https://x.example' } }, 'a key that nobody knows'],
    ['vhost', { proxy: { port: 80 } }, 'a port that no member has'],
    ['vhost', { proxy: { port: 'unix:/run/php/bob.sock' } }, 'a socket'],
    ['vhost', { redirect: { to: 'https://x.example', status: 303 } }, 'another status'],
    ['vhost', { static: { root: 'www' }, 'error-pages': { 404: '/a', 418: '/b' } }, 'a status that Apache does not know'],
    ['member', { name: 'A', uid: 0, limits: 'small', email: 'a@a.example' }, 'the uid of root'],
    ['member', { name: 'A', uid: 10001, limits: 'small', email: 'a@a.example', owner: 'bob' }, 'an owner'],
    ['limits', { tasks: 1e9 }, 'more than a host has'],
    ['mailboxes', { mailboxes: { '../root': { password: salted('6', 86) } } }, 'a path for a name'],
    ['mailboxes', { mailboxes: { 'ada\nroot': { password: salted('6', 86) } } }, 'a second line in a name'],
    ['mailboxes', { mailboxes: { ada: { password: salted('6', 86), 'quota-mib': 0 } } }, 'a quota that means none'],
    ['mailboxes', { aliases: { info: [] } }, 'an alias to nobody'],
    ['zone', { records: [{ name: '@', type: 'LOC', value: '51 30 12.748 N' }] }, 'a type that croft does not know'],
    ['zone', { records: [{ name: '@', address: '192.0.2.1' }] }, 'a record without a type'],
    ['zone', { records: [{ name: '@', type: 'A', address: '192.0.2.1', target: 'x' }] }, 'a field of another type'],
    ['zone', { records: [{ name: '@', type: 'MX', preference: 65536, exchange: 'mail' }] }, 'a number that does not fit'],
    ['cluster', { name: 'C', domain: 'c.example', contact: 'a@c.example', admins: [] }, 'a co-op without an admin'],
  ])('%s %j is refused: %s', (kind, document) => {
    expect(validatorOf(schemas.get(kind) ?? {})('#')(document)).toBe(false);
  });
});
