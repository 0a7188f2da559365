import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { envelop, mostValueBytes, unfold, whyUnfit } from '../../../reconciler/age/envelope.ts';
import { isSealedTo, open, seal } from '../../../reconciler/age/seal.ts';
import { pairOf, readPair, type Pair } from '../../../reconciler/authority/private-key.ts';
import { armour, mostSealedCharacters, sealed, sealedBytes, sealedTags, tagOf } from '../../../reconciler/model/grammar/sealed.ts';
import type { Sealed } from '../../../reconciler/model/values.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/secrets');
const label = 'member:ada db-password';

function text(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

function pair(name: string): Pair {
  const found = readPair(text(name));
  if (!found.ok) throw new Error(found.why);
  return found;
}

function blobOf({ publicKey }: Pair): string {
  return publicKey.toString('base64');
}

function sure(value: string): Sealed {
  const found = sealed(value);
  if (found === null) throw new Error('this is no sealed text');
  return found;
}

/** Debian's package, which root fetches where it is not. For everybody else what it once sealed is recorded. */
const isThere = (): boolean => spawnSync('age', ['--version']).status === 0;
const hasAge = process.getuid?.() === 0 || isThere();

const [ada, bob, one, two] = [pair('ada'), pair('bob'), pair('host-one'), pair('host-two')];

describe('a sealed text', () => {
  it('is opened by each key that it was sealed to, and by no other', async () => {
    const made = await seal(label, 'hunter2', [ada, one].map(blobOf));
    for (const key of [ada, one]) expect(await open(label, made, key)).toEqual({ ok: true, value: 'hunter2' });
    for (const key of [bob, two]) expect(await open(label, made, key)).toEqual({ ok: false, why: 'it is sealed to other keys' });
    expect(made).not.toContain(Buffer.from('hunter2').toString('base64').slice(0, 8));
  });

  it('says for whom it is, and nothing else', async () => {
    const made = await seal(label, 'hunter2', [ada, one].map(blobOf));
    expect(sealedTags(made)).toEqual([ada, one].map((key) => tagOf(blobOf(key))));
    expect([ada, bob, one].map((key) => isSealedTo(made, blobOf(key)))).toEqual([true, false, true]);
  });

  it('of the same value is never the same twice', async () => {
    expect(await seal(label, 'x', [blobOf(ada)])).not.toBe(await seal(label, 'x', [blobOf(ada)]));
  });

  it('holds a value of the greatest length for a hundred keys', async () => {
    const keys = [...Array.from({ length: 99 }, () => pairOf(randomBytes(32))), ada];
    const value = 'v'.repeat(mostValueBytes);
    const made = await seal(label, value, keys.map(blobOf));
    expect(made.length).toBeLessThanOrEqual(mostSealedCharacters);
    expect(await open(label, made, ada)).toEqual({ ok: true, value });
  });

  it('refuses a recipient that is no point to agree with', async () => {
    const low = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32, 1]), Buffer.alloc(31)]);
    await expect(seal(label, 'x', [low.toString('base64')])).rejects.toThrow();
  });
});

describe('whose it is', () => {
  it.each([
    ["another's", 'member:bob db-password'], ['of another name', 'member:ada db-passwor'], ['of a longer name', 'member:ada db-password2'], ["the co-op's", 'coop db-password'],
  ])('is compared: %s', async (_, other) => {
    const made = await seal(label, 'hunter2', [blobOf(one)]);
    const said = await open(other, made, one);
    expect(said).toMatchObject({ ok: false, why: expect.stringContaining('sealed as another secret') as string });
    expect(JSON.stringify(said)).not.toContain('hunter2');
  });

  it('must be said', async () => {
    expect(await open(label, sure(text('ada-unlabelled.age')), one)).toMatchObject({ ok: false, why: expect.stringContaining('does not say whose it is') as string });
  });

  it('cannot be made up by a value that looks like an envelope', () => {
    const folded = Buffer.from(envelop('member:bob x', 'croft-secret member:ada db-password\nhunter2'));
    expect(unfold(label, folded)).toMatchObject({ ok: false });
    expect(unfold('member:bob x', folded)).toEqual({ ok: true, value: 'croft-secret member:ada db-password\nhunter2' });
  });

  it.each([['empty', ''], ['too long', 'x'.repeat(mostValueBytes + 1)], ['with a zero', 'a\0b'], ['not UTF-8', 'a\ufffd']])('a value is fit: not %s', (_, value) => {
    expect(whyUnfit(value)).not.toBeNull();
    expect(unfold(label, Buffer.from(envelop(label, value))).ok).toBe(false);
  });
});

