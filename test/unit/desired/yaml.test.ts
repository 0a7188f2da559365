import { fc, test as property } from './property.ts';
import { describe, expect, test } from 'vitest';
import { parse } from '../../../reconciler/desired/parse.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';

const read = (text: string | Uint8Array): ReturnType<typeof parse> => parse({
  path: 'f.yaml', bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});
const said = (text: string | Uint8Array): readonly string[] => read(text).problems.map(({ source, code }) => `${source.line}:${source.column} ${code}`);

describe('what reads the same to everybody is read', () => {
  const cases: readonly { readonly name: string; readonly input: string; readonly expected: unknown }[] = [
    {
      name: 'numbers, text and truth', input: 'a: 1\nb: 1.5\nc: -3\nd: true\ne: yes\nf: off\n',
      expected: { a: 1, b: 1.5, c: -3, d: true, e: 'yes', f: 'off' },
    },
    { name: 'quoted look-alikes', input: 'a: "0750"\nb: \'1.10\'\nc: "null"\n', expected: { a: '0750', b: '1.10', c: 'null' } },
    { name: 'lists and maps, in blocks and in flow', input: 'a:\n  - x\n  - {y: [1, 2]}\n', expected: { a: ['x', { y: [1, 2] }] } },
    { name: 'comments, a start and an end of the document', input: '---\n# note: é, 漢字\na: 1\n...\n', expected: { a: 1 } },
    { name: 'an empty value', input: 'a:\n', expected: { a: null } },
    { name: 'dates and times as text', input: 'a: 2024-11-30\nb: 22:22\n', expected: { a: '2024-11-30', b: '22:22' } },
    { name: 'text over several lines', input: 'a: |\n  one\n  two\n', expected: { a: 'one\ntwo\n' } },
    { name: 'a replacement character that was written on purpose', input: 'a: \ufffd\n', expected: { a: '\ufffd' } },
  ];
  test.each(cases)('$name', ({ input, expected }) => {
    expect(read(input).problems).toEqual([]);
    expect(read(input).value?.value).toEqual(expected);
  });
});

