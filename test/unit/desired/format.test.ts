import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { format } from '../../../reconciler/desired/format.ts';
import { commentsOf } from '../../../reconciler/desired/format/remarks.ts';
import { same } from '../../../reconciler/model/same.ts';
import { meaningOf } from '../../../reconciler/desired/layout.ts';
import { parse } from '../../../reconciler/desired/parse.ts';
import { schemas, type DocumentKind } from '../../../reconciler/desired/schemas.ts';
import { fc, test as property } from './property.ts';

const root = join(import.meta.dirname, '../../..');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const valueOf = (text: string): unknown => parse({ path: 'f.yaml', bytes: bytes(text) }).value?.value;
const formatted = (text: string, kind: DocumentKind = 'vhost', modeline: string | null = null): string | null => format({ path: 'f.yaml', bytes: bytes(text) }, { kind, modeline }).value;

/** The canonical form of a text, after seeing that it is canonical, and says the same with the same comments. */
function canonical(text: string, kind: DocumentKind = 'vhost'): string {
  const { value: written, problems } = format({ path: 'f.yaml', bytes: bytes(text) }, { kind, modeline: null });
  expect(problems, text).toEqual([]);
  if (written === null) throw new Error(`nothing was written of ${text}`);
  expect(formatted(written, kind), text).toBe(written);
  expect(written).toMatch(/[^\n]\n$/);
  return written;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml') && statSync(join(root, folder, path)).isFile());
}

function kindAt(path: string): DocumentKind {
  const meaning = meaningOf(path);
  if (meaning.is !== 'document') throw new Error(`${path} is no document`);
  return meaning.kind;
}

describe('documents that are there', () => {
  test.each(filesBelow('desired-state'))('desired-state/%s is as it should be', (path) => {
    const text = readFileSync(join(root, 'desired-state', path), 'utf8');
    expect(formatted(text, kindAt(path))).toBe(text);
  });

  test.each(filesBelow('test/scenarios/base'))('the scenarios\' %s says the same when formatted, and stays', (path) => {
    const text = readFileSync(join(root, 'test/scenarios/base', path), 'utf8');
    expect(valueOf(canonical(text, kindAt(path)))).toEqual(valueOf(text));
  });

  const examples = [...schemas].flatMap(([kind, schema]) => ('examples' in schema && Array.isArray(schema.examples) ? schema.examples.map((example: unknown, index) => [`${kind} ${index + 1}`, kind, example] as const) : []));
  test('there are examples in every schema', () => expect(new Set(examples.map(([, kind]) => kind)).size).toBe(schemas.size));
  test.each(examples)('example %s, as YAML and as JSON, comes out the same', (_, kind, example) => {
    const [yaml, json] = [canonical(stringify(example), kind), canonical(JSON.stringify(example), kind)];
    expect([valueOf(yaml), valueOf(json)]).toEqual([example, example]);
  });
});

