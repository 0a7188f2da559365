import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, encodeTable, isSecret, parseTable, type Layout, type TableRow } from '../../../reconciler/formats/tables.ts';

const account = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,20}$/);
const number = fc.nat().map(String);
const optional = fc.oneof(fc.constant(''), number);
const path = fc.oneof(fc.constant(''), fc.stringMatching(/^\/[!-9;-~]{0,20}$/));
const anything = fc.string({ unit: 'grapheme', maxLength: 40 });
const text = anything.filter((value) => /^[^:\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u.test(value));
const extra = anything.filter((value) => /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u.test(value));
const hash = fc.stringMatching(/^[A-Za-z0-9$./{}!*-]{1,60}$/);

const rows: { readonly [layout in Layout]: fc.Arbitrary<TableRow> } = {
  passwd: row(account, { password: hash, uid: number, gid: number, gecos: text, home: path, shell: path }),
  group: row(account, { password: hash, gid: number, members: fc.array(account, { maxLength: 4 }).map((names) => names.join(',')) }),
  shadow: row(account, { password: hash, lastchange: optional, min: optional, max: optional, warn: optional, inactive: optional, expire: optional, reserved: fc.constant('') }),
  'dovecot-users': row(fc.stringMatching(/^[a-z0-9][a-z0-9.@+_-]{0,30}$/), { password: hash, uid: optional, gid: optional, gecos: text, home: path, shell: path, extra }),
  map: row(fc.stringMatching(/^[!$-@[-~]{1,30}$/), { value: extra.filter((value) => value !== '' && value === value.trim()) }),
};
const layouts = Object.keys(rows) as readonly Layout[];

function row(key: fc.Arbitrary<string>, columns: { readonly [name: string]: fc.Arbitrary<string> }): fc.Arbitrary<TableRow> {
  return fc.record({ key, columns: fc.record(columns) });
}

describe.each(layouts)('%s', (layout) => {
  const table = fc.uniqueArray(rows[layout], { selector: ({ key }) => key, maxLength: 8 });

  it('reads back what it wrote, whatever the rows', () => {
    fc.assert(fc.property(table, (wanted) => {
      const written = encodeTable(layout, wanted);
      expect(parseTable(layout, written)).toEqual({ rows: wanted, others: [] });
      expect(written.split('\n')).toHaveLength(wanted.length + 1);
    }), { numRuns: 200 });
  });

  it('refuses any value that holds the end of a line or of its column, in any place', () => {
    const breaker = layout === 'map' ? fc.constantFrom('\n', '\r', '\0', '\u0085', '\u2028', '\v') : fc.constantFrom('\n', '\r', '\0', '\u0085', '\u2028', ':');
    const spot = fc.constantFrom('key', ...columnsOf(layout).filter((column) => column !== 'extra'));
    fc.assert(fc.property(rows[layout], spot, breaker, fc.nat(60), (good, where, bad, at) => {
      const value = where === 'key' ? good.key : (good.columns[where] ?? '');
      const hostile = `${value.slice(0, at)}${bad}${value.slice(at)}`;
      const wanted = where === 'key' ? { ...good, key: hostile } : { ...good, columns: { ...good.columns, [where]: hostile } };
      if (layout === 'map' && where === 'key' && bad === ':') return;
      expect(() => encodeTable(layout, [wanted])).toThrow(/^cannot encode/);
    }), { numRuns: 300 });
  });

  it('never fails to read, and loses no line', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '#', '\t', '+', '\r', 'é') , maxLength: 60 }), (text) => {
      const { rows: read, others } = parseTable(layout, text);
      expect(read.length + others.length).toBe(text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);
      for (const { columns } of read) expect(Object.keys(columns)).toEqual(columnsOf(layout));
    }), { numRuns: 200 });
  });

  it('refuses a key given twice, and a column it does not have', () => {
    fc.assert(fc.property(rows[layout], (one) => {
      expect(() => encodeTable(layout, [one, one])).toThrow(/read as something else/);
      expect(() => encodeTable(layout, [{ ...one, columns: { ...one.columns, colour: 'green' } }])).toThrow(/no column "colour"/);
    }), { numRuns: 20 });
  });

  it('writes nothing for no rows', () => {
    expect(encodeTable(layout, [])).toBe('');
    expect(parseTable(layout, '')).toEqual({ rows: [], others: [] });
  });
});

