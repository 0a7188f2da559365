/**
 * A book in a file: texts by key, in blocks of some size, of which only those are read that somebody asks for. The first line says which croft
 * wrote it, the digest of the line that follows, and how long that is; this one says where each block begins, and the digest of each. So what is
 * read is looked at, and what is not costs nothing, however much it is. What turns out to be damaged is as good as not there: whoever
 * asks does without all of it. The file stays open, and is one thing also where another one takes its place.
 * Shape of a block: a line for each text, its key, a tab and the text, in which there is no line end.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { beginningWith, bookInBlocks, firstFrom, type Book, type Entry } from '../model/book.ts';
import { write, type Keeper } from './keeper.ts';

const FORMAT = 'croft-book-1';
/** Units: characters. */
const blockLength = 64 * 1024;
/** Units: octets. */
const longestFirst = 256;
/** No more can be read at once. Units: octets. */
const mostOctets = 1024 ** 3;
/** How many blocks are remembered: what is asked for next stands near what was asked for. */
const mostRemembered = 64;

/** A book that was kept. */
export interface KeptBook<Head> extends Book {
  /** What stands before its texts. */
  readonly head: Head;
  /** A name for all of it. */
  readonly digest: string;
  /** How many texts there are. */
  readonly count: number;
  /** Units: octets. */
  readonly length: number;
}

/** What is read turns out to be no longer what was written. */
export class Damaged extends Error {
  constructor(name: string) {
    super(`${name} is damaged`);
  }
}

/** Ask, unless what is kept is damaged: then nothing is known. */
export async function unlessDamaged<Value>(ask: () => Value | Promise<Value>): Promise<Value | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Damaged) return null;
    throw error;
  }
}

interface Index<Head> {
  readonly head: Head;
  readonly count: number;
  readonly blocks: readonly (readonly [first: string, octets: number, digest: string])[];
}

/** Keep texts under a name, in the order of their keys. What cannot be written so is not kept. */
export function keepBook(keeper: Keeper, name: string, { head, entries }: { readonly head: object; readonly entries: Iterable<Entry> }): void {
  const [blocks, index]: [Buffer[], (readonly [string, number, string])[]] = [[], []];
  let [count, total, first, length]: [number, number, string, number] = [0, 0, '', 0];
  let lines: string[] = [];
  const close = (): void => {
    const block = Buffer.from(lines.join(''));
    blocks.push(block);
    index.push([first, block.length, digestOf(block)]);
    total += block.length;
    [lines, length] = [[], 0];
  };
  for (const [key, text] of entries) {
    if (/[\t\n]/.test(key) || text.includes('\n') || total > mostOctets) return;
    const line = `${key}\t${text}\n`;
    // What is long stands alone, so that nobody who looks for its neighbours reads it.
    if (lines.length > 0 && line.length >= blockLength) close();
    if (lines.length === 0) first = key;
    lines.push(line);
    [count, length] = [count + 1, length + line.length];
    if (length >= blockLength) close();
  }
  if (lines.length > 0) close();
  const second = Buffer.from(JSON.stringify({ head, count, blocks: index }));
  write(keeper, name, [Buffer.from(`${FORMAT} ${keeper.build} ${digestOf(second)} ${second.length}\n`), second, ...blocks]);
}

/** Open what was kept under a name; null where there is nothing of this very croft. */
export function recallBook<Head>({ directory, build }: Keeper, name: string): KeptBook<Head> | null {
  let file: number | null = null;
  try {
    file = openSync(join(directory, name), 'r');
    const start = bytesAt(file, 0, longestFirst);
    const first = start.toString('latin1', 0, start.indexOf('\n') + 1);
    const [, digest = '', octets = ''] = / ([A-Za-z0-9+/=]{44}) ([0-9]{1,10})\n$/.exec(first) ?? [];
    if (first !== `${FORMAT} ${build} ${digest} ${octets}\n`) throw new Damaged(name);
    const { size } = fstatSync(file);
    const second = bytesAt(file, first.length, Math.min(Number(octets), size));
    if (digestOf(second) !== digest) throw new Damaged(name);
    const index = JSON.parse(second.toString('utf8')) as Index<Head>;
    if (index.blocks.reduce((sum, [, length]) => sum + length, first.length + second.length) !== size) throw new Damaged(name);
    const book = bookIn(file, index, { start: first.length + second.length, digest, length: size });
    closing.register(book, file);
    return book;
  } catch {
    if (file !== null) closeSync(file);
    return null;
  }
}

/** Files of books that nobody can ask any more. */
const closing = new FinalizationRegistry<number>((file) => closeSync(file));

function bookIn<Head>(file: number, { head, count, blocks }: Index<Head>, { start, digest, length }: { readonly start: number; readonly digest: string; readonly length: number }): KeptBook<Head> {
  let at = start;
  const places = blocks.map(([, octets]) => (at += octets) - octets);
  const remembered = new Map<number, Book>();
  const read = (index: number): Book => {
    const [, octets = 0, is = ''] = blocks[index] ?? [];
    const bytes = bytesAt(file, places[index] ?? 0, octets);
    if (digestOf(bytes) !== is) throw new Damaged('a block');
    return blockOf(bytes.toString('utf8').split('\n').slice(0, -1));
  };
  const blockAt = (index: number, isPassing: boolean): Book => {
    const block = remembered.get(index) ?? read(index);
    // The block before is that of many other beginnings.
    if (isPassing) return block;
    const [oldest = index] = remembered.size < mostRemembered || remembered.has(index) ? [] : remembered.keys();
    if (oldest !== index) remembered.delete(oldest);
    remembered.set(index, block);
    return block;
  };
  return { head, digest, count, length, ...bookInBlocks({ firsts: blocks.map(([first]) => first), blockAt }) };
}

/** Lines are in the order of the keys, since nothing in a key comes before a tab. */
function blockOf(lines: readonly string[]): Book {
  return {
    get: (key) => {
      const line = lines[firstFrom(lines, `${key}\t`)];
      return line?.startsWith(`${key}\t`) === true ? line.slice(key.length + 1) : undefined;
    },
    within: (beginning) => beginningWith(lines, beginning).map(entryIn),
    next: (key) => lines.map((line) => entryIn(line)[0]).find((each) => each >= key),
  };
}

function entryIn(line: string): Entry {
  const tab = line.indexOf('\t');
  return [line.slice(0, tab), line.slice(tab + 1)];
}

function bytesAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let [from, count] = [0, -1];
  for (; from < length && count !== 0; from += count) count = readSync(file, bytes, from, length - from, at + from);
  return bytes.subarray(0, from);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
