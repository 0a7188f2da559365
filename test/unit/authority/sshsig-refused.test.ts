import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPublicKey } from '../../../reconciler/authority/public-key.ts';
import { readPrivateKey } from '../../../reconciler/authority/sign.ts';
import { verifySignature, type Signed, type Unsigned } from '../../../reconciler/authority/sshsig.ts';
import { string, uint32, wireReader } from '../../../reconciler/authority/wire.ts';
import { armored, authenticator, bytesOf, makeKey, mpint, putTogether, room, signWithSshKeygen, takeApart, type Parts } from './sshsig-keys.ts';

const directory = room();
const payload = Buffer.from('a commit\n');
let [ed25519, ecdsa, rsa] = ['', '', ''];

beforeAll(() => {
  ed25519 = signWithSshKeygen(makeKey(directory, 'ed25519', null), payload, 'git');
  ecdsa = signWithSshKeygen(makeKey(directory, 'ecdsa', 256), payload, 'git');
  rsa = signWithSshKeygen(makeKey(directory, 'rsa', 3072), payload, 'git');
});

const ask = (text: string): Signed | Unsigned => verifySignature({ armored: text, payload, namespace: 'git' });
const altered = (text: string, change: (parts: Parts) => Partial<Parts>): string => {
  const parts = takeApart(text);
  return putTogether({ ...parts, ...change(parts) });
};
const first = (bytes: Buffer): Buffer => wireReader(bytes).string();
const proofOf = ({ signature }: Parts): Buffer => {
  const reader = wireReader(signature);
  reader.string();
  return reader.string();
};

describe('a signature is refused', () => {
  it('with a reason a person can act on', () => {
    const cut = bytesOf(ed25519).subarray(0, -1);
    const reasons = [
      '', 'hello', '-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n', ed25519 + ed25519, ` ${ed25519}`, `${ed25519}\n`, ed25519.replaceAll('\n', '\r\n'),
      ed25519.replace('=\n-', '\n-').replace('U1', 'U 1'), armored(cut), armored(Buffer.concat([bytesOf(ed25519), Buffer.of(0)])), 'x'.repeat(20_000),
      altered(ed25519, () => ({ magic: Buffer.from('SSHSIX') })), altered(ed25519, () => ({ version: 2 })), altered(ed25519, () => ({ namespace: Buffer.from('file') })),
      altered(ed25519, () => ({ namespace: Buffer.from('\u001b[2J') })), altered(ed25519, () => ({ reserved: Buffer.from('x') })), altered(ed25519, () => ({ hash: Buffer.from('md5') })),
      altered(ed25519, () => ({ publicKey: string('ssh-dss') })), altered(ed25519, () => ({ publicKey: string('ssh-ed25519-cert-v01@openssh.com') })),
    ].map((text) => ask(text)).map((answer) => (answer.ok ? 'accepted' : answer.why));
    expect(reasons).toEqual([
      'it is not an ssh signature', 'it is not an ssh signature', 'it is a PGP signature, and only those with an ssh key are accepted', 'it is 2 signatures, and one is needed',
      ...Array<string>(4).fill('its text is damaged, or there is other text around it'), 'it is cut off or damaged', 'it is cut off or damaged', 'it is 20000 characters long, and no ssh signature is',
      'it is not an ssh signature', 'it is of version 2, and only version 1 is known', 'it was made for "file", not for "git"',
      'it was made for (unprintable), not for "git"', 'it has something in its reserved field, which nothing signs', 'its hash "md5" is not supported: sha256 and sha512 are',
      'its key has type "ssh-dss", which is not supported', 'its key has type "ssh-ed25519-cert-v01@openssh.com", which is not supported',
    ]);
  });

  it('whichever of its bits is turned', () => {
    for (const text of [ed25519, ecdsa, authenticator('sk-ssh-ed25519@openssh.com').sign(payload, 1)]) {
      const bytes = bytesOf(text);
      expect(ask(text).ok).toBe(true);
      const accepted = Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter((bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return ask(armored(flipped)).ok;
      });
      expect(accepted).toEqual([]);
    }
  });

  it('whichever of its characters is left out, doubled or another', () => {
    const edits = Array.from(ed25519.trimEnd(), (character, at) => [ed25519.slice(0, at), character, ed25519.slice(at + 1)] as const)
      .flatMap(([before, character, after]) => [before + after, before + character + character + after, `${before}${character === 'A' ? 'B' : 'A'}${after}`]);
    expect(edits.filter((text) => text.trimEnd() !== ed25519.trimEnd() && ask(text).ok)).toEqual([]);
  });

  it('when it is by an algorithm of another key, or of SHA-1', () => {
    const renamed = (text: string, algorithm: string): string => altered(text, (parts) => ({ signature: Buffer.concat([string(algorithm), string(proofOf(parts))]) }));
    expect(ask(renamed(rsa, 'ssh-rsa'))).toEqual({ ok: false, why: 'it uses SHA-1, which can be forged' });
    expect(ask(renamed(rsa, 'ssh-ed25519'))).toEqual({ ok: false, why: 'its algorithm "ssh-ed25519" is not one for keys of type ssh-rsa' });
    expect(ask(renamed(ed25519, 'rsa-sha2-512'))).toEqual({ ok: false, why: 'its algorithm "rsa-sha2-512" is not one for keys of type ssh-ed25519' });
    expect(ask(renamed(rsa, 'rsa-sha2-256')).ok).toBe(false);
    expect(ask(renamed(rsa, 'rsa-sha2-512')).ok).toBe(true);
  });

  it('when its numbers are not written in their one way', () => {
    const resigned = (text: string, proof: (old: Buffer) => Buffer): string => altered(text, (parts) => ({ signature: Buffer.concat([string(first(parts.signature)), string(proof(proofOf(parts)))]) }));
    const padded = (old: Buffer): Buffer => {
      const reader = wireReader(old);
      return Buffer.concat([string(Buffer.concat([Buffer.alloc(1), reader.string()])), string(reader.string())]);
    };
    expect(ask(resigned(ecdsa, (old) => old)).ok).toBe(true);
    const bad = [
      resigned(ecdsa, padded), resigned(ecdsa, (old) => Buffer.concat([old, Buffer.of(0)])), resigned(ecdsa, () => Buffer.concat([string(''), string('')])),
      resigned(ecdsa, () => Buffer.concat([mpint(Buffer.alloc(33, 1)), mpint(Buffer.alloc(32, 1))])), resigned(ed25519, (old) => old.subarray(1)),
      resigned(ed25519, (old) => Buffer.concat([old, Buffer.of(0)])), resigned(rsa, (old) => old.subarray(1)), resigned(rsa, (old) => Buffer.concat([Buffer.of(0), old])),
    ];
    expect(bad.map((text) => ask(text).ok)).toEqual(bad.map(() => false));
  });
});

