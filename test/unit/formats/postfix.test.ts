import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMain, parseMaster, renderMain, renderMaster, type MainWord, type Parameter } from '../../../reconciler/formats/postfix.ts';
import { text, type Text } from '../../../reconciler/formats/text.ts';
import { attacks, forged, hostnames, ipv4s, ipv6s, mailAddresses } from './arbitraries.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };
const words: fc.Arbitrary<MainWord> = fc.oneof(hostnames, mailAddresses, ipv4s, ipv6s, fc.nat(), fc.constant(text('$myhostname')), fc.constant({ texthash: forged<never>('/etc/postfix/croft/x') }));
const names: fc.Arbitrary<Text> = fc.stringMatching(/^[a-z][a-z0-9_]{1,12}$/).map((name) => forged<Text>(name));
const parameters: fc.Arbitrary<readonly Parameter[]> = fc.uniqueArray(
  fc.record({ name: names, words: fc.array(words, { maxLength: 12 }) }), { selector: ({ name }) => name, maxLength: 8 },
);

describe('main.cf', () => {
  it('says what it was made of, whatever that was', () => {
    fc.assert(fc.property(parameters, (all) => {
      const shape = parseMain(renderMain(source, all));
      expect(shape.map(([name, said]) => [name, said.length])).toEqual(all.map((parameter) => [parameter.name, parameter.words.length]));
    }), { numRuns: 200 });
  });

  it('reads continuations, comments between them, and empty values', () => {
    expect(parseMain('# x\na =\n  b,\n# c\n  d e\n\nf =\n')).toEqual([['a', ['b', 'd', 'e']], ['f', []]]);
  });

  it.each(attacks.filter((attack) => /[\s,]|^$/.test(attack)))('cannot take %j for a word', (attack) => {
    expect(() => renderMain(source, [{ name: text('myhostname'), words: [forged(attack)] }])).toThrow('cannot');
  });

  it('cannot say one thing twice', () => {
    const once = { name: text('biff'), words: [text('no')] };
    expect(() => renderMain(source, [once, once])).toThrow('biff stands in it twice');
  });

  it.each([' a = b\n', 'no parameter\n', 'A = b\n'])('refuses to read %j', (broken) => {
    expect(() => parseMain(broken)).toThrow('cannot read');
  });
});

describe('master.cf', () => {
  it('has a service in eight columns and its options below', () => {
    const written = renderMaster(source, [
      { name: text('submission'), type: 'inet', private: false, command: text('smtpd'), options: [{ name: text('smtpd_relay_restrictions'), words: [text('permit_sasl_authenticated'), text('reject')] }] },
      { name: text('local'), type: 'unix', privileged: true, wakeup: text('1000?'), limit: 1, command: text('local') },
    ]);
    expect(parseMaster(written)).toEqual([
      { columns: ['submission', 'inet', 'n', '-', 'n', '-', '-', 'smtpd'], options: [['smtpd_relay_restrictions', ['permit_sasl_authenticated', 'reject']]] },
      { columns: ['local', 'unix', '-', 'n', 'n', '1000?', '1', 'local'], options: [] },
    ]);
  });

  it('cannot take words with blanks for one option', () => {
    const options = [{ name: text('syslog_name'), words: [text('a b')] }];
    expect(() => renderMaster(source, [{ name: text('smtp'), type: 'inet', command: text('smtpd'), options }])).toThrow('cannot');
  });
});