describe('the form', () => {
  const cases: readonly { readonly name: string; readonly kind?: DocumentKind; readonly input: string; readonly expected: string }[] = [
    { name: 'is indented by two, lists too', input: 'static:\n    root: a\naliases:\n- a.example\n-   b.example\n', expected: 'static:\n  root: a\naliases:\n  - a.example\n  - b.example\n' },
    { name: 'has the keys in the order of the schema, what is for people first', input: 'https: off\naliases: [a.example]\nstatic: {listing: true, root: a}\ndescription: x\n', expected: 'description: x\nstatic: { root: a, listing: true }\naliases: [a.example]\nhttps: off\n' },
    { name: 'has the keys of records in their own order, the exception last', kind: 'zone', input: 'records:\n  - {ttl-seconds: 300, exchange: mx.a.example., preference: 10, type: MX, name: "@"}\n  - type: A\n    address: 192.0.2.1\n    name: a\n', expected: "records:\n  - { name: '@', type: MX, preference: 10, exchange: mx.a.example., ttl-seconds: 300 }\n  - name: a\n    type: A\n    address: 192.0.2.1\n" },
    { name: 'keeps the order in which people list names', kind: 'mailboxes', input: 'mailboxes:\n  zoe: {quota-mib: 5, password: x}\n  ada:\n    password: y\n', expected: 'mailboxes:\n  zoe: { password: x, quota-mib: 5 }\n  ada:\n    password: y\n' },
    { name: 'puts what nobody knows last', input: 'statc: 1\nhost: a\n', expected: 'host: a\nstatc: 1\n' },
    { name: 'keeps comments with what they are about', input: '# of the file\n\n# the host\nhost: a   # here\n# the sort\nstatic: # files\n  # where\n  root: a\n  # no listing\n# end\n', expected: '# of the file\n\n# the sort\nstatic: # files\n  # where\n  root: a\n  # no listing\n# the host\nhost: a # here\n# end\n' },
    { name: 'keeps the head where it is when the first key moves', input: '# of the file\nhost: a\nstatic: {root: a}\n', expected: '# of the file\nstatic: { root: a }\nhost: a\n' },
    { name: 'keeps the first comments of an entry above it', kind: 'zone', input: 'records:\n  - # a\n    # b\n    name: x\n    type: A\n', expected: 'records:\n  # a\n  # b\n  - name: x\n    type: A\n' },
    { name: 'has no empty line above an entry that says nothing', input: 'aliases:\n  - a.example\n  - # b\n  -\n', expected: 'aliases:\n  - a.example\n  # b\n  -\n  -\n' },
    { name: 'keeps a comment that goes on below its line', input: 'host: a # one\n        # two\nhttps: off\n', expected: 'https: off\nhost: a # one\n  # two\n' },
    { name: 'keeps a comment before the next key of a list that is not indented', kind: 'member', input: 'ssh-keys:\n- a\n# to erin\ndelegates:\n- {domain: a.example, to: erin}\n', expected: 'ssh-keys:\n  - a\n# to erin\ndelegates:\n  - { domain: a.example, to: erin }\n' },
    { name: 'has one empty line where there were several', input: '\n\nhttps: off\n\n\n\nhost: a\n\n\n', expected: 'https: off\n\nhost: a\n' },
    { name: 'breaks brackets that do not fit on a line', input: `aliases: [${Array.from({ length: 9 }, (_, index) => `name-${index}.a.example`).join(', ')}]\n`, expected: `aliases:\n${Array.from({ length: 9 }, (_, index) => `  - name-${index}.a.example\n`).join('')}` },
    { name: 'breaks brackets with comments in them', input: 'aliases: [ # all\n  a.example, # one\n  b.example # two\n]\n', expected: 'aliases:\n  # all\n  - a.example # one\n  - b.example # two\n' },
    { name: 'leaves empty lists and maps', input: 'aliases: [ ]\nerror-pages: { }\n', expected: 'aliases: []\nerror-pages: {}\n' },
    { name: 'has quotes only where they are needed', input: '"host": "a"\ndescription: "it\'s: so"\nerror-pages: {"404": "/x"}\nheaders:\n  - {name: "a, b", value: \'on\'}\n  - name: "2001:db8::1"\n    value: "12:30"\n', expected: "description: \"it's: so\"\nheaders:\n  - { name: 'a, b', value: 'on' }\n  - name: 2001:db8::1\n    value: '12:30'\nerror-pages: { '404': /x }\nhost: a\n" },
    { name: 'keeps text over several lines as it was wrapped', kind: 'zone', input: 'records:\n- name: a\n  type: TXT\n  text: >-   # long\n      one\n      two\n\n      three\n', expected: 'records:\n  - name: a\n    type: TXT\n    text: >- # long\n      one\n      two\n\n      three\n' },
    { name: 'keeps blanks at the beginning of such text', input: 'description: |2-\n    one\n  two\nhost: a\n', expected: 'description: |2-\n    one\n  two\nhost: a\n' },
    { name: 'writes plain text over several lines in one', input: 'description: one\n  two\n', expected: 'description: one two\n' },
    { name: 'has neither start nor end of the document', input: '# a\n---\nhost: a\n...\n# b\n', expected: '# a\nhost: a\n# b\n' },
    { name: 'has no byte order mark, carriage return or blank at the end of a line', input: '\ufeffhost: a  \r\n# b \r\nhttps: off\r\n', expected: '# b\nhttps: off\nhost: a\n' },
    { name: 'has no tabs', input: 'static:\n\troot: a\t# x\ty\n\tlisting:\ttrue\n', expected: 'static:\n  root: a # x y\n  listing: true\n' },
    { name: 'ends in a line break', input: 'host: a', expected: 'host: a\n' },
  ];
  test.each(cases)('$name', ({ kind, input, expected }) => {
    expect(canonical(input, kind)).toBe(expected);
  });
});

describe('the line that editors complete from', () => {
  const line = '# yaml-language-server: $schema=../schemas/vhost.schema.json';
  test('is put first where it is missing', () => expect(formatted('# mine\nhost: a\n', 'vhost', line)).toBe(`${line}\n# mine\nhost: a\n`));
  test('is put first where it is not', () => expect(formatted(`# mine\n${line}\nhost: a\n`, 'vhost', line)).toBe(`${line}\n# mine\nhost: a\n`));
  test('stays as somebody wrote it', () => expect(formatted('# yaml-language-server: $schema=https://a.example/s.json\nhost: a\n', 'vhost', line)).toBe('# yaml-language-server: $schema=https://a.example/s.json\nhost: a\n'));
});