describe('a public key is refused', () => {
  const point = (bytes: Buffer): Buffer => Buffer.concat([string('ecdsa-sha2-nistp256'), string('nistp256'), string(bytes)]);
  const modulus = (bits: number): Buffer => {
    const number = Buffer.alloc(Math.ceil(bits / 8), 0xff);
    number[0] = 0xff >> ((8 - (bits % 8)) % 8);
    return number;
  };
  const rsaKey = (bits: number, exponent: Buffer = Buffer.of(1, 0, 1)): Buffer => Buffer.concat([string('ssh-rsa'), mpint(exponent), mpint(modulus(bits))]);

  it.each<[string, Buffer, string]>([
    ['off its curve', point(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])), 'its public key is not a point of its curve'],
    ['compressed', point(Buffer.concat([Buffer.of(2), Buffer.alloc(32, 1)])), 'its public key is cut off or damaged'],
    ['of another curve than its type', Buffer.concat([string('ecdsa-sha2-nistp256'), string('nistp384'), string(Buffer.alloc(65, 4))]), 'its public key is cut off or damaged'],
    ['ed25519 of 31 bytes', Buffer.concat([string('ssh-ed25519'), string(Buffer.alloc(31, 1))]), 'its public key is cut off or damaged'],
    ['with more behind it', Buffer.concat([string('ssh-ed25519'), string(Buffer.alloc(32, 1)), uint32(0)]), 'its public key is cut off or damaged'],
    ['of a security key for a web site', Buffer.concat([string('sk-ssh-ed25519@openssh.com'), string(Buffer.alloc(32, 1)), string('https://bank.example')]), 'its public key is cut off or damaged'],
    ['RSA of 3071 bits', rsaKey(3071), 'its RSA key has 3071 bits, and 3072 or more are needed to sign'],
    ['RSA of 8193 bits', rsaKey(8193), 'its RSA key has 8193 bits, and at most 8192 are accepted'],
    ['RSA with exponent 1', rsaKey(3072, Buffer.of(1)), 'its RSA key has an exponent that no ssh-keygen makes'],
    ['RSA with an even exponent', rsaKey(3072, Buffer.of(2)), 'its RSA key has an exponent that no ssh-keygen makes'],
    ['RSA with an exponent as long as its modulus', rsaKey(3072, Buffer.alloc(384, 1)), 'its RSA key has an exponent that no ssh-keygen makes'],
    ['RSA with a zero too many', Buffer.concat([string('ssh-rsa'), mpint(Buffer.of(3)), string(Buffer.concat([Buffer.alloc(2), modulus(3072)]))]), 'its public key is cut off or damaged'],
    ['RSA with a negative modulus', Buffer.concat([string('ssh-rsa'), mpint(Buffer.of(3)), string(modulus(3072))]), 'its public key is cut off or damaged'],
    ['nothing', Buffer.alloc(0), 'its key has type (unprintable), which is not supported'],
  ])('%s', (_, blob, why) => expect(readPublicKey(blob)).toEqual({ ok: false, why }));

  it('but not with RSA of 3072 bits exactly, and the second reading is the first', () => {
    const key = readPublicKey(rsaKey(3072));
    expect(key).toMatchObject({ ok: true, type: 'ssh-rsa' });
    expect(readPublicKey(rsaKey(3072))).toBe(key);
  });
});

describe('garbage', () => {
  it('is refused and never thrown, in and out of armor', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => ask(text).ok === false && readPrivateKey(text).ok === false));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => ask(armored(bytes)).ok === false && readPublicKey(Buffer.from(bytes)).ok === false));
  });

  it('is refused and never thrown in any single field', () => {
    const field = fc.constantFrom('publicKey' as const, 'namespace' as const, 'reserved' as const, 'hash' as const, 'signature' as const);
    fc.assert(fc.property(fc.constantFrom(0, 1, 2), field, fc.uint8Array({ minLength: 1, maxLength: 300 }), (which, name, bytes) => {
      return ask(altered([ed25519, ecdsa, rsa][which] ?? '', () => ({ [name]: Buffer.from(bytes) }))).ok === false;
    }));
  });

  it('is read no further than its end', () => {
    const step = fc.constantFrom('byte' as const, 'uint32' as const, 'string' as const, 'text' as const, 'mpint' as const);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(step, { minLength: 1 }), (bytes, steps) => {
      const reader = wireReader(Buffer.from(bytes));
      let read = 0;
      for (const name of steps) {
        const value = reader[name]();
        read += typeof value === 'number' ? 0 : value.length;
      }
      expect(read).toBeLessThanOrEqual(bytes.length);
    }));
  });
});
