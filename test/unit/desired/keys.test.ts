import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { resolveHost } from '../../../reconciler/desired/resolve/cluster.ts';
import { publicKey } from '../../../reconciler/desired/ssh-key.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import { base, brief, keys, snapshot, type Files } from './coop.ts';

interface Case {
  readonly name: string;
  readonly code: string;
  /** Where the problem is, and what it says in part. */
  readonly at: string;
  readonly says?: string;
  readonly files: Files;
  /** The nearest thing that is right. */
  readonly twin: Files;
}

/** Shape: `type base64` of a key that nobody else has. */
function ed25519(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return line('ssh-ed25519', [Buffer.from(x, 'base64url')]);
}

function rsa(bits: number): string {
  const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  return line('ssh-rsa', [Buffer.from(e, 'base64url'), Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')])]);
}

function line(type: string, parts: readonly Buffer[]): string {
  const blob = Buffer.concat([Buffer.from(type), ...parts].flatMap((part) => [Buffer.of(0, 0, part.length >> 8, part.length & 255), part]));
  return `${type} ${blob.toString('base64')}`;
}

const damaged = `ecdsa-sha2-nistp256 ${Buffer.from(`\0\0\0\x13ecdsa-sha2-nistp256\0\0\0\x08nistp256\0\0\0\x41${'\x05'.repeat(65)}`, 'latin1').toString('base64')}`;
const [first, second, third, weak, strong] = [ed25519(), ed25519(), ed25519(), rsa(2048), rsa(3072)];
const dana = 'members/dana/member.yaml';
const bob = 'members/bob/member.yaml';

/** Lines added to a document of the base co-op. */
const plus = (path: string, lines: string): Files => ({ [path]: `${base[path] ?? ''}${lines}\n` });
const trust = (lines: string): Files => ({ ...plus('cluster.yaml', `trust:\n${lines}`), ...plus(dana, `signing-keys: [${first}]`) });
const host = (name: string, lines: string): Files => plus(`hosts/${name}.yaml`, lines);

const cases: readonly Case[] = [
  {
    name: 'a kick key that is damaged', code: 'cluster/kick-key', at: 'cluster.yaml:6:13', says: 'cut off or damaged',
    files: trust(`  kick-key: ${damaged}`), twin: trust(`  kick-key: ${second} git@main`),
  },
  {
    name: 'a merge key that is too weak for what is to hold for years', code: 'cluster/merge-key', at: 'cluster.yaml:6:16', says: '3072 or more',
    files: trust(`  merge-keys: [${weak}]`), twin: trust(`  merge-keys: [${strong}]`),
  },
  {
    name: 'a kick key that also merges', code: 'cluster/duplicate-key', at: 'cluster.yaml:7:13', says: 'it is a merge key',
    files: trust(`  merge-keys: [${second}]\n  kick-key: ${second} git@main`), twin: trust(`  merge-keys: [${second}]\n  kick-key: ${third}`),
  },
  {
    name: 'two hosts with one key', code: 'host/duplicate-key', at: 'hosts/main.yaml:5:6', says: 'it is the host dynamic\'s',
    files: { ...host('dynamic', `key: ${first} croft@dynamic`), ...host('main', `key: ${first} croft@main`) },
    twin: { ...host('dynamic', `key: ${first} croft@dynamic`), ...host('main', `key: ${second} croft@main`) },
  },
  {
    name: 'a host whose sshd has another host\'s key', code: 'host/duplicate-key', at: 'hosts/main.yaml:5:15', says: 'it is the host dynamic\'s, of its sshd',
    files: { ...host('dynamic', `ssh-host-key: ${first}`), ...host('main', `ssh-host-key: ${first}`) },
    twin: { ...host('dynamic', `ssh-host-key: ${first}`), ...host('main', `ssh-host-key: ${second}\nkey: ${third}`) },
  },
  {
    name: 'a host\'s key that opens a member\'s account', code: 'member/foreign-ssh-key', at: `${bob}:6:12`, says: 'it is the host main\'s',
    files: { ...host('main', `key: ${first}`), ...plus(bob, `ssh-keys: [${first} bob@desk]`) },
    twin: { ...host('main', `key: ${first}`), ...plus(bob, `ssh-keys: [${second}]`) },
  },
  {
    name: 'a host\'s key that signs for a member', code: 'member/foreign-signing-key', at: `${bob}:6:22`, says: 'it is the host main\'s',
    files: { ...host('main', `key: ${first}`), ...plus(bob, `signing-keys: [{key: ${first}}]`) },
    twin: { ...host('main', `key: ${first}`), ...plus(bob, `signing-keys: [{key: ${second}}]`) },
  },
  {
    name: 'a merge key that is a member\'s', code: 'member/foreign-signing-key', at: `${dana}:5:16`, says: 'it is a merge key',
    files: trust(`  merge-keys: [${first}]`), twin: trust(`  merge-keys: [${second}]`),
  },
  {
    name: 'a signing key of two members', code: 'member/duplicate-signing-key', at: `${dana}:5:16`, says: 'it is bob\'s',
    files: { ...plus(bob, `signing-keys: [${first} bob@desk]`), ...plus(dana, `signing-keys: [${first}]`) },
    twin: { ...plus(bob, `signing-keys: [${first} bob@desk]`), ...plus(dana, `signing-keys: [${second}]`) },
  },
  {
    name: 'a signing key that is listed twice', code: 'member/duplicate-signing-key', at: `${bob}:8:11`, says: 'listed above',
    files: plus(bob, `signing-keys:\n  - ${first}\n  - {key: ${first}, revoked: 2026-01-01}`), twin: plus(bob, `signing-keys:\n  - ${first}\n  - {key: ${second}, revoked: 2026-01-01}`),
  },
  {
    name: 'a signing key that is too weak', code: 'member/weak-signing-key', at: `${bob}:6:16`, says: 'it has 2048 bits, and an RSA key needs 3072 or more',
    files: plus(bob, `signing-keys: [${weak}]`), twin: plus(bob, `signing-keys: [${strong}]\nssh-keys: [${weak}]`),
  },
  {
    name: 'a signing key that is damaged', code: 'member/signing-key', at: `${bob}:6:16`, says: 'cut off or damaged',
    files: plus(bob, `signing-keys: [${damaged}]`), twin: plus(bob, `signing-keys: [${keys.other}]`),
  },
  {
    name: 'a day that no month has', code: 'member/unknown-day', at: `${bob}:8:14`, says: 'cannot use `2026-02-30` as a day',
    files: plus(bob, `signing-keys:\n  - key: ${first}\n    revoked: 2026-02-30`), twin: plus(bob, `signing-keys:\n  - key: ${first}\n    revoked: 2028-02-29`),
  },
  {
    name: 'a key that is good on no day', code: 'member/signing-key-never-valid', at: `${bob}:8:19`, says: 'good from 2026-05-01 and no longer on 2026-05-01',
    files: plus(bob, `signing-keys:\n  - key: ${first}\n    valid-before: 2026-05-01\n    valid-after: 2026-05-01`),
    twin: plus(bob, `signing-keys:\n  - key: ${first}\n    valid-before: 2026-05-02\n    valid-after: 2026-05-01`),
  },
  {
    name: 'trust while an admin has no signing key', code: 'cluster/admin-without-signing-key', at: 'cluster.yaml:5:1', says: 'the admin `dana` has no signing key that is good',
    files: plus('cluster.yaml', 'trust: {approvals: 1}'), twin: trust('  approvals: 1'),
  },
  {
    name: 'trust while an admin\'s only signing key is revoked', code: 'cluster/admin-without-signing-key', at: 'cluster.yaml:5:1',
    files: { ...trust('  approvals: 1'), ...plus(dana, `signing-keys: [{key: ${first}, revoked: 2026-01-01}]`) },
    twin: { ...trust('  approvals: 1'), ...plus(dana, `signing-keys: [{key: ${first}, revoked: 2026-01-01}, {key: ${second}, valid-before: 2026-01-01}]`) },
  },
];

describe.each(cases)('$name', ({ code, at, says, files, twin }) => {
  test('is found, at exactly that place', () => {
    const { problems } = check(snapshot(files));
    expect(problems.map(brief)).toContain(`${at} ${code}`);
    expect(problems.map(formatProblem).filter((each) => each.includes(code)).join('\n')).toContain(says ?? 'cannot');
  });

  test('is not seen in what is right', () => {
    expect(check(snapshot(twin)).problems.map(formatProblem)).toEqual([]);
  });
});

test('the keys of the git server and of hosts are handed on, taken apart', () => {
  const { value } = check(snapshot({ ...trust(`  kick-key: ${second} git@main`), ...host('main', `key: ${third} croft@main\nssh-host-key: ${keys.other}`) }));
  const [type = '', blob = ''] = second.split(' ');
  expect(value?.cluster.kickKey).toEqual({ type, blob, comment: 'git@main', source: { file: 'desired-state/cluster.yaml', line: 6, column: 13 } });
  const [dynamic, main] = value?.hosts ?? [];
  expect([main?.key?.comment, main?.sshHostKey?.comment, dynamic?.key, dynamic?.sshHostKey]).toEqual(['croft@main', 'ada@office', null, null]);
});

test('nobody can have the co-op held by listing a public key of its machines', () => {
  const { problems } = check(snapshot({ ...trust(`  kick-key: ${second}`), ...host('main', `key: ${third}`), ...plus(bob, `ssh-keys: [${second}, ${third}]`) }));
  expect(problems.map(({ owner, code }) => `${owner} ${code}`)).toEqual(['member:bob member/foreign-ssh-key', 'member:bob member/foreign-ssh-key']);
});

test('a host whose key cannot be used is still a host', () => {
  const at = (...path: readonly (string | number)[]): { readonly file: string; readonly line: number; readonly column: number } => ({ file: `desired-state/hosts/main.yaml#${path.join('.')}`, line: 1, column: 1 });
  const value = { debian: 12, addresses: { ipv4: '192.0.2.11', ipv6: '2001:db8:77::11' }, services: [], login: { shell: 'admins', files: 'everyone' }, key: damaged } as const;
  const resolved = resolveHost({ kind: 'host', name: 'main', owner: 'coop', file: 'desired-state/hosts/main.yaml', value, at, keyAt: at }, { domain: 'fairmeadow.example' });
  expect(resolved.value).toMatchObject({ name: 'main', key: null });
  expect(resolved.problems.map(({ code, source }) => `${source.file} ${code}`)).toEqual(['desired-state/hosts/main.yaml#key host/key']);
});

test('a key may be good enough to log in with and too weak to sign', () => {
  expect([publicKey(weak, 'login'), publicKey(weak, 'signing')]).toMatchObject([{ type: 'ssh-rsa' }, { weak: true }]);
  expect(publicKey(strong, 'signing')).toMatchObject({ type: 'ssh-rsa' });
});
