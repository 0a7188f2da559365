import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizedKeys, parseAuthorizedKeys } from '../../../reconciler/formats/authorized-keys.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';
import type { SshKey } from '../../../reconciler/model/desired.ts';
import { cidr } from '../../../reconciler/model/grammar/addresses.ts';
import type { Cidr } from '../../../reconciler/model/values.ts';

const source = { file: 'desired-state/members/ada/member.yaml', line: 1, column: 1 };
const everything = { terminal: true, forwarding: true };

function blobOf(type: string, rest: Uint8Array): string {
  return Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), rest]).toString('base64');
}

function key(parts: Partial<SshKey> = {}): SshKey {
  return { type: 'ssh-ed25519', blob: blobOf('ssh-ed25519', new Uint8Array(36)), comment: 'ada@laptop', from: [], forwarding: false, source, ...parts };
}

const networks = [cidr('192.0.2.0/24'), cidr('2001:db8::/32'), cidr('198.51.100.7/32')].filter((each): each is Cidr => each !== null);
const keys: fc.Arbitrary<SshKey> = fc.record({
  type: fc.constantFrom('ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256'),
  rest: fc.uint8Array({ minLength: 1, maxLength: 60 }), comment: fc.string({ unit: 'binary' }),
  from: fc.subarray(networks), forwarding: fc.boolean(),
}).map(({ type, rest, ...others }) => key({ type, blob: blobOf(type, rest), ...others }));

describe('authorized keys', () => {
  it('are read back as they were meant, one line each, restricted first', () => {
    fc.assert(fc.property(fc.array(keys, { maxLength: 4 }), fc.boolean(), fc.boolean(), (all, terminal, forwarding) => {
      const written = authorizedKeys(source, all, { terminal, forwarding });
      const shapes = parseAuthorizedKeys(written);
      expect(written.split('\n')).toHaveLength(all.length + 2);
      expect(shapes.map(({ type, blob }) => ({ type, blob }))).toEqual(all.map(({ type, blob }) => ({ type, blob })));
      for (const [index, { options }] of shapes.entries()) {
        expect(options[0]).toBe('restrict');
        expect(options.includes('pty')).toBe(terminal);
        expect(options.includes('port-forwarding')).toBe(forwarding && all[index]?.forwarding === true);
        expect(options.filter((option) => /^(?:command|environment|permit|cert|principals|tunnel|zos)/.test(option))).toEqual([]);
      }
    }));
  });

  it('say from where', () => {
    const written = authorizedKeys(source, [key({ from: networks.slice(0, 2) })], { terminal: false, forwarding: false });
    expect(written).toContain('\nrestrict,from="192.0.2.0/24,2001:db8::/32" ssh-ed25519 ');
  });

  it('run one program, whatever is asked for', () => {
    const written = authorizedKeys(source, [key()], { terminal: false, forwarding: false, command: text('/usr/lib/croft/kick') });
    expect(written).toContain('\nrestrict,command="/usr/lib/croft/kick" ssh-ed25519 ');
    expect(parseAuthorizedKeys(written)[0]?.options).toEqual(['restrict', 'command="/usr/lib/croft/kick"']);
  });

  it.each(['kick', '/usr/lib/croft/kick -x', '/bin/sh"', '/bin/$SHELL', '/bin/', ''])('do not run %j', (command) => {
    expect(() => authorizedKeys(source, [key()], { terminal: false, forwarding: false, command: encoded(command) })).toThrow('cannot force the command');
  });

  it.each([
    { name: 'an option in the type', wrong: { type: 'command="/bin/sh" ssh-ed25519' } },
    { name: 'DSA', wrong: { type: 'ssh-dss', blob: blobOf('ssh-dss', new Uint8Array(9)) } },
    { name: 'a certificate', wrong: { type: 'ssh-ed25519-cert-v01@openssh.com' } },
    { name: 'a key of another type', wrong: { type: 'ssh-rsa' } },
    { name: 'a second line in the key', wrong: { blob: `${key().blob}\nssh-ed25519 AAAA` } },
    { name: 'base64 that is not canonical', wrong: { blob: `${key().blob} ` } },
    { name: 'nothing', wrong: { blob: '' } },
  ])('refuses $name', ({ wrong }) => {
    expect(() => authorizedKeys(source, [key(wrong)], everything)).toThrow('cannot write a key');
  });

  it('keeps of a comment what is one plain word', () => {
    expect(parseAuthorizedKeys(authorizedKeys(source, [key({ comment: 'a\nssh-ed25519 BBBB "x"' })], everything))[0]?.comment).toBe('a_ssh-ed25519_BBBB_x_');
  });
});
