/**
 * What editors of other systems leave in a file and YAML, or croft, refuses: a byte order mark, CR LF at the ends of lines, tabs. It is
 * taken away only where that cannot change what the file says: tabs between words, in comments, and in indentation when however wide
 * they are taken, the document is the same. A lone CR, a line end to some and nothing to others, stays for a person to judge.
 * Source: YAML 1.2.2, sections 5.2, 5.4 and 6.1.
 */
import { Lexer } from 'yaml';
import { same } from '../../model/same.ts';
import { parse } from '../parse.ts';

const WIDTHS = [2, 4, 8];
/** What the lexer puts before a plain or block scalar, and the other marks that are no part of the text. */
const SCALAR = '\u001f';
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', SCALAR]);

/** Take away what only looks different elsewhere. Bytes that are not UTF-8 come back as they are. */
export function repair(bytes: Uint8Array): Uint8Array {
  const text = decoded(bytes);
  if (text === null) return bytes;
  const unix = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  return new TextEncoder().encode(unix.includes('\t') ? withoutTabs(unix) : unix);
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Only when every width that can be read gives the same document is one of them taken; else the tabs stay, and are refused where they stand. */
function withoutTabs(text: string): string {
  const candidates = WIDTHS.map((width) => between(text.replace(/^[ \t]+/gm, (blanks) => expand(blanks, width))));
  const readable = candidates.flatMap((candidate) => {
    const { value } = parse({ path: 'repaired', bytes: new TextEncoder().encode(candidate) });
    return value === null ? [] : [{ candidate, value: value.value }];
  });
  const [first] = readable;
  return first !== undefined && readable.every(({ value }) => same(value, first.value)) ? first.candidate : text;
}

function expand(blanks: string, width: number): string {
  return [...blanks].reduce((written, blank) => written + (blank === '\t' ? ' '.repeat(width - (written.length % width)) : ' '), '');
}

/** Make blanks of tabs that stand between values or in comments; what stands in a value is the value's. */
function between(text: string): string {
  const lexemes = [...new Lexer().lex(text)];
  return lexemes.map((lexeme, index) => {
    if (lexemes[index - 1] === SCALAR) return lexeme;
    if (MARKS.has(lexeme)) return '';
    return lexeme.startsWith('#') || lexeme.trim() === '' ? lexeme.replaceAll('\t', ' ') : lexeme;
  }).join('');
}
