/**
 * The grammar of named.conf(5): statements of words that end in `;`, some with a block of further statements in braces. Names and paths
 * stand in double quotes, within which a backslash escapes; comments are `#`, `//` and C's. named reads a wrong word as an error of the
 * whole file, for every zone in it, so what is rendered here is parsed back and compared before any host sees it.
 * Source: BIND 9 Administrator Reference Manual, "Configuration Reference".
 */
import type { AbsPath, DomainName, Hostname, Ipv4, Ipv6 } from '../model/values.ts';
import type { Source } from '../model/source.ts';
import { assertShape, heading } from './heading.ts';
import type { Text } from './text.ts';

/** A name or a path, written in quotes. */
export interface Quoted {
  readonly quoted: AbsPath | DomainName | Hostname | Text;
}

export type NamedWord = Text | Ipv4 | Ipv6 | number | Quoted;

/** `word word "name" { … };` */
export interface Statement {
  readonly words: readonly NamedWord[];
  readonly block?: readonly Statement[];
}

/** What a statement says, whatever its layout. Shape: quoted words keep a `"` in front. */
export interface StatementShape {
  readonly words: readonly string[];
  readonly block: readonly StatementShape[] | null;
}

/** Render statements as a whole file, headed by where they come from. Errors: throws when they would be read otherwise: a bug. */
export function renderNamed(source: Source, statements: readonly Statement[]): string {
  const text = `${heading('//', source)}${statements.map((statement) => render(statement, '')).join('')}`;
  assertShape('named.conf', statements.map(shapeOf), parseNamed(text));
  return text;
}

/** Read the shape of a named.conf. Errors: throws for text that named would not read. */
export function parseNamed(text: string): readonly StatementShape[] {
  const all = tokens(text);
  const [statements, end] = block(all, 0);
  if (end < all.length) throw new Error('cannot read named.conf: a } too many');
  return statements;
}

function render({ words, block }: Statement, indent: string): string {
  const head = `${indent}${words.map(encode).join(' ')}`;
  if (block === undefined) return `${head};\n`;
  const isShort = block.length <= 2 && block.every((inner) => inner.block === undefined);
  if (isShort) return `${head} { ${block.map((inner) => render(inner, '').trimEnd()).join(' ')} };\n`;
  return `${head} {\n${block.map((inner) => render(inner, `${indent}  `)).join('')}${indent}};\n`;
}

function encode(word: NamedWord): string {
  if (typeof word === 'object') return `"${word.quoted.replace(/["\\]/g, '\\$&')}"`;
  return String(word);
}

function shapeOf({ words, block }: Statement): StatementShape {
  const said = words.map((word) => (typeof word === 'object' ? `"${word.quoted}` : String(word)));
  return { words: said, block: block === undefined ? null : block.map(shapeOf) };
}

/** White space or a comment; a mark; a quoted string; a word. */
const TOKEN = /[ \t\n]+|(?:#|\/\/)[^\n]*|\/\*[^]*?\*\/|([{};])|"((?:[^"\\\n]|\\.)*)"|([^\s{};"#/]+(?:\/(?!\*)[^\s{};"#/]+)*)/y;

const MARKS: ReadonlySet<string> = new Set([';', '{', '}']);

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`cannot read named.conf at ${JSON.stringify(text.slice(at, at + 20))}`);
    const [, mark, quoted, word] = match;
    if (mark !== undefined || word !== undefined) found.push(mark ?? word ?? '');
    if (quoted !== undefined) found.push(`"${quoted.includes('\\') ? quoted.replace(/\\(.)/g, '$1') : quoted}`);
    at = TOKEN.lastIndex;
  }
  return found;
}

/** Read statements from one token on, up to the `}` that closes them, or to the end. Shape: the statements, and the place of what is left. */
function block(all: readonly string[], from: number): readonly [readonly StatementShape[], number] {
  const statements: StatementShape[] = [];
  let at = from;
  while (at < all.length && all[at] !== '}') {
    const [statement, next] = statementAt(all, at);
    statements.push(statement);
    at = next;
  }
  return [statements, at];
}

function statementAt(all: readonly string[], from: number): readonly [StatementShape, number] {
  let end = from;
  while (end < all.length && !MARKS.has(all[end] ?? '')) end += 1;
  const words = all.slice(from, end);
  if (words.length === 0 || end === all.length || all[end] === '}') throw new Error('cannot read named.conf: a statement does not end in ;');
  if (all[end] === ';') return [{ words, block: null }, end + 1];
  const [inner, close] = block(all, end + 1);
  if (all[close] !== '}' || all[close + 1] !== ';') throw new Error('cannot read named.conf: a block does not end in };');
  return [{ words, block: inner }, close + 2];
}