describe('what could be read differently is refused where it stands', () => {
  const cases: readonly { readonly name: string; readonly input: string | Uint8Array; readonly expected: readonly string[] }[] = [
    { name: 'an empty file', input: '', expected: ['1:1 yaml/empty'] },
    { name: 'nothing but a comment', input: '# later\n', expected: ['1:1 yaml/empty'] },
    { name: 'a byte order mark', input: '\ufeffa: 1\n', expected: ['1:1 yaml/byte-order-mark'] },
    { name: 'carriage returns', input: 'a: 1\r\nb: 2\r\n', expected: ['1:5 yaml/carriage-return'] },
    { name: 'carriage returns, and what else is wrong', input: 'a: 1\r\nb: 0750\r\n', expected: ['1:5 yaml/carriage-return', '2:4 yaml/number'] },
    { name: 'a tab as indentation', input: 'a:\n\tb: 1\n', expected: ['2:1 yaml/tab'] },
    { name: 'a tab anywhere, once for each line', input: 'a:\tb\t\n', expected: ['1:3 yaml/tab'] },
    { name: 'a tab as an escape', input: 'a: "x\\ty"\n', expected: ['1:4 yaml/tab'] },
    { name: 'bytes that are not UTF-8', input: Uint8Array.from([0x61, 0x3a, 0x20, 0xef, 0xbf, 0xbd, 0x0a, 0x62, 0xff, 0x0a]), expected: ['2:2 yaml/not-utf8'] },
    { name: 'too many bytes', input: `a: ${'x'.repeat(65_536)}\n`, expected: ['1:1 yaml/too-large'] },
    {
      name: 'characters that turn the line round or cannot be seen', input: 'note: "x\u202e gpj.exe\u2066 \u200b"\n',
      expected: ['1:9 yaml/bidi-character', '1:18 yaml/bidi-character', '1:20 yaml/invisible-character'],
    },
    { name: 'the same in a comment', input: 'a: 1 # \u202e\n', expected: ['1:8 yaml/bidi-character'] },
    { name: 'the same as an escape', input: 'a: "\\u202e"\n"\\u200b": 1\n', expected: ['1:4 yaml/bidi-character', '2:1 yaml/invisible-character'] },
    {
      name: 'terminal escapes and other controls', input: 'a: \u001b[2J\nb: \u0085\u2028\u0000\n',
      expected: ['1:4 yaml/control-character', '2:4 yaml/control-character', '2:5 yaml/control-character', '2:6 yaml/control-character'],
    },
    { name: 'anchors and aliases', input: 'a: &x [1]\nb: *x\n', expected: ['1:4 yaml/anchor', '2:4 yaml/alias'] },
    {
      name: 'an alias bomb', input: 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n',
      expected: ['1:4 yaml/anchor', '2:4 yaml/anchor', '2:8 yaml/alias', '2:11 yaml/alias', '3:5 yaml/alias', '3:8 yaml/alias'],
    },
    { name: 'tags, known and unknown', input: 'a: !!binary aa\nb: ! x\nc: !foo {}\n', expected: ['1:4 yaml/tag', '2:4 yaml/tag', '3:4 yaml/tag'] },
    { name: 'directives', input: '%YAML 1.1\n---\nmode: 0750\nenabled: no\n', expected: ['1:1 yaml/directive', '3:7 yaml/number'] },
    { name: 'several documents', input: 'a: 1\n---\nb: 2\n', expected: ['2:1 yaml/several-documents'] },
    { name: 'a key twice', input: 'a: 1\nb: 2\n"a": 3\n', expected: ['3:1 yaml/duplicate-key'] },
    { name: 'a merge', input: 'a: 1\n<<: {b: 1}\n', expected: ['2:1 yaml/merge-key'] },
    {
      name: 'keys that are not text', input: '1: a\ntrue: b\nnull: c\n? [x]\n: d\n',
      expected: ['1:1 yaml/key-not-text', '2:1 yaml/key-not-text', '3:1 yaml/key-not-text', '4:3 yaml/key-not-text'],
    },
    {
      name: 'keys of JavaScript', input: '__proto__: {admin: true}\na: {constructor: 1, prototype: 2}\n',
      expected: ['1:1 yaml/reserved-key', '2:5 yaml/reserved-key', '2:21 yaml/reserved-key'],
    },
    {
      name: 'numbers that are read differently', input: 'a: 0750\nb: 1.10\nc: 1e1000\nd: 1234567890123456789\ne: .inf\nf: 0x1f\ng: -0\nh: .nan\ni: +1\n',
      expected: ['1:4', '2:4', '3:4', '4:4', '5:4', '6:4', '7:4', '8:4', '9:4'].map((place) => `${place} yaml/number`),
    },
    { name: 'truth in capitals', input: 'a: True\nb: FALSE\n', expected: ['1:4 yaml/boolean', '2:4 yaml/boolean'] },
    { name: 'a list that never ends', input: 'a: [1\nb: 2\n', expected: ['2:1 yaml/syntax'] },
    { name: 'a quote that never ends', input: 'a: "x\n', expected: ['2:1 yaml/syntax'] },
    { name: 'lists too deep in lists', input: `a: ${'['.repeat(33)}${']'.repeat(33)}\n`, expected: ['1:36 yaml/too-deep'] },
    {
      name: 'several mistakes at once', input: 'a: 0750\nb: &x 1\nc: "\u200b"\nd: 1\nd: 2\n',
      expected: ['1:4 yaml/number', '2:4 yaml/anchor', '3:5 yaml/invisible-character', '5:1 yaml/duplicate-key'],
    },
  ];
  test.each(cases)('$name', ({ input, expected }) => {
    expect([...said(input)].toSorted()).toEqual([...expected].toSorted());
    expect(read(input).value).toBe(null);
  });

  test('a document so deep that composing it would end the process is refused in time', () => {
    for (const text of [
      '['.repeat(65_536), `${'['.repeat(32_768)}${']'.repeat(32_768)}`, '- '.repeat(32_768), '{'.repeat(65_536), '? - '.repeat(16_384), '{a: '.repeat(16_000),
    ]) {
      expect(said(text).map((each) => each.split(' ')[1])).toEqual(['yaml/too-deep']);
    }
  });

  test('the hint says how to write it right', () => {
    expect(read('mode: 0750\n').problems.map(formatProblem)).toEqual([
      'f.yaml:1:7: cannot tell what `0750` is: as a number it would be 750 – put it in quotes if it is text or write 750 [yaml/number]',
    ]);
  });
});

