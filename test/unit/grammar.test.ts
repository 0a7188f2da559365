import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalCidr, canonicalIpv6, cidr, ipv4, ipv6 } from '../../reconciler/model/grammar/addresses.ts';
import { findUnseen } from '../../reconciler/model/grammar/characters.ts';
import { toALabels, toUnicode } from '../../reconciler/model/grammar/idn.ts';
import { localPart, mailAddress, passwordHash } from '../../reconciler/model/grammar/mail.ts';
import { domainName, hostname, isWithin, label, port, uid, userName } from '../../reconciler/model/grammar/names.ts';
import { absPath, httpUrl, relPath, urlPath } from '../../reconciler/model/grammar/paths.ts';
import { displayName, dnsText, headerName, headerValue } from '../../reconciler/model/grammar/text.ts';

interface Case {
  readonly parse: (text: string) => string | null;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
}

const sixtyFour = 'a'.repeat(64);
const sha512 = `$6$zWUZsQ0r6EvmR6he$${'a'.repeat(86)}`;

const grammars: { readonly [name: string]: Case } = {
  label: {
    parse: label,
    accepted: ['main', 'a', '3com', 'a-b', 'a--b', 'a'.repeat(63), 'xn--bcher-kva'],
    refused: ['', 'Main', '-a', 'a-', 'a.b', 'a_b', sixtyFour, 'bücher', 'xn--', 'xn--a', 'xn--pypal-4ve', 'ma in', 'main\n'],
  },
  hostname: {
    parse: hostname,
    accepted: [
      '3com.example', 'blog.ada.example', 'xn--bcher-kva.example', 'xn--fsqu00a.example', 'xn--80aswg.xn--p1ai', '2.0.192.in-addr.arpa',
      `${'a.'.repeat(122)}example`,
    ],
    refused: [
      'localhost', 'a.example.', '.example', 'a..example', 'A.example', '192.0.2.1', 'a.1', '*.a.example', '_a.example', 'a_b.example', '~^(?<n>.*)$',
      'a.example\n    Include /etc/shadow', 'xn--pypal-4ve.example', 'xn--n3h.example', `${'a.'.repeat(124)}example`, 'a.example;', '１２７.0.0.1',
      'a.ex\u00adample', 'a.example\0',
    ],
  },
  domainName: {
    parse: domainName,
    accepted: ['a.example', '_sip._tcp.a.example', '*.a.example', '*.preview.a.example', '_443._tcp.a.example', '*._tcp.a.example'],
    refused: ['*', 'a.*.example', '*a.example', 'a.example.', '__a.example', '_.example', 'a_b.example', '_a-.example', '*.*.example', '@', 'a.1'],
  },
  userName: {
    parse: userName,
    accepted: ['ada', 'a', 'a1', 'ada-lovelock', 'a'.repeat(31)],
    refused: ['', '0day', '0x41', '1000', 'Ada', 'ada_b', '-a', 'a-', 'a--b', 'a'.repeat(32), '\u212aate', 'ada:', 'ada\n', 'ada root'],
  },
  ipv4: {
    parse: ipv4, accepted: ['0.0.0.0', '192.0.2.1', '255.255.255.255'],
    refused: ['192.0.2', '192.0.2.256', '192.0.02.1', '1.2.3.4.5', '0x7f.0.0.1', '192.0.2.1\n', '192.0.2.1$(id)', '１２７.0.0.1'],
  },
  ipv6: {
    parse: ipv6,
    accepted: ['::', '::1', '1::', '2001:db8::1', '2001:db8::1:0:0:1', '2001:db8:0:1:1:1:1:1', 'fe80::1', '1:2:3:4:5:6:7:8'],
    refused: [
      '2001:DB8::1', '2001:db8:0:0:0:0:0:1', '2001:db8::0001', '::ffff:192.0.2.1', '::ffff:c000:201', 'fe80::1%eth0', '1::2::3', ':::', '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9', '[::1]', '2001:db8::1:1:1:1:1'.replace('::', ':0::0:'),
    ],
  },
  cidr: {
    parse: cidr, accepted: ['192.0.2.0/24', '192.0.2.1/32', '0.0.0.0/0', '2001:db8::/32', '::/0', '2001:db8::1/128'],
    refused: ['192.0.2.1/24', '192.0.2.0/33', '192.0.2.0', '192.0.2.0/024', '2001:db8::1/32', '2001:DB8::/32', '/24', '192.0.2.0/24\n'],
  },
  relPath: {
    parse: relPath,
    accepted: ['sites/blog', 'a', 'a.b/c_d/E-1', 'www'],
    refused: [
      '', '.', '..', '../../bob/public_html', 'a/../b', '/a', 'a/', 'a//b', '.ssh', 'a/.git', '-rf', 'a/-b', 'pub"; } server { listen 80; root /;', 'a b',
      'a\n', 'a'.repeat(201), 'é', 'a/..', 'a\\b',
    ],
  },
  absPath: {
    parse: absPath, accepted: ['/etc/apache2/croft/a.conf', '/run/user@1000.service', '/home/ada/.cache'],
    refused: ['/', 'etc', '/etc/', '/etc//a', '/etc/../a', '/./a', '/a b', '/a\n', `/${'a'.repeat(1024)}`],
  },
  urlPath: {
    parse: urlPath,
    accepted: ['/', '/a', '/a/', '/a/b.html', '/%C3%A9', '/a%20b', '/..x', '/~ada', '/.well-known/x'],
    refused: [
      '', 'a', '//', '/a//b', '/../a', '/a/..', '/./a', '/a b', '/%c3%a9', '/%41', '/%2E%2E/a', '/%2Fa', '/%0A', '/%FF', '/%', '/%E2%80%AE',
      '/404.html\n</Directory>', '/$a', '/a?b', '/{', '/%5C..',
    ],
  },
  httpUrl: {
    parse: httpUrl,
    accepted: [
      'https://e.example/?a=1&b=%20c#frag', 'http://e.example', 'https://e.example:8443/a/b', 'https://[2001:db8::1]/', 'http://192.0.2.1/a',
      'https://e.example/$a', 'https://xn--bcher-kva.example/', 'https://e.example?a#b/c?d',
    ],
    refused: [
      'javascript:alert(1)', 'ftp://e.example/', '//e.example/', 'https://', 'https://localhost/', 'https://a@e.example/',
      'http://user%0areturn 200 "pwned";%0a@evil.example/', 'https://e.example/%0d%0aX: y', 'https://e.example/a b', 'https://e.example/"',
      "https://e.example/'", 'https://e.example/\\', 'https://e.example/%{ENV:SECRET}', 'https://e.example/${FOO}', 'https://e.example/%',
      'https://E.example/', 'https://e.example:0/', 'https://e.example:65536/', 'https://[::ffff:192.0.2.1]/', 'https://e.example/é',
      'https://e.example/\u202e', 'https://e.example/<', 'http://unix:/run/php/bob.sock', 'https://e.example\n', `https://e.example/${'a'.repeat(2000)}`,
    ],
  },
  localPart: {
    parse: localPart, accepted: ['ada', 'no-reply.2024', 'a_b', 'ada+lists', '1'],
    refused: ['', '.a', 'a.', 'a..b', 'a.-b', '../../root', 'Ada', 'a b', '|id', ':include:', '\\root', 'a@b', "a'b", 'a`id`', sixtyFour + 'a', 'ä'],
  },
  mailAddress: {
    parse: mailAddress,
    accepted: ['ada@ada.example', 'no-reply.2024@a.example', 'ada+x@xn--bcher-kva.example'],
    refused: [
      'ada', '@a.example', 'ada@', 'ada@localhost', 'a@own.example@victim.example', '|sh@x.example', 'a`id`@x.example', '"a b"@x.example', 'Ada@x.example',
      'ada@X.example', 'bob@a.example\n  postmaster@victim.example', 'ada@[192.0.2.1]', ' ada@x.example',
    ],
  },
  passwordHash: {
    parse: passwordHash,
    accepted: [
      sha512, `$5$rounds=5000$abcdefgh$${'a'.repeat(43)}`, `$2y$10$${'a'.repeat(53)}`, `$2b$12$${'a'.repeat(53)}`, `$y$j9T$abcdefghij$${'a'.repeat(43)}`,
      `$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$${'a'.repeat(43)}`,
    ],
    refused: [
      'hunter2', '', `${sha512}:0:0::/root`, `{PLAIN}x:0:0::/root`, '{SHA512-CRYPT}' + sha512, `$1$abc$${'a'.repeat(22)}`, `$2y$31$${'a'.repeat(53)}`,
      `$2y$04$${'a'.repeat(53)}`, `$2a$10$${'a'.repeat(53)}`, `$6$rounds=999999999$abcdefgh$${'a'.repeat(86)}`, `${sha512}\n`, `$6$$${'a'.repeat(86)}`,
      `$argon2id$v=19$m=9999999,t=3,p=4$c29tZXNhbHQ$${'a'.repeat(43)}`,
    ],
  },
  headerName: { parse: headerName, accepted: ['X-Frame-Options', 'DNT', 'X_A'], refused: ['', 'X A', 'X:', 'X\n', '-X', '"X"', 'a'.repeat(65)] },
  headerValue: {
    parse: headerValue, accepted: ['DENY', 'max-age=1; includeSubDomains', '"a" %{x} $y \\'],
    refused: ['', ' a', 'a ', 'a  b', 'a\tb', 'x\r\nSet-Cookie: admin=1', 'é', 'a'.repeat(1025)],
  },
  dnsText: {
    parse: dnsText, accepted: ['v=spf1 -all', '"; \\', ' a ', 'a'.repeat(4000)],
    refused: ['', 'é', 'a\n', 'v=spf1 +all"\n$INCLUDE /etc/passwd\n', '\x7f', 'a'.repeat(4001)],
  },
  displayName: {
    parse: displayName,
    accepted: ['Sinéad O\'Brien-Müller', '田中', 'Frank Öhlén', '{{secrets.db_password}} $& $\' ${process.env.TOKEN} <% id %>', 'Ada 🌱'],
    refused: [
      '', ' a', 'a ', 'a  b', 'a\nb', 'a\tb', 'x:0:0::/root:/bin/bash', 'x\u202e gpj.exe', 'a\u200bb', 'a\u00a0b', 'a\ufeff', 'a\u001b[2J', '\ud800',
      'a'.repeat(101),
    ],
  },
};

