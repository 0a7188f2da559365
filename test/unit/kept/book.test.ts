/** A book in a file says what the same texts in memory say, and reads no more of it than it is asked for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { keepBook, recallBook, unlessDamaged } from '../../../reconciler/kept/book.ts';
import type { Keeper } from '../../../reconciler/kept/keeper.ts';
import { volumesOf } from '../../../reconciler/kept/volumes.ts';
import { bookOf, changed, chapter, type Book } from '../../../reconciler/model/book.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-book-'));
afterAll(() => rmSync(directory, { recursive: true }));
const keeper: Keeper = { directory, build: 'this' };

/** Enough for several blocks. */
const long = 'x'.repeat(20_000);
const key = fc.constantFrom('', 'a', 'a a', 'a ab', 'ab', 'b', 'b ä', 'b 𐀀', 'b \uffff', 'c');
const texts = fc.dictionary(key, fc.constantFrom('', '{"a":1}', 'ä\t', long), { noNullPrototype: true });

/** Ask it everything. */
function told(book: Book): unknown {
  const keys = ['', 'a', 'a ', 'a a', 'a b', 'ab', 'b', 'b ', 'b ä', 'b 𐀀', 'b \uffff', 'bb', 'c', 'd'];
  return keys.map((each) => [book.get(each), book.next(each), book.within(each), chapter(book, each).within(''), chapter(book, each).next('b')]);
}

function kept(entries: ReadonlyMap<string, string>): Book {
  keepBook(keeper, 'any', { head: { of: 'it' }, entries: bookOf(entries).within('') });
  return recallBook(keeper, 'any') ?? expect.fail();
}

test('of any texts, also with others in their place', () => {
  fc.assert(fc.property(texts, fc.array(fc.dictionary(key, fc.constantFrom(null, 'new'), { noNullPrototype: true }), { maxLength: 2 }), (before, changes) => {
    const entries = new Map(Object.entries(before));
    let [book, now] = [kept(entries), entries];
    expect(told(book)).toEqual(told(bookOf(entries)));
    for (const change of changes) {
      book = changed(book, new Map(Object.entries(change)));
      now = new Map([...now, ...Object.entries(change)].flatMap(([each, text]) => (text === null ? [] : [[each, text] as const])));
      for (const [each, text] of Object.entries(change)) if (text === null) now.delete(each);
      expect(told(book)).toEqual(told(bookOf(now)));
    }
  }), { numRuns: 200 });
});

test('what is damaged is found when it is asked for, and nothing else is read', async () => {
  const entries = new Map(Array.from({ length: 40 }, (_, index) => [`key ${String(index).padStart(2, '0')}`, `${index} ${long}`]));
  kept(entries);
  const path = join(directory, 'any');
  const bytes = readFileSync(path);
  const at = bytes.indexOf('key 20\t20 x') + 100;
  writeFileSync(path, Buffer.from(bytes.map((octet, index) => (index === at ? octet ^ 1 : octet))));
  const book = recallBook(keeper, 'any') ?? expect.fail();
  expect([book.get('key 01'), book.get('key 39'), book.get('key')]).toEqual([`1 ${long}`, `39 ${long}`, undefined]);
  expect(await unlessDamaged(() => book.get('key 20'))).toBe(null);
  expect(await unlessDamaged(() => book.within(''))).toBe(null);
  writeFileSync(path, bytes);
  expect(await unlessDamaged(() => book.within(''))).toEqual([...entries]);
});

test('a book stays what it was when another one takes its place', () => {
  const [before, after] = [new Map([['a', long], ['b', '1']]), new Map([['a', 'other']])];
  const book = kept(before);
  kept(after);
  expect(book.within('')).toEqual([...before]);
});

test('what cannot be written in lines is not kept', () => {
  rmSync(join(directory, 'any'));
  keepBook(keeper, 'any', { head: {}, entries: [['a', 'one\ntwo']] });
  expect(recallBook(keeper, 'any')).toBe(null);
});

test('what is new goes into the small volume while it is little', () => {
  const written = (): readonly number[] => ['many', 'many.new'].map((name) => recallBook(keeper, name)?.count ?? 0);
  const add = (...keys: readonly string[]): void => volumesOf(keeper, 'many', () => ({})).keep(new Map(keys.map((each) => [each, '1'])), (each) => each !== 'old');
  add('old', ...Array.from({ length: 40 }, (_, index) => `key ${index}`));
  expect(written()).toEqual([41, 0]);
  add('one');
  add('two');
  expect(written()).toEqual([41, 2]);
  expect(['old', 'two', 'three'].map(volumesOf(keeper, 'many', () => ({})).get)).toEqual(['1', '1', undefined]);
  add('three');
  expect(written()).toEqual([43, 0]);
});