describe('what is no YAML is told once, in the words of whoever wrote it', () => {
  const cases: readonly { readonly name: string; readonly input: string; readonly says: readonly string[] }[] = [
    { name: 'a merge conflict', input: 'a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> theirs\nc: 4\n', says: ['2:1: cannot read lines 2–6: a merge conflict is not resolved here'] },
    { name: 'two of them, in the style of diff3, the last without its end', input: '<<<<<<< HEAD\r\na: 1\r\n||||||| old\r\n=======\r\n>>>>>>> x\r\n<<<<<<< HEAD\nb: 2\n', says: ['lines 1–5', 'line 6', 'carriage return'] },
    { name: 'a forgotten colon', input: 'name: Ada\nuid 10001\nlimits: regular\n', says: ['2:1: cannot find a field here: a field is its name, a colon and a blank, then its value'] },
    { name: 'a forgotten colon above what is indented', input: 'static\n  root: web\n', says: ['1:1: cannot find a field here'] },
    { name: 'a forgotten blank after the colon', input: 'name: Ada\nuid:10001\nlimits: regular\n', says: ['2:1: cannot find a field here'] },
    { name: 'a no-break space after the colon', input: 'name: Ada\nuid:\u00a010001\nlimits: regular\n', says: ['2:1: cannot find a field here: a field is its name, a colon and a blank, then its value – U+00A0 stands here, which looks like a blank'] },
    { name: 'a character that begins no text', input: 'name: @\nkey: `x\n', says: ['1:7: cannot read a text that begins with `@` – put it in quotes', '2:6: cannot read a text that begins with `\`` – put it in quotes'] },
    { name: 'a colon in a value', input: 'name: a: b\n', says: ['1:7: cannot read a second colon'] },
    { name: 'a field that is indented too far', input: 'name: a\n  uid: 1\n', says: ['1:7: cannot read the line below: it is indented further'] },
    { name: 'a field that is indented like nothing above it', input: 'static:\n  root: web\n index: [a]\n', says: ['3:1: cannot tell what this line belongs to'] },
    { name: 'a bracket too many, and all that comes after it', input: 'a: {b: 1}}\nc: [d]\n', says: ['1:10: cannot read this closing bracket'] },
    { name: 'a list without its end', input: 'a: [b\nc: 1\n', says: ['2:1: cannot find the end of the list'] },
    { name: 'a map without its end', input: 'a: {b: 1\nc: 1\n', says: ['2:1: cannot find the end of the map'] },
    { name: 'a password in the place of a mark', input: 'password: |hunter2\n  x\n', says: ['1:12: cannot read this as YAML: block scalar header includes extra characters [yaml/syntax]'] },
    { name: 'a thousand mistakes on one line', input: `a: [${'@, '.repeat(1000)}]\n`, says: ['1:5: cannot read a text that begins with `@`'] },
    { name: 'a password at a broken line, which is not repeated', input: 'mailboxes:\n  ada:\n    password @hunter2\n    quota-mib: 1\n', says: ['3:5: cannot find a field here'] },
  ];
  test.each(cases)('$name', ({ input, says }) => {
    const told = read(input).problems.map(formatProblem);
    expect(told).toHaveLength(says.length);
    for (const part of says) expect(told.join('\n')).toContain(part);
    expect(told.join()).not.toMatch(/hunter|token|implicit/i);
  });

  const pem = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\nQyNTUxOQAAACBer7\n-----END OPENSSH PRIVATE KEY-----\n';
  test.each([
    { name: 'as a block', input: `ssh-keys:\n  - |\n${pem.replaceAll(/^(?=.)/gm, '    ')}`, place: '3:5' },
    { name: 'as it is pasted', input: `ssh-keys:\n${pem}`, place: '2:1' },
    { name: 'line by line', input: `ssh-keys:\n${pem.replaceAll(/^(?=.)/gm, '  - ')}`, place: '2:5' },
    { name: 'without its first line', input: `ssh-keys: [b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE, QyNTUxOQAAACBer7]\n`, place: '1:12' },
    { name: 'of another sort, in quotes', input: 'x: "-----BEGIN RSA PRIVATE KEY-----\\nMIIE"\n', place: '1:5' },
  ])('a private key $name is one problem, and nothing of it is printed', ({ input, place }) => {
    const told = read(input).problems.map(formatProblem);
    expect(told).toEqual([expect.stringMatching(`^f\\.yaml:${place}: cannot accept this: it is a PRIVATE key.*never commit it, and make a new one`)]);
    expect(told.join()).not.toMatch(/b3Bl|QyNT|MIIE|BEGIN/);
    expect(said('a: 1 # -----BEGIN OPENSSH PRIVATE KEY-----\n')).toEqual([]);
  });

  test('many conflicts in one file take no time that grows with their square', () => {
    const told = read('<<<<<<<\n>>>>>>>\n'.repeat(4000)).problems;
    expect([told.length, told.at(-1)?.message]).toEqual([4000, 'cannot read lines 7999–8000: a merge conflict is not resolved here']);
  });
});

test('every value, key and list item has a place', () => {
  const parsed = read('# note\na: 1\nb:\n  - x: y\n    z: "q"\n').value;
  const place = (found: { readonly line: number; readonly column: number } | undefined): string => `${found?.line}:${found?.column}`;
  expect(place(parsed?.at())).toBe('2:1');
  expect(place(parsed?.at('b', 0, 'z'))).toBe('5:8');
  expect(place(parsed?.keyAt('b', 0, 'z'))).toBe('5:5');
  expect(place(parsed?.at('b', 0))).toBe('4:5');
  expect(place(parsed?.at('b', 7, 'not there'))).toBe('4:3');
});

property('whatever the bytes are, nothing is thrown and every problem has a place in the file', fc.uint8Array({ maxLength: 300 }), (bytes) => {
  for (const { source, message } of read(bytes).problems) {
    expect(source.line).toBeGreaterThan(0);
    expect(source.column).toBeGreaterThan(0);
    expect(message).toMatch(/^cannot /);
  }
});

const pieces = fc.constantFrom(
  'a', ':', ' ', '\n', '-', '[', ']', '{', '}', '&x', '*x', '!t', '"', '\'', '|', '>', '?', '#', '%', ',', '0', '---', '\\', '<<',
);

property('whatever YAML-like text there is, nothing is thrown', fc.array(pieces, { maxLength: 60 }), (parts) => {
  const { value, problems } = read(parts.join(''));
  expect(value === null).toBe(problems.length > 0);
});
