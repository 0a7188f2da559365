/**
 * Scalars: plain where they can be, else in single quotes, in double quotes where an apostrophe or a line break asks for it. What was
 * written plain stays as it is. Quotes stay where another YAML would read something else than text: 1.1 takes `on` for true, `12:30` for
 * 750 and `2024-11-30` for a date, and a member may read her file with such a one.
 * Source: YAML 1.2.2, chapter 7 and 8.1; YAML 1.1, types.
 */
import { CST } from 'yaml';
import type { BlockText, Text } from './outline.ts';

/** Where a scalar stands: a comma ends it only inside brackets. */
export type Context = 'block' | 'flow' | 'key';

/** A key without quotes ends within so many characters. */
const LONGEST_KEY = 1000;

const LOOK_ALIKES = [
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<)?$/i,
  /^[-+]?(?:0[xob]?[0-9a-f_]+|[0-9][0-9_,]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|\.(?:[0-9][0-9_]*(?:e[-+]?[0-9]+)?|inf|nan))$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/,
];

/**
 * What a token says by itself. It was parsed without problems where it stands; that the library finds fault with it alone (a block without
 * indentation, as a whole document may be) is passed over, and what is written in the end is compared with what was read.
 */
function resolved(token: CST.FlowScalar | CST.BlockScalar): string {
  return CST.resolveAsScalar(token, true, () => undefined).value;
}

/** Read a scalar that can stand on one line; null where nothing is written. */
export function plainText(token: CST.FlowScalar): Text | null {
  const value = resolved(token);
  if (token.type !== 'scalar') return { is: 'text', value, plain: null };
  if (token.source === '') return null;
  return { is: 'text', value, plain: token.source.includes('\n') ? null : token.source };
}

/** Read a block scalar as it was written. What keeps empty lines at its end is quoted, since a file ends in one line break. */
export function blockText(token: CST.BlockScalar): BlockText | Text {
  const value = resolved(token);
  const header = token.props.find(({ type }) => type === 'block-scalar-header');
  const written = header !== undefined && 'source' in header ? header.source : '|';
  if (value.trim() === '' || value.endsWith('\n\n')) return { is: 'text', value, plain: null };
  const lines = withoutIndent(token.source, Number(/[1-9]/.exec(written)?.[0] ?? 0) + token.indent, /[1-9]/.test(written));
  const indicator = lines.find((line) => line !== '')?.startsWith(' ') === true ? '2' : '';
  return { is: 'block', header: `${written.charAt(0)}${indicator}${written.includes('-') ? '-' : ''}`, lines };
}

function withoutIndent(source: string, told: number, isTold: boolean): readonly string[] {
  const lines = source.split('\n');
  const first = lines.find((line) => line.trim() !== '') ?? '';
  const indent = isTold ? Math.max(0, told) : first.length - first.trimStart().length;
  const cut = lines.map((line) => line.slice(indent));
  return cut.slice(0, cut.findLastIndex((line) => line !== '') + 1);
}

/** Write a scalar on one line, so that it reads back as exactly its value. */
export function writeText({ value, plain }: Text, context: Context): string {
  if (plain !== null) return plain;
  if (isPlain(value, context)) return value;
  if (/[\n\r\t]/.test(value) || (value.includes("'") && !/["\\]/.test(value))) return JSON.stringify(value);
  return `'${value.replaceAll("'", "''")}'`;
}

/** Would everybody read this as exactly this text without quotes? Source: YAML 1.2.2, section 7.3.3. */
function isPlain(value: string, context: Context): boolean {
  if (value !== value.trim() || /[\n\r\t]/.test(value) || LOOK_ALIKES.some((pattern) => pattern.test(value))) return false;
  if (/^[\]},[{#&*!|>'"%@`]|^[-?:](?=[\s\]},[{]|$)|^(?:---|\.\.\.)/.test(value)) return false;
  if (/:(?=\s|$)|\s#/.test(value)) return false;
  return context === 'block' || (value.length < LONGEST_KEY && (context === 'key' || !/[\]},[{]|:$/.test(value)));
}