it.each<[string, Layout, string, { readonly [column: string]: string }]>([
  ['an account that begins like one of NIS', 'passwd', '+', { password: 'x', uid: '1', gid: '1' }],
  ['an account that looks like a comment', 'passwd', '#ada', { password: 'x', uid: '1', gid: '1' }],
  ['a uid with a zero in front', 'passwd', 'ada', { password: 'x', uid: '01', gid: '1' }],
  ['a uid that is negative', 'passwd', 'ada', { password: 'x', uid: '-1', gid: '1' }],
  ['an account without a uid', 'passwd', 'ada', { password: 'x', gid: '1' }],
  ['a shell that is no path', 'passwd', 'ada', { password: 'x', uid: '1', gid: '1', shell: 'bash' }],
  ['an empty password', 'shadow', 'ada', { password: '' }],
  ['an empty password for a mailbox', 'dovecot-users', 'ada@ada.example', { password: '' }],
  ['a mailbox password that Dovecot would cut at [', 'dovecot-users', 'ada@ada.example', { password: 'abc[13]' }],
  ['a member of a group with a comma at the end', 'group', 'web', { password: 'x', gid: '1', members: 'ada,' }],
  ['a map key that is a comment', 'map', '#info@ada.example', { value: 'x' }],
  ['a map key that is quoted', 'map', '"info"@ada.example', { value: 'x' }],
  ['a map key in capitals, which Postfix would fold', 'map', 'Info@ada.example', { value: 'x' }],
  ['a map key with a space', 'map', 'in fo@ada.example', { value: 'x' }],
  ['a map value of nothing', 'map', 'info@ada.example', { value: '' }],
  ['a map value with a space in front', 'map', 'info@ada.example', { value: ' x' }],
  ['half a surrogate pair', 'passwd', 'ada', { password: 'x', uid: '1', gid: '1', gecos: '\ud800' }],
])('refuses %s', (_, layout, key, columns) => {
  expect(() => encodeTable(layout, [{ key, columns }])).toThrow(/^cannot encode/);
});

it('does not tell a secret in its refusal', () => {
  expect(() => encodeTable('shadow', [{ key: 'ada', columns: { password: 'hunter2:' } }])).toThrow(/^(?!.*hunter2)/);
  expect(layouts.filter((layout) => isSecret(layout, 'password'))).toEqual(['shadow', 'dovecot-users']);
});

it.each<[string, Layout, string, readonly string[], readonly string[]]>([
  ['takes white space of any length between a map key and its value', 'map', 'a \t b c \n', ['a'], []],
  ['keeps a continuation apart', 'map', 'a b\n  c\n', ['a'], ['  c']],
  ['keeps comments and empty lines apart', 'map', '# x\n\na b\n', ['a'], ['# x', '']],
  ['keeps the second row for a key apart', 'passwd', 'a:x:1:1:::\na:x:0:0:::\n', ['a'], ['a:x:0:0:::']],
  ['keeps NIS rows and rows of another length apart', 'passwd', '+::::::\na:x:1\nb:x:1:1:::\n', ['b'], ['+::::::', 'a:x:1']],
  ['takes a last line without its end', 'group', 'a:x:1:', ['a'], []],
  ['takes colons into the last column of Dovecot only', 'dovecot-users', 'a:p::::::x=*:y=1\nb:p:::::\n', ['a'], ['b:p:::::']],
])('%s', (_, layout, text, keys, others) => {
  const read = parseTable(layout, text);
  expect(read.rows.map(({ key }) => key)).toEqual(keys);
  expect(read.others).toEqual(others);
});