describe('is left as it is, and why is said:', () => {
  const cases: readonly { readonly name: string; readonly input: string | Uint8Array; readonly code: string }[] = [
    { name: 'what YAML cannot read', input: 'a: [1\n', code: 'yaml/syntax' },
    { name: 'a key twice', input: 'a: 1\na: 2\n', code: 'yaml/duplicate-key' },
    { name: 'a tab in a text', input: 'a: "x\ty"\n', code: 'yaml/tab' },
    { name: 'a tab of which nobody knows how wide it is', input: 'a:\n    b:\n\tc: 1\n', code: 'yaml/tab' },
    { name: 'a tab in text whose blanks count', input: 'a: |\n  x\n  \ty\n', code: 'yaml/tab' },
    { name: 'a carriage return alone', input: '# a\rhost: b\nhttps: off\n', code: 'yaml/carriage-return' },
    { name: 'bytes that are not UTF-8', input: Uint8Array.from([0x61, 0x3a, 0x20, 0xff, 0x0a]), code: 'yaml/not-utf8' },
    { name: 'nothing at all', input: '# later\n', code: 'yaml/empty' },
  ];
  test.each(cases)('$name', ({ input, code }) => {
    const { value, problems } = format({ path: 'f.yaml', bytes: typeof input === 'string' ? bytes(input) : input }, { kind: 'vhost', modeline: null });
    expect(value).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  test('and check says that croft fmt would repair it', () => {
    for (const { hint } of parse({ path: 'f.yaml', bytes: bytes('\ufeffa: 1\r\nb:\t2\n') }).problems) expect(hint).toContain('croft fmt');
  });
});

/** Text that YAML has reasons to quote, and names as people write them. */
const word = fc.oneof(
  fc.constantFrom('a', 'on', '404', '12:30', 'a: b', 'a #b', "it's", '"x"', '- a', '@', '*.a', '2001:db8::1', '', ' a', '{', 'a, b', 'null', '1.0', 'é', '#', '%x', '?', ': ', 'true', 'a\nb', 'x'.repeat(90)),
  fc.string({ unit: fc.constantFrom(...'ab01 :#-,[]{}\'"&*!|>%@`?~\\.é'), maxLength: 12 }),
);
const field = fc.oneof(fc.constantFrom('name', 'static', 'root', 'host', 'aliases', 'description', 'records', 'type', 'ttl-seconds', 'b'), word).filter((key) => !['__proto__', 'constructor', 'prototype', '<<'].includes(key));
const { document } = fc.letrec<{ value: unknown; document: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, word, fc.integer({ min: -9, max: 99_999 }), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(field, tie('value'), { maxKeys: 4, noNullPrototype: true })),
  document: fc.dictionary(field, tie('value'), { minKeys: 1, maxKeys: 6, noNullPrototype: true }),
}));
const kinds = fc.constantFrom(...schemas.keys());

property('whatever the document, its form is stable and says the same', fc.tuple(document, kinds, fc.boolean(), fc.boolean()), ([value, kind, indentSeq, isJson]) => {
  const text = isJson ? JSON.stringify(value, null, 1) : stringify(value, { indentSeq, lineWidth: 40 });
  const before = parse({ path: 'f.yaml', bytes: bytes(text) });
  if (before.value === null) return;
  expect(same(valueOf(canonical(text, kind)), before.value.value)).toBe(true);
});

property('a file of another system comes out as one of this', fc.tuple(document, kinds), ([value, kind]) => {
  const text = stringify(value, { lineWidth: 0 });
  expect(formatted(`\ufeff${text.replaceAll('\n', '\r\n')}`, kind)).toBe(formatted(text, kind));
});

/** Sow comments and empty lines between and behind the lines of a document, at any indentation. */
const sown = fc.tuple(document, kinds, fc.array(fc.record({ line: fc.nat({ max: 30 }), indent: fc.nat({ max: 8 }), is: fc.constantFrom('above', 'behind', 'empty') }), { maxLength: 8 }), fc.boolean());
property('whatever is remarked where, no comment is lost and the form is stable', sown, ([value, kind, remarks, isFlow]) => {
  const lines = stringify(value, { lineWidth: 0, ...(isFlow && { collectionStyle: 'flow' }) }).trimEnd().split('\n');
  for (const [index, { line, indent, is }] of remarks.entries()) {
    const at = line % lines.length;
    if (is === 'behind') lines[at] += ` # behind ${index}`;
    else lines.splice(at, 0, is === 'empty' ? '' : `${' '.repeat(indent)}# above ${index}`);
  }
  const text = `${lines.join('\n')}\n`;
  const before = parse({ path: 'f.yaml', bytes: bytes(text) });
  if (before.value === null) return;
  const written = canonical(text, kind);
  expect(same(valueOf(written), before.value.value)).toBe(true);
  expect(commentsOf(written)).toEqual(commentsOf(text));
});
