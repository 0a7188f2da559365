/**
 * The short way to read a document. Nearly all documents are maps, lists and words, each on a line of its own, and of these a few rules tell
 * all, which takes a tenth of the time. Whatever else stands in one – an empty value, text over several lines, an escape, brackets, a number
 * that is not just its digits, a mistake – makes it none of these, and the parser of all of YAML reads it from its start (parse.ts). So there is
 * nothing to be said of a document here, and none that is read in another way: test/fuzz/plain-documents.test.ts compares both.
 * Source: YAML 1.2.2, chapters 7.3.3, 8.2 and 10.3.
 */
import type { Places } from './places.ts';

/** A document of these, as data; `offsets`: as Places have them. */
export interface Plain {
  readonly value: unknown;
  readonly offsets: Places['offsets'];
}

/** From the start of a line up to the next content. */
const NOTHING = /(?: *(?:#[^\n]*)?\n)* */y;
const KEY = /([A-Za-z][A-Za-z0-9._-]{0,99}):(?=[ \n])/y;
const END_OF_LINE = /(?: +#[^\n]*| *)\n/y;
const BLANKS = / */y;
const QUOTED = /'([^'\n]*)'|"([^"\\\n]*)"/y;
/** No indicator of YAML's begins so. */
const BEGINNING_OF_WORD = /[A-Za-z0-9$/._=(+]/y;
const NUMBER = /^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$/;
/** All that may be something else than text, be it only for other programs. */
const NOT_JUST_TEXT = /^(?:null|true|false|[-+]?(?:0o[0-7]+|0x[0-9a-f]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?|\.(?:inf|nan)))$/i;
const MAX_DEPTH = 16;

/** Where the reading stands: at content, in a line indented that far (-1: at the end), and that deep in maps and lists. */
interface Cursor {
  readonly text: string;
  readonly offsets: number[];
  at: number;
  indent: number;
  depth: number;
}

/** Read a text that people can see (text.ts) when it is nothing but maps, lists and words; null when it is not. */
export function readPlain(text: string): Plain | null {
  if (!text.endsWith('\n')) return null;
  const cursor: Cursor = { text, offsets: [], at: 0, indent: 0, depth: 0 };
  toContent(cursor, 0);
  const value = cursor.indent === 0 ? collection(cursor, cursor.at) : undefined;
  return value === undefined || cursor.indent !== -1 ? null : { value, offsets: cursor.offsets };
}

/** Go on to the next content from the start of a line. */
function toContent(cursor: Cursor, start: number): void {
  cursor.at = after(NOTHING, cursor.text, start);
  cursor.indent = cursor.at === cursor.text.length ? -1 : cursor.at - cursor.text.lastIndexOf('\n', cursor.at - 1) - 1;
}

/** Read the list or map that begins here. Shape, here and below: undefined when it is not plain. */
function collection(cursor: Cursor, key: number): unknown {
  if (cursor.depth === MAX_DEPTH) return undefined;
  cursor.depth += 1;
  const own = cursor.offsets.push(key, cursor.at, 0) - 1;
  const value = isItem(cursor) ? list(cursor) : map(cursor);
  cursor.offsets[own] = cursor.offsets.length - own + 2;
  cursor.depth -= 1;
  return value;
}

function isItem({ text, at }: Cursor): boolean {
  return text.startsWith('- ', at);
}

function list(cursor: Cursor): readonly unknown[] | undefined {
  const { indent } = cursor;
  const items: unknown[] = [];
  while (cursor.indent === indent && isItem(cursor)) {
    const item = itemOf(cursor);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return cursor.indent > indent ? undefined : items;
}

/** A map may begin right after the hyphen: then its keys stand below the first one. */
function itemOf(cursor: Cursor): unknown {
  const { text, at, indent } = cursor;
  cursor.at = after(BLANKS, text, at + 1);
  if (isItem(cursor)) return undefined;
  if (!matches(KEY, text, cursor.at)) return scalar(cursor, cursor.at);
  cursor.indent = indent + cursor.at - at;
  return collection(cursor, cursor.at);
}

function map(cursor: Cursor): object | undefined {
  const { text, indent } = cursor;
  const values: { [key: string]: unknown } = {};
  while (cursor.indent === indent && !isItem(cursor)) {
    const key = keyAt(text, cursor.at);
    if (key === null || key in values) return undefined;
    const value = valueOf(cursor, key);
    if (value === undefined) return undefined;
    values[key] = value;
  }
  return cursor.indent > indent ? undefined : values;
}

/** Whatever every object has is no plain key: what is in the map already, and what a prototype has. */
function keyAt(text: string, at: number): string | null {
  KEY.lastIndex = at;
  const [, key = ''] = KEY.exec(text) ?? [];
  return key === '' || key === 'prototype' || NOT_JUST_TEXT.test(key) ? null : key;
}

function valueOf(cursor: Cursor, key: string): unknown {
  const { text, at, indent } = cursor;
  const colon = at + key.length + 1;
  const next = after(END_OF_LINE, text, colon);
  if (next === colon) {
    cursor.at = after(BLANKS, text, colon);
    return scalar(cursor, at);
  }
  toContent(cursor, next);
  // A list may stand right below its key, a map may not.
  return cursor.indent > indent || (cursor.indent === indent && isItem(cursor)) ? collection(cursor, at) : undefined;
}

/** Read the word, number or text in quotes that takes the rest of a line; `key`: where the key of it is, or it itself. */
function scalar(cursor: Cursor, key: number): unknown {
  const { text, at, offsets } = cursor;
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text);
  const end = quoted === null ? endOfWord(text, at) : QUOTED.lastIndex;
  const next = end === at ? end : after(END_OF_LINE, text, end);
  if (next === end) return undefined;
  offsets.push(key, at, 3);
  toContent(cursor, next);
  return quoted === null ? meaningOf(text.slice(at, end)) : (quoted[1] ?? quoted[2]);
}

/** Find where a word ends that goes on to the end of its line, or to a comment; where it begins when it is none. */
function endOfWord(text: string, at: number): number {
  if (!matches(BEGINNING_OF_WORD, text, at)) return at;
  const line = text.slice(at, text.indexOf('\n', at));
  const comment = line.indexOf(' #');
  let end = comment < 0 ? line.length : comment;
  while (line[end - 1] === ' ') end -= 1;
  const colon = line.indexOf(': ');
  return line[end - 1] === ':' || (colon >= 0 && colon < end) ? at : at + end;
}

function meaningOf(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true';
  if (!NOT_JUST_TEXT.test(word)) return word;
  const number = NUMBER.test(word) ? Number(word) : NaN;
  return String(number) === word ? number : undefined;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Where what was found here ends; here when nothing was. */
function after(pattern: RegExp, text: string, at: number): number {
  return matches(pattern, text, at) ? pattern.lastIndex : at;
}
