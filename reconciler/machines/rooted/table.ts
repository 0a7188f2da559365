/**
 * The text of a table of a rooted machine's memory (store.ts): one flat JSON object. Where each entry has a line of its own, as croft writes them,
 * it is read line by line: of eighty thousand JSON.parse makes an object first, which takes twice as long. Any other text is left to that.
 */
import { compareText } from '../../model/source.ts';

/** What a text says. */
export interface Told {
  readonly table: Map<string, string>;
  /** Lines with an entry, also those that others have taken the place of; null when not each entry has one. */
  readonly lines: number | null;
}

/** An entry from now on; null: none any more. */
export type Change = readonly [key: string, value: string | null];

/** With this a text ends, and in its place more may be added. */
export const CLOSING = '\n}\n';
const OPENING = '{\n';
/** A line that needs no second look: one entry, without an escape, and within JSON's grammar. */
const LINE = /  "[^"\\\0-\x1f]*": (?:"[^"\\\0-\x1f]*"|null)(?:,\n|\n\}\n$)/y;

/** Read a table's text, in its order: of two entries with one key JSON has the last, and null is none. Null when it is not one JSON object. */
export function told(text: string): Told | null {
  return byLine(text) ?? byParser(text);
}

/** Write a table, in the order of its keys. */
export function textOf(table: ReadonlyMap<string, string>): string {
  return `${JSON.stringify(Object.fromEntries(inOrder(table)), null, 2)}\n`;
}

/** Write what takes the place of a text's closing. */
export function added(news: readonly Change[]): string {
  return `${news.map(([key, value]) => `,\n  ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join('')}${CLOSING}`;
}

/** Put a table in the order of its keys. */
export function inOrder(table: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...table].sort(([a], [b]) => compareText(a, b)));
}

function byLine(text: string): Told | null {
  if (!text.startsWith(OPENING) || !text.endsWith(CLOSING)) return null;
  const table = new Map<string, string>();
  let lines = 0;
  for (let at = OPENING.length; at < text.length; at = LINE.lastIndex) {
    LINE.lastIndex = at;
    if (!LINE.test(text)) return null;
    const from = at + '  "'.length;
    const end = text.indexOf('"', from);
    const value = end + '": "'.length;
    if (text[value - 1] === '"') table.set(text.slice(from, end), text.slice(value, text.indexOf('"', value)));
    else table.delete(text.slice(from, end));
    lines += 1;
  }
  return { table, lines };
}

function byParser(text: string): Told | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return { table: new Map(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, String(each)] as const]))), lines: null };
  } catch {
    return null;
  }
}
