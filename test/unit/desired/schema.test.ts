import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nearest, nearestField } from '../../../reconciler/desired/nearest.ts';
import { parse } from '../../../reconciler/desired/parse.ts';
import type { DocumentKind } from '../../../reconciler/desired/schemas.ts';
import { validate } from '../../../reconciler/desired/validate.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';

function problems(kind: DocumentKind, text: string): readonly string[] {
  const { value } = parse({ path: 'f.yaml', bytes: new TextEncoder().encode(text) });
  return value === null ? ['not read'] : validate(kind, value).problems.map(formatProblem);
}

/** Shape: as it stands in a .pub file. */
function rsa(bits: number): string {
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const part = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  return `ssh-rsa ${Buffer.concat([part(Buffer.from('ssh-rsa')), part(Buffer.from([1, 0, 1])), part(Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]))]).toString('base64')}`;
}

const cases: readonly { readonly name: string; readonly kind: DocumentKind; readonly input: string; readonly expected: readonly string[] }[] = [
  {
    name: 'a misspelt field is the only mistake', kind: 'vhost', input: 'redirct_to: https://x.example\n',
    expected: ['f.yaml:1:1: cannot use `redirct_to`: a vhost has no such field – did you mean `redirect`? [schema/unknown-field]'],
  },
  {
    name: 'a misspelt field inside another', kind: 'vhost', input: 'static: {rot: a}\n',
    expected: ['f.yaml:1:10: cannot use `rot`: `static` has no such field – did you mean `root`? [schema/unknown-field]'],
  },
  {
    name: 'an unknown field like none', kind: 'vhost', input: 'proxy: {port: 20001, xyz: 1}\n',
    expected: ['f.yaml:1:22: cannot use `xyz`: `proxy` has no such field – its fields are `port` [schema/unknown-field]'],
  },
  {
    name: 'a missing field, at what lacks it', kind: 'vhost', input: 'aliases: []\nstatic: {listing: true}\n',
    expected: ['f.yaml:2:1: cannot accept `static` without `root` –'],
  },
  {
    name: 'a site that is two things', kind: 'vhost', input: 'static: {root: a}\nproxy: {port: 20001}\n',
    expected: ['f.yaml:1:1: cannot accept `static` and `proxy` together – give exactly one of `static`, `redirect` or `proxy` [schema/one-of]'],
  },
  {
    name: 'a site that is nothing', kind: 'vhost', input: 'https: off\n',
    expected: ['f.yaml:1:1: cannot tell what a vhost does without `static`, `redirect` or `proxy`'],
  },
  {
    name: 'a document that is no map', kind: 'vhost', input: 'hello\n',
    expected: ['f.yaml:1:1: cannot use `hello` as the document: it must be a map of fields [schema/wrong-type]'],
  },
  {
    name: 'a field left empty', kind: 'vhost', input: 'static:\n',
    expected: ['f.yaml:1:8: cannot leave `static` empty: it must be a map of fields [schema/empty]'],
  },
  {
    name: 'a choice that is not there', kind: 'host',
    input: 'debian: 12\naddresses: {ipv4: 192.0.2.1, ipv6: "2001:DB8:0::1"}\nservices: [web-sttic]\nlogin: {shell: all, files: everyone}\n',
    expected: [
      'f.yaml:2:36: cannot use `2001:DB8:0::1` as `addresses.ipv6`: it must be an IPv6 address in its short form',
      '– did you mean `2001:db8::1`? [schema/wrong-form]',
      'f.yaml:3:12: cannot use `web-sttic` as `services[0]`', '– did you mean `web-static`? [schema/unknown-choice]',
      'f.yaml:4:16: cannot use `all` as `login.shell`: it must be `everyone`, `admins` or `nobody`',
    ],
  },
  {
    name: 'a number out of bounds', kind: 'vhost', input: 'proxy: {port: 80}\n',
    expected: ['f.yaml:1:15: cannot use `80` as `proxy.port`: it must be at least 20000 [schema/out-of-bounds]'],
  },
  {
    name: 'a public key that is cut off', kind: 'member', input: 'name: Ada\nuid: 10001\nlimits: regular\nemail: ada@elsewhere.example\nssh-keys:\n  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuP6/Ts4XrxLPp/\n',
    expected: ['f.yaml:6:5: cannot use `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuP6/Ts4XrxLPp/` as `ssh-keys[0]`: the key inside is cut off or damaged – paste the whole line of a .pub file'],
  },
  {
    name: 'a public key that is cut off within a letter', kind: 'member', input: 'name: Ada\nuid: 10001\nlimits: regular\nemail: ada@elsewhere.example\nsigning-keys:\n  - key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDuP6/Ts4XrxLPp/Z\n',
    expected: ['f.yaml:6:10: cannot use `ssh-ed25519 AAAA', 'as `signing-keys[0].key`: its second word is no whole base64: is the line cut off, or broken in two?'],
  },
  {
    name: 'an RSA key that is too small', kind: 'member', input: `name: Ada\nuid: 10001\nlimits: regular\nemail: ada@elsewhere.example\nssh-keys:\n  - ${rsa(1024)}\n`,
    expected: ['f.yaml:6:5: cannot use `ssh-rsa AAAA', 'as `ssh-keys[0]`: it has 1024 bits, and an RSA key needs 2048 or more'],
  },
  {
    name: 'what is no public key, and is not repeated', kind: 'member', input: 'name: Ada\nuid: 10001\nlimits: regular\nemail: ada@elsewhere.example\nssh-keys:\n  - QyNTUxOQAAACBer7 hunter2\n',
    expected: ['f.yaml:6:5: cannot use this value as `ssh-keys[0]`: it does not begin with the type of a key, such as ssh-ed25519'],
  },
  {
    name: 'a no-break space in a name of a field, and in a value', kind: 'vhost', input: 'static:\n  root: a\n\u00a0\u00a0listing: true\nhost: a\u00a0b\n',
    expected: ['f.yaml:3:1: cannot use `\\u{a0}\\u{a0}listing`: a vhost has no such field – U+00A0 stands here, which looks like a blank and is none', 'f.yaml:4:7: cannot use `a\\u{a0}b` as `host`', '– U+00A0 stands here'],
  },
  { name: 'text where a number belongs', kind: 'vhost', input: 'proxy: {port: "20001"}\n', expected: ['write it without quotes: 20001 [schema/wrong-type]'] },
  {
    name: 'text where true or false belongs', kind: 'vhost', input: 'static: {root: a, listing: yes}\n',
    expected: ['f.yaml:1:28: cannot use `yes` as `static.listing`: it must be true or false – write true [schema/wrong-type]'],
  },
  {
    name: 'a name that DNS would write otherwise', kind: 'vhost', input: 'static: {root: a}\naliases: [Bücher.example]\n',
    expected: [
      'f.yaml:2:11: cannot use `Bücher.example` as `aliases[0]`: it must be a full host name', '– did you mean `xn--bcher-kva.example`? [schema/wrong-form]',
    ],
  },
  {
    name: 'an address without a prefix', kind: 'member',
    input: 'name: A\nuid: 10001\nlimits: small\nemail: a@x.example\nssh-keys: [{key: x, from: [192.0.2.1]}]\n',
    expected: [
      'f.yaml:5:18: cannot use this value as `ssh-keys[0].key`', 'f.yaml:5:28: cannot use `192.0.2.1` as `ssh-keys[0].from[0]`', 'did you mean `192.0.2.1/32`?',
    ],
  },
  {
    name: 'a list item listed twice', kind: 'vhost', input: 'static: {root: a}\naliases: [a.example, b.example, a.example]\n',
    expected: ['f.yaml:2:33: cannot list `a.example` twice in `aliases`'],
  },
  {
    name: 'a record of unknown type', kind: 'zone', input: 'records: [{name: a, type: AAA, address: x}]\n',
    expected: ['f.yaml:1:27: cannot use `AAA` as `type`: it must be `A`, `AAAA`', 'did you mean `AAAA`?'],
  },
  { name: 'a record without a type', kind: 'zone', input: 'records:\n  - {name: a}\n', expected: ['f.yaml:2:5: cannot accept `records[0]` without `type`'] },
  {
    name: 'only the branch of the record\'s own type is spoken of', kind: 'zone', input: 'records: [{name: a, type: MX, prefrence: 1, exchange: b}]\n',
    expected: ['f.yaml:1:31: cannot use `prefrence`: `records[0]` has no such field – did you mean `preference`?'],
  },
  {
    name: 'a local part in capitals', kind: 'mailboxes', input: 'aliases:\n  Bob: [ada]\n',
    expected: ['f.yaml:2:3: cannot use `Bob` as a name in `aliases`', 'did you mean `bob`?'],
  },
  {
    name: 'a password that is no hash is not repeated', kind: 'mailboxes', input: 'mailboxes:\n  ada: {password: hunter2}\n',
    expected: ['f.yaml:2:19: cannot use this value as `mailboxes.ada.password`: it must be the hash of a password'],
  },
  {
    name: 'text that is too long is only too long', kind: 'vhost', input: `static: {root: "${'a/'.repeat(120)}"}\n`,
    expected: ['it has 240 characters, and may have at most 200 [schema/out-of-bounds]'],
  },
];

describe('mistakes are said in words, at their place', () => {
  test.each(cases)('$name', ({ kind, input, expected }) => {
    const lines = problems(kind, input);
    for (const part of expected) expect(lines.join('\n')).toContain(part);
    expect(lines.length).toBe(kind === 'limits' ? lines.length : expected.filter((part) => part.startsWith('f.yaml')).length || 1);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});

test('the nearest word is the one with the fewest slips, and none is near to nonsense', () => {
  expect(nearest('regulr', ['small', 'regular', 'heavy'])).toBe('regular');
  expect(nearest('rgeular', ['small', 'regular', 'heavy'])).toBe('regular');
  expect(nearest('xyz', ['small', 'regular', 'heavy'])).toBe(null);
  expect(nearest('', ['small'])).toBe(null);
  expect(nearestField('ssh_keys', ['ssh-keys', 'shell'])).toBe('ssh-keys');
});