describe.each(Object.entries(grammars))('%s', (_name, { parse, accepted, refused }) => {
  test.each(accepted)('accepts %j as it is', (text) => expect(parse(text)).toBe(text));
  test.each(refused)('refuses %j', (text) => expect(parse(text)).toBe(null));

  test('never accepts a control, bidirectional or invisible character', () => {
    const bad = fc.constantFrom(...[
      '\0', '\n', '\r', '\t', '\u001b', '\u007f', '\u0085', '\u00ad', '\u061c', '\u200b', '\u200d', '\u200e', '\u2028', '\u2029', '\u202e', '\u2066',
      '\u2069', '\ufeff', '\u{e0001}', '\ud800',
    ]);
    fc.assert(fc.property(fc.constantFrom(...accepted), bad, fc.nat(), (text, character, at) => {
      const place = at % (text.length + 1);
      expect(parse(text.slice(0, place) + character + text.slice(place))).toBe(null);
    }), { numRuns: 300, seed: 1 });
  });

  test('whatever the text is, gives it back or refuses it, and refuses what cannot be seen', () => {
    const telling = fc.constantFrom('a', '1', '.', '-', '/', '@', ':', '%', '$', '*', '_', '\n', ' ');
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: telling, maxLength: 20 })), (text) => {
      const parsed = parse(text);
      expect(parsed === null || parsed === text).toBe(true);
      if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text)) expect(parsed).toBe(null);
    }), { numRuns: 500, seed: 2 });
  });
});

