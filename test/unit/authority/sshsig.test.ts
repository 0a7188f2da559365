import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isGood } from '../../../reconciler/authority/keyring.ts';
import { readPrivateKey } from '../../../reconciler/authority/sign.ts';
import { verifySignature } from '../../../reconciler/authority/sshsig.ts';
import { authenticator, makeKey, publicLine, putTogether, room, signWithSshKeygen, sshKeygenAccepts, takeApart, type Asked } from './sshsig-keys.ts';

const directory = room();
const payload = Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nmembers/ada: a blog\n');
const changed = Buffer.from(payload.toString().replace('blog', 'blot'));
const kinds = [
  ['ed25519', null], ['ecdsa', 256], ['ecdsa', 384], ['ecdsa', 521], ['rsa', 3072], ['rsa', 4096], ['rsa', 2048],
] as const;
const keys = new Map<string, string>();
const keyOf = (type: string, bits: number | null = null): string => keys.get(`${type}${bits ?? ''}`) ?? '';
let otherLine = '';

beforeAll(() => {
  for (const [type, bits] of kinds) keys.set(`${type}${bits ?? ''}`, makeKey(directory, type, bits));
  keys.set('locked', makeKey(directory, 'ed25519', null, 'a passphrase'));
  otherLine = publicLine(keyOf('locked'));
});

/** Ours as ssh-keygen has it: good, and with the key that is allowed. */
function weAccept({ armored, payload, namespace, publicLine }: Asked): boolean {
  const answer = verifySignature({ armored, payload, namespace });
  return answer.ok && `${answer.keyType} ${answer.blob}` === publicLine;
}

/** Turn one bit of the last byte of the number or the point that was made. */
function tampered(text: string): string {
  const parts = takeApart(text);
  const signature = Buffer.from(parts.signature);
  signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  return putTogether({ ...parts, signature });
}

describe('ssh-keygen and croft, side by side', () => {
  it.each(kinds)('agree about %s %s, but for RSA that is too short', (type, bits) => {
    const path = keyOf(type, bits);
    const good: Asked = { armored: signWithSshKeygen(path, payload, 'git'), payload, namespace: 'git', publicLine: publicLine(path) };
    const cases: { readonly [name: string]: Asked } = {
      good,
      'with sha256': { ...good, armored: signWithSshKeygen(path, payload, 'git', ['-Ohashalg=sha256']) },
      'tampered payload': { ...good, payload: changed },
      'tampered signature': { ...good, armored: tampered(good.armored) },
      'wrong namespace': { ...good, namespace: 'file' },
      'wrong key': { ...good, publicLine: otherLine },
    };
    const table = Object.entries(cases).map(([name, asked]) => ({ name, sshKeygen: sshKeygenAccepts(directory, asked), croft: weAccept(asked) }));
    const ours = bits !== 2048;
    expect(table).toEqual([
      { name: 'good', sshKeygen: true, croft: ours },
      { name: 'with sha256', sshKeygen: true, croft: ours },
      { name: 'tampered payload', sshKeygen: false, croft: false },
      { name: 'tampered signature', sshKeygen: false, croft: false },
      { name: 'wrong namespace', sshKeygen: false, croft: false },
      { name: 'wrong key', sshKeygen: false, croft: false },
    ]);
  });

  it('name a key by the same fingerprint', () => {
    const answer = verifySignature({ armored: signWithSshKeygen(keyOf('ed25519'), payload, 'git'), payload, namespace: 'git' });
    const [, blob = ''] = publicLine(keyOf('ed25519')).split(' ');
    expect(answer).toEqual({ ok: true, fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/), keyType: 'ssh-ed25519', blob });
  });

  it.each(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'] as const)('agree about %s, but for a signature that nobody touched the key for', (type) => {
    const token = authenticator(type);
    const ask = (flags: number): Asked => ({ armored: token.sign(payload, flags), payload, namespace: 'git', publicLine: token.publicLine });
    const both = (asked: Asked): readonly boolean[] => [sshKeygenAccepts(directory, asked), weAccept(asked)];
    expect(both(ask(1))).toEqual([true, true]);
    expect(both(ask(5))).toEqual([true, true]);
    expect(both({ ...ask(1), payload: changed })).toEqual([false, false]);
    expect(both(ask(0))).toEqual([true, false]);
    expect(verifySignature(ask(4))).toEqual({ ok: false, why: 'nobody touched the security key to make it' });
    const untouched = takeApart(ask(0).armored);
    const flagged = Buffer.from(untouched.signature);
    flagged[flagged.length - 5] = 1;
    expect(verifySignature({ ...ask(0), armored: putTogether({ ...untouched, signature: flagged }) })).toMatchObject({ ok: false, why: expect.stringMatching(/^it does not fit/) });
  });
});

