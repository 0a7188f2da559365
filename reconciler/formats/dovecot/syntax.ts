/**
 * The grammar that both generations of dovecot.conf(5) share: `name = value` to the line's end, and `name title { … }` around further
 * lines. `#` begins a comment, `!include` takes in another file, `<` in front of a value reads a file, and what a section's title means is
 * the section's business. croft writes every value that holds more than plain characters in double quotes, where a backslash escapes.
 */
import type { Source } from '../../model/source.ts';
import { assertShape, heading } from '../heading.ts';
import type { Text } from '../text.ts';

/** A setting, or a section with a title of up to two words. */
export type Entry = readonly [name: Text, value: Text | number] | { readonly section: readonly Text[]; readonly entries: readonly Entry[] };

export type EntryShape = readonly [name: string, value: string] | { readonly section: readonly string[]; readonly entries: readonly EntryShape[] };

/** What a value may be without quotes; a backslash at the end would join the next line to it. */
const PLAIN = /^[A-Za-z0-9%&()*+,./:<=>?@[\]^_|~ \\-]*(?<!\\)$/;

/** Render entries as a whole file. Errors: throws when they would be read otherwise: a bug. */
export function renderEntries(source: Source, entries: readonly Entry[]): string {
  const text = `${heading('#', source)}${entries.map((entry) => render(entry, '')).join('')}`;
  assertShape('dovecot.conf', entries.map(shapeOf), parseEntries(text));
  return text;
}

/** Read the shape of a dovecot.conf. Errors: throws for lines that are neither setting nor section, and for includes. */
export function parseEntries(text: string): readonly EntryShape[] {
  const root: EntryShape[] = [];
  const open: EntryShape[][] = [root];
  for (const line of text.split('\n').map((raw) => raw.trim()).filter((raw) => raw !== '' && !raw.startsWith('#'))) {
    const inner = open.at(-1);
    const section = /^([a-z][a-z0-9_]*(?: [^\s{}="#]+)?) \{$/.exec(line)?.[1];
    const [, name, value] = /^([a-z][a-z0-9_]*) =(?: (.*))?$/.exec(line) ?? [];
    if (inner === undefined) throw new Error('cannot read dovecot.conf: a } too many');
    if (section !== undefined) open.push(opened(inner, section.split(' ')));
    else if (name !== undefined) inner.push([name, valueOf(value ?? '')]);
    else if (line === '}') open.pop();
    else throw new Error(`cannot read dovecot.conf at ${JSON.stringify(line)}`);
  }
  if (open.length !== 1) throw new Error('cannot read dovecot.conf: braces do not match');
  return root;
}

function opened(outer: EntryShape[], section: readonly string[]): EntryShape[] {
  const entries: EntryShape[] = [];
  outer.push({ section, entries });
  return entries;
}

function valueOf(written: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(written)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  if (!PLAIN.test(written)) throw new Error(`cannot read ${JSON.stringify(written)} as a value of dovecot.conf`);
  return written;
}

function render(entry: Entry, indent: string): string {
  if ('section' in entry) {
    return `${indent}${entry.section.join(' ')} {\n${entry.entries.map((inner) => render(inner, `${indent}  `)).join('')}${indent}}\n`;
  }
  return `${indent}${entry[0]} = ${encode(String(entry[1]))}`.trimEnd().concat('\n');
}

function encode(value: string): string {
  return PLAIN.test(value) && value === value.trim() ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function shapeOf(entry: Entry): EntryShape {
  return 'section' in entry ? { section: entry.section, entries: entry.entries.map(shapeOf) } : [entry[0], String(entry[1])];
}