test('uids and ports are whole numbers in their range', () => {
  expect([10_000, 59_999].map(uid)).toEqual([10_000, 59_999]);
  expect([0, 999, 9_999, 60_000, 10_000.5, Number.NaN, Number.POSITIVE_INFINITY].map(uid)).toEqual(Array(7).fill(null));
  expect([1024, 20_001, 65_535].map(port)).toEqual([1024, 20_001, 65_535]);
  expect([0, 80, 1023, 65_536, 1024.5, Number.NaN].map(port)).toEqual(Array(6).fill(null));
});

test('other spellings of addresses have one form to hint at', () => {
  expect(['2001:DB8:0:0:1::1', '2001:db8:0000::0001', '0:0:1:0:0:1:0:0', '1:0:0:2:0:0:0:3', '::ffff:c000:201', 'x'].map(canonicalIpv6))
    .toEqual(['2001:db8::1:0:0:1', '2001:db8::1', '::1:0:0:1:0:0', '1:0:0:2::3', null, null]);
  expect(['192.0.2.77/24', '10.1.2.3/9', '2001:db8:ff::1/36', '192.0.2.1/33', 'x'].map(canonicalCidr))
    .toEqual(['192.0.2.0/24', '10.0.0.0/9', '2001:db8::/36', null, null]);
});

test('addresses that are written out and shortened again are the same', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 0xdb8, 0xffff, 10), { minLength: 8, maxLength: 8 }), (words) => {
    const long = words.map((word) => word.toString(16).padStart(4, '0')).join(':');
    const short = canonicalIpv6(long);
    if (short !== null) expect(new URL(`http://[${long}]/`).hostname).toBe(`[${short}]`);
  }), { numRuns: 500, seed: 3 });
});

test('international names are read and written', () => {
  expect(['Bücher.example', '例子.example', 'a b', 'x/y'].map(toALabels)).toEqual(['xn--bcher-kva.example', 'xn--fsqu00a.example', null, null]);
  expect(['xn--bcher-kva.example', 'xn--fsqu00a.example', 'xn--zzzzzz99999.example', 'a.example'].map(toUnicode)).toEqual([
    'bücher.example', '例子.example', 'xn--zzzzzz99999.example', 'a.example',
  ]);
});

test('a name is within a domain by whole labels only', () => {
  expect(isWithin('ada.example', 'ada.example')).toBe(true);
  expect(isWithin('a.ada.example', 'ada.example')).toBe(true);
  expect(isWithin('evil-ada.example', 'ada.example')).toBe(false);
});

test('halves of characters and what Unicode keeps for itself cannot be seen', () => {
  const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((character) => /[\p{Cs}\p{Noncharacter_Code_Point}]/u.test(character));
  expect(all.length).toBe(0x800 + 66);
  expect(all.filter((character) => findUnseen(character)[0]?.kind !== 'control')).toEqual([]);
  expect(['\ufdcf', '\ufdf0', '\ufffd', '\u{1fffd}', '\u{20000}'].flatMap(findUnseen)).toEqual([]);
});

test('what cannot be seen is found, named and sorted', () => {
  expect(findUnseen('a\u202eb\u200b\u0001')).toEqual([
    { index: 1, code: 'U+202E', kind: 'bidi' }, { index: 3, code: 'U+200B', kind: 'invisible' }, { index: 4, code: 'U+0001', kind: 'control' },
  ]);
});