describe('when a key is good', () => {
  const [from, until] = [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2026, 5, 30) / 1000];
  const dated = 'valid-after="20260101000000Z",valid-before="20260630000000Z"';
  const stamp = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/[-:T]|\.000/g, '');

  it.each([
    ['a second too early', from - 1, false], ['at its first second', from, true], ['in between', from + 1000, true],
    ['at its last second', until, true], ['a second too late', until + 1, false],
  ])('is %s the same for ssh-keygen', (_, at, expected) => {
    const [type = '', blob = ''] = publicLine(keyOf('ed25519')).split(' ');
    const asked: Asked = {
      armored: signWithSshKeygen(keyOf('ed25519'), payload, 'git'), payload, namespace: 'git', publicLine: `${type} ${blob}`, signer: dated,
      arguments: [`-Overify-time=${stamp(at)}`],
    };
    const ours = isGood({ type, blob, validAfter: from, validBefore: until, revokedAt: null }, at);
    expect([sshKeygenAccepts(directory, asked), ours.good]).toEqual([expected, expected]);
  });

  it('is never once the key is revoked', () => {
    const [type = '', blob = ''] = publicLine(keyOf('ed25519')).split(' ');
    const revoked = join(directory, 'revoked');
    writeFileSync(revoked, `${type} ${blob}\n`);
    const asked: Asked = { armored: signWithSshKeygen(keyOf('ed25519'), payload, 'git'), payload, namespace: 'git', publicLine: `${type} ${blob}` };
    const key = { type, blob, validAfter: null, validBefore: null, revokedAt: from };
    expect([sshKeygenAccepts(directory, asked), isGood({ ...key, revokedAt: null }, from).good]).toEqual([true, true]);
    expect([sshKeygenAccepts(directory, { ...asked, arguments: ['-r', revoked] }), isGood(key, from).good]).toEqual([false, false]);
    expect(isGood(key, from - 1)).toEqual({ good: true });
  });

  it('is said with the moment', () => {
    const key = { type: 'ssh-ed25519', blob: '', validAfter: from, validBefore: until, revokedAt: null };
    expect(isGood(key, 0)).toEqual({ good: false, why: 'it is not valid before 2026-01-01T00:00:00Z' });
    expect(isGood(key, until + 1)).toEqual({ good: false, why: 'it is not valid after 2026-06-30T00:00:00Z' });
    expect(isGood({ ...key, revokedAt: from }, until)).toEqual({ good: false, why: 'it was revoked at 2026-01-01T00:00:00Z' });
    expect(isGood({ ...key, validAfter: 1e15 }, from)).toEqual({ good: false, why: 'it is not valid before second 1000000000000000' });
    expect(isGood(key, Number.NaN).good).toBe(false);
  });
});

describe('what croft signs', () => {
  const read = (path: string): ReturnType<typeof readPrivateKey> => readPrivateKey(readFileSync(path, 'utf8'));

  it('is byte for byte what ssh-keygen signs, and ssh-keygen accepts it', () => {
    const key = read(keyOf('ed25519'));
    if (!key.ok) throw new Error(key.why);
    const armored = key.sign(payload, 'croft-report');
    expect(armored).toBe(signWithSshKeygen(keyOf('ed25519'), payload, 'croft-report'));
    expect(key.publicLine).toBe(publicLine(keyOf('ed25519')));
    const asked: Asked = { armored, payload, namespace: 'croft-report', publicLine: key.publicLine };
    expect([sshKeygenAccepts(directory, asked), weAccept(asked)]).toEqual([true, true]);
    expect([sshKeygenAccepts(directory, { ...asked, payload: changed }), weAccept({ ...asked, payload: changed })]).toEqual([false, false]);
  });

  it.each([
    ['locked', 'it is encrypted with a passphrase, and there is nobody to ask'],
    ['rsa3072', 'it is of type "ssh-rsa", and only ssh-ed25519 can be used here'],
    ['ecdsa256', 'it is of type "ecdsa-sha2-nistp256", and only ssh-ed25519 can be used here'],
  ])('is nothing with the key %s', (name, why) => expect(read(keyOf(name))).toEqual({ ok: false, why }));

  it('is nothing with a key whose bytes were changed anywhere but in its comment', () => {
    const lines = readFileSync(keyOf('ed25519'), 'utf8').trimEnd().split('\n');
    const bytes = Buffer.from(lines.slice(1, -1).join(''), 'base64');
    const comment = bytes.indexOf('ada@laptop');
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const text = [lines[0], flipped.toString('base64').replace(/.{70}/g, '$&\n').trimEnd(), lines.at(-1), ''].join('\n');
      expect([at, readPrivateKey(text).ok]).toEqual([at, at >= comment && at < comment + 10]);
    }
  });
});
