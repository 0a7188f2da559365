import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotaField, renderDovecot } from '../../../reconciler/formats/dovecot.ts';
import type { MailStore } from '../../../reconciler/formats/dovecot/store.ts';
import { parseEntries, renderEntries, type Entry } from '../../../reconciler/formats/dovecot/syntax.ts';
import { text, type Text } from '../../../reconciler/formats/text.ts';
import { attacks, forged, hostnames, mailAddresses } from './arbitraries.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };
const store: MailStore = {
  hostname: forged('main.fairmeadow.example'), postmaster: forged('dana@fairmeadow.example'), uid: 590,
  passwd: forged('/etc/dovecot/croft/passwd'), users: forged('/etc/dovecot/croft/users'),
  certificate: forged('/etc/ssl/certs/x.pem'), certificateKey: forged('/etc/ssl/private/x.key'),
  lmtpSocket: forged('/var/spool/postfix/private/dovecot-lmtp'), authSocket: forged('/var/spool/postfix/private/auth'),
};
const names: fc.Arbitrary<Text> = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).map((name) => forged<Text>(name));
const values: fc.Arbitrary<Text | number> = fc.oneof(fc.nat(), fc.string().map((value) => forged<Text>(value)));
const { entry } = fc.letrec<{ entry: Entry }>((tie) => ({
  entry: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(names, values),
    fc.record({ section: fc.tuple(names, fc.constant(text('/run/a.b-c'))), entries: fc.array(tie('entry'), { maxLength: 3 }) }),
  ),
}));

describe.each(['2.3', '2.4'] as const)('dovecot.conf for %s', (version) => {
  it('is read back as what was meant, for any host and contact', () => {
    fc.assert(fc.property(hostnames, mailAddresses, (hostname, postmaster) => {
      const shape = parseEntries(renderDovecot(source, version, { ...store, hostname, postmaster }));
      expect(shape).toContainEqual(['hostname', hostname]);
      expect(shape).toContainEqual(['postmaster_address', postmaster]);
    }), { numRuns: 50 });
  });

  it('refuses logins without TLS', () => {
    const shape = parseEntries(renderDovecot(source, version, store));
    expect(shape).toContainEqual(['ssl', 'required']);
    expect(shape).toContainEqual(version === '2.3' ? ['disable_plaintext_auth', 'yes'] : ['auth_allow_cleartext', 'no']);
  });

  it.each(attacks.filter((attack) => /[\n\u2028\0]/.test(attack)))('cannot take %j for a value', (attack) => {
    expect(() => renderDovecot(source, version, { ...store, postmaster: forged(attack) })).toThrow('cannot');
    expect(() => renderDovecot(source, version, { ...store, lmtpSocket: forged(attack) })).toThrow('cannot');
  });

  it.each(attacks.filter((attack) => /[\s{}]/.test(attack)))('cannot take %j for the title of a section', (attack) => {
    expect(() => renderDovecot(source, version, { ...store, lmtpSocket: forged(attack) })).toThrow('cannot');
  });
});

describe('the grammar of dovecot.conf', () => {
  it('carries any entries there and back', () => {
    fc.assert(fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      expect(parseEntries(renderEntries(source, entries))).toHaveLength(entries.length);
    }), { numRuns: 200 });
  });

  it.each(['!include /etc/passwd\n', 'a {\n', '}\n', 'a = "x\n', 'a = x # y\n', 'A = x\n'])('refuses to read %j', (broken) => {
    expect(() => parseEntries(broken)).toThrow('cannot read');
  });
});

describe('a quota', () => {
  it.each([0, -1, 1.5, Number.POSITIVE_INFINITY, Number.NaN])('cannot be %j MiB: 0 means no limit to Dovecot', (quota) => {
    expect(() => quotaField('2.3', quota)).toThrow('cannot limit');
  });
});