describe('the age of Debian', () => {
  it.each([
    ['ada-db-password.age', 'correct horse battery staple', [ada, one]], ['ada-db-password-2.age', 'a second value', [ada, one]], ['ada-db-password-two.age', 'for another host', [ada, two]],
  ] as const)('sealed %s, as recorded, and croft opens it', async (name, value, keys) => {
    for (const key of keys) expect(await open(label, sure(text(name)), key)).toEqual({ ok: true, value });
  });

  it.runIf(hasAge)('opens what croft seals, and seals what croft opens', async () => {
    if (!isThere()) execFileSync('sh', ['-c', 'apt-get install -y age || { apt-get update && apt-get install -y age; }'], { stdio: 'ignore' });
    const directory = mkdtempSync(join(tmpdir(), 'croft-age-'));
    try {
      for (const name of ['ada', 'host-one']) {
        cpSync(join(fixtures, name), join(directory, name));
        chmodSync(join(directory, name), 0o600);
        writeFileSync(join(directory, 'made.age'), await seal(label, 'hunter2\nand more\n', [ada, bob, one].map(blobOf)));
        expect(execFileSync('age', ['-d', '-i', join(directory, name), join(directory, 'made.age')], { encoding: 'utf8' })).toBe('croft-secret member:ada db-password\nhunter2\nand more\n');
      }
      const theirs = execFileSync('age', ['-a', '-R', join(fixtures, 'host-one.pub')], { input: envelop(label, 'from age'), encoding: 'utf8' });
      expect(await open(label, sure(theirs), one)).toEqual({ ok: true, value: 'from age' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('whatever is done to a sealed text', () => {
  const whole = text('ada-db-password.age');

  it('a character flipped at any place, it is refused and never opens', async () => {
    for (let at = 0; at < whole.length; at += 1) {
      for (const bit of [1, 4]) await refuses(`${whole.slice(0, at)}${String.fromCharCode(whole.charCodeAt(at) ^ bit)}${whole.slice(at + 1)}`);
    }
  });

  it('a byte flipped at any place below the armour, it is refused and never opens', async () => {
    const bytes = sealedBytes(sure(whole));
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [0x01, 0x80]) await refuses(armour(bytes.map((byte, index) => (index === at ? byte ^ bit : byte))));
    }
  });

  it('cut off at any place, it is refused and never opens', async () => {
    const bytes = sealedBytes(sure(whole));
    for (let length = 0; length < whole.length; length += 1) await refuses(whole.slice(0, length));
    for (let length = 0; length < bytes.length; length += 1) await refuses(armour(bytes.subarray(0, length)));
    await refuses(armour(Buffer.concat([bytes, Buffer.of(0)])));
  });

  it('a stanza of somebody else added, taken away or turned round, it is refused', async () => {
    const header = Buffer.from(sealedBytes(sure(whole))).toString('latin1');
    const [first = '', second = ''] = header.match(/-> ssh-ed25519 .*\n.*\n/g) ?? [];
    for (const other of [header.replace(first, ''), header.replace(second, ''), header.replace(first + second, second + first), header.replace(first, first + first)]) {
      await refuses(armour(Buffer.from(other, 'latin1')));
    }
  });

  it('10,000 texts of garbage in armour are refused, and none is a bug', async () => {
    const bytes = Buffer.from(sealedBytes(sure(whole)));
    const headerBytes = bytes.indexOf('\n--- ') + 5 + 43 + 1;
    for (let number = 0; number < 10_000; number += 1) {
      const garbage = randomBytes(1 + number % 700);
      const made = number % 3 === 0 ? garbage : number % 3 === 1 ? Buffer.concat([bytes.subarray(0, headerBytes), garbage]) : Buffer.concat([bytes.subarray(0, number % bytes.length), garbage]);
      await refuses(armour(made), [one]);
    }
  });

  it('stanzas of ssh-ed25519 with odd parts are refused', async () => {
    const tag = tagOf(blobOf(one));
    const share = Buffer.alloc(32).toString('base64').replace(/=+$/, '');
    const stanzas = [`-> ssh-ed25519 ${tag}\n${share}`, `-> ssh-ed25519 ${tag} ${share} more\n${share}`, `-> ssh-ed25519 ${tag} AAAA\n${share}`, `-> ssh-ed25519 ${tag} ${share}\nAAAA`, `-> ssh-ed25519 ${tag} ${share}\n${share}`];
    for (const stanza of stanzas) await refuses(armour(Buffer.concat([Buffer.from(`age-encryption.org/v1\n${stanza}\n--- ${share}\n`), randomBytes(80)])));
  });
});

/** Nobody gets anything but a clause in words out of it. */
async function refuses(bent: string, keys: readonly Pair[] = [one, ada]): Promise<void> {
  const parsed = sealed(bent);
  if (parsed === null) return;
  for (const key of keys) {
    const said = await open(label, parsed, key);
    expect(said.ok, bent).toBe(false);
    if (!said.ok) expect(said.why).toMatch(/^(?:it is sealed to other keys|it is damaged, or was changed after it was sealed)$/);
  }
}

describe('the armour', () => {
  const whole = text('ada-db-password.age');
  it.each([
    ['with Windows line ends', whole.replaceAll('\n', '\r\n')], ['with a blank before it', ` ${whole}`], ['with a line before it', `\n${whole}`], ['with a line after it', `${whole}\n`],
    ['without its last line end', whole.trimEnd()], ['in longer lines', whole.replace(/([A-Za-z0-9+/]{64})\n/, '$1')], ['with a blank inside', whole.replace('YWdl', 'YWdl ')],
    ['with another alphabet', whole.replace('YWdl', 'YWd-')], ['with bits to spare', whole.replace(/(.)(=+)\n-----END/, (_, last: string, rest: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}${rest}\n-----END`)],
    ['twice', whole + whole], ['of another kind', whole.replaceAll('AGE ENCRYPTED FILE', 'PGP MESSAGE')], ['that is too long', armour(randomBytes(mostSealedCharacters))], ['that is no armour', 'hunter2'],
    ['sealed with a passphrase', armour(Buffer.concat([Buffer.from(`age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n${'A'.repeat(43)}\n--- ${'A'.repeat(43)}\n`), randomBytes(80)]))],
  ])('has one spelling: not %s', (_, other) => {
    expect(sealed(other)).toBeNull();
  });
});
