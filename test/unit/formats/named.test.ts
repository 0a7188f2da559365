import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNamed, renderNamed, type NamedWord, type Statement } from '../../../reconciler/formats/named.ts';
import { text } from '../../../reconciler/formats/text.ts';
import { attacks, domainNames, forged, ipv4s, ipv6s } from './arbitraries.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };
const words: fc.Arbitrary<NamedWord> = fc.oneof(
  fc.constantFrom(text('zone'), text('type'), text('any'), text('listen-on-v6')), ipv4s, ipv6s, fc.nat(), domainNames.map((quoted) => ({ quoted })),
);
const { statement } = fc.letrec<{ statement: Statement; block: readonly Statement[] | undefined }>((tie) => ({
  statement: fc.record({ words: fc.array(words, { minLength: 1, maxLength: 4 }), block: fc.option(fc.array(tie('statement'), { maxLength: 3 }), { nil: undefined, maxDepth: 3 }) })
    .map(({ words: said, block }) => (block === undefined ? { words: said } : { words: said, block })),
  block: fc.constant(undefined),
}));

describe('named.conf', () => {
  it('says what it was made of, whatever that was', () => {
    fc.assert(fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
      const shape = parseNamed(renderNamed(source, statements));
      expect(shape.map(({ words: said }) => said.length)).toEqual(statements.map(({ words: said }) => said.length));
      expect(shape.map(({ block }) => block?.length)).toEqual(statements.map(({ block }) => block?.length));
    }), { numRuns: 200 });
  });

  it('puts names in quotes and escapes what would end them', () => {
    const statements = [{ words: [text('zone'), { quoted: text('a"; };\\') }], block: [{ words: [text('type'), text('primary')] }] }];
    expect(renderNamed(source, statements)).toBe('// Managed by croft. Do not edit: change desired-state/hosts/main.yaml instead.\nzone "a\\"; };\\\\" { type primary; };\n');
  });

  it('reads comments, and empty files', () => {
    expect(parseNamed('# a { ;\n// b "\n/* c\n}; */\n')).toEqual([]);
  });

  it.each(attacks.filter((attack) => !/^[^\s{};"#]+$/.test(attack)))('cannot take %j for a word', (attack) => {
    expect(() => renderNamed(source, [{ words: [text('server'), forged(attack)] }])).toThrow('cannot');
  });

  it.each(['zone "a" {', 'zone "a"', 'zone "a" }', '};', 'zone "a" { type primary };', 'a { b; }', '"open'])('refuses to read %j', (broken) => {
    expect(() => parseNamed(broken)).toThrow('cannot read named.conf');
  });
});
