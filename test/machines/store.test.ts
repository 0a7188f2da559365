/** Tables of a rooted machine: what is read is what the file says as JSON, whether croft wrote it or somebody by hand. */
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STORE, store, type Store, type Table } from '../../reconciler/machines/rooted/store.ts';
import { playsIn } from '../../reconciler/machines/rooted/took.ts';
import { waysOf } from '../../reconciler/machines/ways.ts';
import { MachineError } from '../../reconciler/model/machine.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'croft-store-'));
  mkdirSync(join(root, STORE), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

const file = (): string => join(root, STORE, 'ownership.json');
const inOrder = (table: Table): readonly (readonly [string, string])[] => [...table].toSorted(([a], [b]) => (a < b ? -1 : 1));
const opened = (): Store => store({ root, distrust: () => null });
const entriesIn = (text: string): readonly (readonly [string, string])[] => Object.entries(JSON.parse(text) as { readonly [key: string]: unknown })
  .flatMap(([key, value]) => (value === null ? [] : [[key, String(value)] as const])).toSorted(([a], [b]) => (a < b ? -1 : 1));

const key = fc.oneof(fc.constantFrom('/home/ada', '/home/ada/www', '/home/bob', '/srv', 'a": ', '", ', 'back\\slash', 'line\nend', '{', '}', ''), fc.string({ unit: 'binary', maxLength: 6 })).filter((each) => each !== '__proto__' && !/^\d+$/.test(each));
const value = fc.oneof(fc.constantFrom('10001:10001', '0:0', 'null', '"', ','), fc.string({ maxLength: 6 }));

test('whatever is kept is read again, by whoever opens it next', () => {
  fc.assert(fc.property(fc.array(fc.uniqueArray(fc.tuple(key, fc.option(value)), { maxLength: 6, selector: ([each]) => each }), { maxLength: 8 }), (rounds) => {
    rmSync(file(), { force: true });
    const expected = new Map<string, string>();
    let one = opened();
    for (const [round, changes] of rounds.entries()) {
      if (round % 3 === 0) one = opened();
      one.refresh();
      one.keep('ownership', changes);
      for (const [each, now] of changes) now === null ? expected.delete(each) : expected.set(each, now);
    }
    const entries = inOrder(expected);
    expect(inOrder(opened().table('ownership'))).toEqual(entries);
    if (rounds.length > 0) expect(entriesIn(readFileSync(file(), 'utf8'))).toEqual(entries);
  }), { numRuns: 300 });
});

test.each([
  ['compact', '{"/b":"1:1","/a":"2:2"}'], ['in another order', '{\n  "/b": "1:1",\n  "/a": "2:2"\n}\n'], ['with a number', '{\n  "/a": 3\n}\n'], ['with something taken away', '{\n  "/a": "1:1",\n  "/a": null\n}\n'],
  ['with an escape', '{\n  "/\\u0061": "1:1"\n}\n'], ['with the same twice', '{\n  "/a": "1:1",\n  "/b": "1:1",\n  "/a": "2:2"\n}\n'], ['with what came back', '{\n  "/a": null,\n  "/a": "1:1"\n}\n'],
  ['with what looks like two', '{\n  "/a\\": \\"": "1:1"\n}\n'], ['in two scripts', '{\n  "/ä/猫": "1:1"\n}\n'], ['of nothing', '{}\n'], ['without a line end', '{\n  "/a": "1:1"\n}'], ['set in further', '{\n    "/a": "1:1"\n}\n'],
])('edited by hand, %s: what JSON has', (_, text) => {
  writeFileSync(file(), text);
  expect(inOrder(opened().table('ownership'))).toEqual(entriesIn(text));
});

test('who goes through a table comes by its keys in their order, whoever wrote them', () => {
  for (const text of ['{"b":"1","a":"2"}', '{\n  "b": "1",\n  "a": "2"\n}\n']) {
    writeFileSync(join(root, STORE, 'refuse.json'), text);
    expect([...opened().table('refuse').keys()]).toEqual(['a', 'b']);
  }
});

test('what another process has written is amended, whatever is in it', () => {
  rmSync(file());
  opened().keep('ownership', [['/ä', '1:1'], ['/b', '2:2']]);
  const { ino } = lstatSync(file());
  for (const [key, value] of [['/c', '3:3'], ['/b', null], ['/猫', '4:4']] as const) opened().keep('ownership', [[key, value]]);
  expect([lstatSync(file()).ino, entriesIn(readFileSync(file(), 'utf8'))]).toEqual([ino, [['/c', '3:3'], ['/ä', '1:1'], ['/猫', '4:4']]]);
});

test('and written anew when most of it is the last word no more, or somebody wrote it in no encoding', () => {
  for (let times = 0; times < 300; times += 1) opened().keep('ownership', [['/a', `${times}:1`]]);
  expect(readFileSync(file(), 'utf8').split('\n').length).toBeLessThan(150);
  writeFileSync(file(), Buffer.from('{\n  "/\xff": "1:1"\n}\n', 'latin1'));
  opened().keep('ownership', [['/b', '2:2']]);
  expect(entriesIn(readFileSync(file(), 'utf8'))).toEqual([['/b', '2:2'], ['/\ufffd', '1:1']]);
});

test.each([
  ['a comma is missing', '{\n  "/a": "1:1"\n  "/b": "1:1"\n}\n'], ['a comma is too many', '{\n  "/a": "1:1",\n}\n'], ['a quote is missing', '{\n  "/a": "1:1,\n  "/b": "1:1"\n}\n'],
  ['a comma is the end', '{\n  "/a": "1:1",\n'], ['it goes on after its end', '{\n  "/a": "1:1"\n}\n  "/b": "1:1"\n}\n'], ['a line ends within a word', '{\n  "/a\n": "1:1"\n}\n'],
  ['a word stands there', '{\n  "/a": yes\n}\n'], ['a line is empty in the middle of two words', '{\n  "/a":\n\n "1:1" "2:2"\n}\n'], ['it is a list', '[]\n'],
])('%s: that is told', (_, text) => {
  writeFileSync(file(), text);
  expect(() => opened().table('ownership')).toThrow(MachineError);
});

test('what each play takes is said where a file waits for it, and nowhere else', () => {
  const took = join(root, STORE, 'took');
  const tree = { root, distrust: () => null, ways: waysOf() };
  expect(playsIn(tree)(() => 'played')).toBe('played');
  expect(existsSync(took)).toBe(false);
  writeFileSync(took, '');
  const plays = playsIn(tree);
  plays(() => {
    for (const begun = process.cpuUsage().user; process.cpuUsage().user < begun + 20_000;);
  });
  plays(() => undefined);
  const [first = 0, second = 0, ...rest] = readFileSync(took, 'utf8').trimEnd().split('\n').map(Number);
  expect([first >= 20_000, second >= 0, second < first, rest]).toEqual([true, true, true, []]);
});
