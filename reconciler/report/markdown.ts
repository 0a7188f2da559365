/**
 * Markdown for a forge's comment, in which other people's words are only ever text: they stand in code spans and in fenced blocks, where
 * no forge looks for markup, mentions or references, and in nothing else; there are no tables, in which a `|` would end even code.
 * Source: CommonMark 0.31 §6.1 (a code span ends at a run of backticks exactly as long as the one that began it), §4.5 (a fence ends at one
 * at least as long), §4.6 (raw HTML goes on to the next blank line).
 */
import type { Fold, Line, Page, Section, Words } from './page.ts';
import { oneLine } from './printable.ts';
import { count } from './words.ts';

/** By this a comment is found again and edited in place. */
export const marker = '<!-- croft-preview -->';

/** Forges take 65,536 characters. */
const mostCharacters = 60_000;
/** No section may crowd out the others, and all of them together leave room for what they are about. */
const mostPerSection = 5_500;
const mostPerText = 400;
const mostPerLine = 1_000;

/** Print a page as a comment, cut where it grows too long; `whole` is the command that says all of it. */
export function markdownPage({ head, sections, folds }: Page, whole: string): string {
  const kept = [fit(head.map(headLine), mostPerSection, bare), ...sections.map(sectionOf)];
  let left = mostCharacters - marker.length - notice(whole, 999_999).length - kept.reduce((sum, { text }) => sum + text.length + 2, 4);
  for (const fold of folds) {
    const block = fit(fold.lines.map((text) => shortened(oneLine(text), mostPerLine)), left - 2, folding(fold));
    left -= block.text === '' ? 0 : block.text.length + 2;
    kept.push(block);
  }
  const cut = kept.reduce((sum, each) => sum + each.cut, 0);
  return [marker, ...kept.flatMap(({ text }) => (text === '' ? [] : [text])), ...(cut === 0 ? [] : [notice(whole, cut)])].join('\n\n');
}

function notice(whole: string, cut: number): string {
  return `cut; ${count(cut, 'more line')}: ${code(whole)} says them all`;
}

/** Show somebody else's text as code, and as nothing else. */
export function code(text: string): string {
  const shown = shortened(unmentioned(oneLine(text)), mostPerText);
  const fence = '`'.repeat(longestRun([shown]) + 1);
  const inside = shown === '' || /^[` ]|[` ]$/.test(shown) ? ` ${shown} ` : shown;
  return `${fence}${inside}${fence}`;
}

/** Write croft's own words so that Markdown sees nothing in them. */
function plain(text: string): string {
  return unmentioned(oneLine(text)).replace(/[\\`*_[\]<>|~&@#!$]/g, '\\$&');
}

/** At the beginning of a line a few more characters mean something. */
function atStart(text: string): string {
  return text.replace(/^(\s*)([-+=])/, '$1\\$2').replace(/^(\s*\d+)([.)])/, '$1\\$2');
}

/** Should a forge look into code after all, nobody is called and nothing is linked: `@everyone` becomes `@ everyone`. */
function unmentioned(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}._+-])([@#])(?=[\p{L}\p{N}_])/gu, '$1 ');
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${[...text.slice(0, most - 1)].filter((character) => !/^\p{Cs}$/u.test(character)).join('')}…` : text;
}

function longestRun(texts: readonly string[]): number {
  return texts.reduce((most, text) => (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), most), 0);
}

/** What stands around the lines of a block, and the line that says how many are missing. */
interface Around {
  readonly before: string;
  readonly after: string;
  readonly missing: (lines: number) => string;
}

const bare: Around = { before: '', after: '', missing: (lines) => `… ${count(lines, 'more line')}` };

function headLine({ words }: Line): string {
  return `${markdownWords(words)}  `;
}

function sectionOf({ title, lines }: Section): Fitted {
  const items = lines.map(({ words, depth }) => `${'  '.repeat(Math.max(0, depth - 1))}- ${markdownWords(words)}`);
  return fit(items, mostPerSection, { before: `**${markdownWords(title)}**\n\n`, after: '', missing: (lost) => `- … ${count(lost, 'more line')}` });
}

function markdownWords(words: Words): string {
  return atStart(words.map((each) => (typeof each === 'string' ? plain(each) : code(each.quoted))).join(''));
}

function folding({ title, lines }: Fold): Around {
  const fence = '`'.repeat(Math.max(2, longestRun(lines)) + 1);
  return { before: `<details><summary>${html(title)}</summary>\n\n${fence}diff\n`, after: `\n${fence}\n\n</details>`, missing: bare.missing };
}

function html(text: string): string {
  return unmentioned(oneLine(text)).replace(/[^\p{L}\p{N} ,;.-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** A block that fits, and how many of its lines do not. */
interface Fitted {
  readonly text: string;
  readonly cut: number;
}

/** Keep as many lines as fit with what stands around them; a block of which nothing fits is left out as a whole. */
function fit(lines: readonly string[], room: number, { before, after, missing }: Around): Fitted {
  let end = before.length + after.length;
  const ends = lines.map((each) => (end += each.length + 1));
  if ((ends.at(-1) ?? 0) <= room) return { text: lines.length === 0 ? '' : `${before}${lines.join('\n')}${after}`, cut: 0 };
  const kept = ends.filter((end) => end + missing(lines.length).length <= room).length;
  const cut = lines.length - kept;
  return { text: kept === 0 ? '' : `${before}${[...lines.slice(0, kept), missing(cut)].join('\n')}${after}`, cut };
}
