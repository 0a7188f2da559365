import type { Colour, Paint } from './paint.ts';
import { oneLine } from './printable.ts';

/** Text that somebody else wrote: shown as it is, and never as anything but text. */
export interface Quoted {
  readonly quoted: string;
}

/** A text of croft's own words, with others' words in it. */
export type Words = readonly (string | Quoted)[];

/** One line of a page. */
export interface Line {
  readonly words: Words;
  /** How far in it stands. */
  readonly depth: number;
  readonly colour?: Colour;
}

/** A part of a page under its heading. */
export interface Section {
  readonly title: Words;
  readonly lines: readonly Line[];
}

/** What changes in the files of one host. */
export interface Fold {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A report before it is known who reads it, and where. */
export interface Page {
  readonly head: readonly Line[];
  readonly sections: readonly Section[];
  readonly folds: readonly Fold[];
}

/** Mark a text as somebody else's. */
export function quote(quoted: string): Quoted {
  return { quoted };
}

/** Write a line of words, so far in. */
export function line(depth: number, words: Words, colour?: Colour): Line {
  return { words, depth, ...(colour === undefined ? {} : { colour }) };
}

/** Print a page for a terminal; what changes in files only when asked for. */
export function formatPage({ head, sections, folds }: Page, { paint, folded }: { readonly paint: Paint; readonly folded: boolean }): string {
  const parts = sections.map(({ title, lines }) => [paint('bold', flat(title)), ...lines.map((each) => formatLine(each, paint))]);
  const rest = folded ? [] : folds.map(({ title, lines }) => [paint('bold', oneLine(title)), ...lines.map((text) => patchLine(oneLine(text), paint))]);
  return [head.map((each) => formatLine(each, paint)), ...parts, ...rest].map((lines) => lines.join('\n')).join('\n\n');
}

function formatLine({ words, depth, colour }: Line, paint: Paint): string {
  const text = flat(words);
  return `${'  '.repeat(depth)}${colour === undefined ? text : paint(colour, text)}`;
}

function flat(words: Words): string {
  return words.map((each) => oneLine(typeof each === 'string' ? each : each.quoted)).join('');
}

function patchLine(text: string, paint: Paint): string {
  if (text.startsWith('+')) return paint('green', text);
  return text.startsWith('-') ? paint('red', text) : text;
}
