/**
 * The outer grammar of Apache's configuration, which is the same for every directive: one a line, `<Section argument>` … `</Section>`,
 * `#` comments, a backslash at a line's end continues it. Arguments are words, or quoted, where only `\"` and `\\` are escapes. In every
 * word `${NAME}` is replaced by a variable or by the environment, after quotes are gone and with no way to escape it: so croft's server
 * file defines CROFT_DOLLAR as `$`, and a literal `${` is written `${CROFT_DOLLAR}{`; variables are looked up once. mod_rewrite cuts its
 * own words and knows no escape inside quotes: what is not a plain word cannot be said to it, so nothing is quoted there.
 * Source: https://httpd.apache.org/docs/2.4/configuring.html, ap_getword_conf() and ap_resolve_env() in server/util.c, parseargline() in
 * modules/mappers/mod_rewrite.c.
 */
import { encoded, type Text } from '../text.ts';

/** A directive or, with children, a section. */
export interface Directive {
  readonly name: string;
  readonly arguments: readonly Text[];
  readonly children?: readonly Directive[];
}

/** The same as it was read from a file. */
export interface Shape {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly children?: readonly Shape[];
}

/** What needs no quotes and reads the same in both ways of cutting words: a backslash stands only before what is none. */
const bare = /^(?!['#])(?:[!#-;=?-[\]-~]|\\(?=[^\\"\s]))+$/;
const name = /^[A-Z][A-Za-z]{1,40}$/;
const word = /"((?:[^"\\]|\\.)*)"(?=\s|$)|([^\s"']\S*)/y;

/** Write directives, four spaces a level. */
export function encodeDirectives(directives: readonly Directive[], indent = ''): string {
  return directives.map((directive) => encodeDirective(directive, indent)).join('');
}

/** Read a configuration as Apache does. Errors: throws for what is none, and for a variable other than croft's own. */
export function parseDirectives(written: string): readonly Shape[] {
  const lines = written.replace(/\\\n/g, '').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const { shapes, next } = parseLevel(lines, 0, null);
  if (next < lines.length) throw new Error(`cannot read ${JSON.stringify(lines[next])}: no section is open`);
  return shapes;
}

function encodeDirective(directive: Directive, indent: string): string {
  if (!name.test(directive.name)) throw new Error(`cannot write directive ${JSON.stringify(directive.name)}`);
  const line = [directive.name, ...directive.arguments.map(directive.name === 'RewriteRule' ? encodeBare : encodeWord)].join(' ');
  if (directive.children === undefined) return `${indent}${line}\n`;
  return `${indent}<${line}>\n${encodeDirectives(directive.children, `${indent}    `)}${indent}</${directive.name}>\n`;
}

function encodeWord(argument: Text): string {
  const safe = encoded(argument).replaceAll('${', () => '${CROFT_DOLLAR}{');
  return bare.test(safe) ? safe : `"${safe.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

function encodeBare(argument: Text): string {
  if (!bare.test(argument) || argument.includes('${')) throw new Error(`cannot write ${JSON.stringify(argument)} for mod_rewrite: that is not one plain word`);
  return argument;
}

/** Read lines from one on, up to the one that closes the section, or to the end. Shape: what they say, and which line is next. */
function parseLevel(lines: readonly string[], from: number, open: string | null): { readonly shapes: readonly Shape[]; readonly next: number } {
  const shapes: Shape[] = [];
  let next = from;
  for (let line = lines[next]; line !== undefined; line = lines[next]) {
    next += 1;
    if (line.startsWith('</')) {
      if (line !== `</${open}>`) throw new Error(`cannot read ${JSON.stringify(line)}: ${open ?? 'no section'} is open`);
      return { shapes, next };
    }
    const section = line.startsWith('<');
    const shape = parseLine(section ? line.slice(1, line.lastIndexOf('>')) : line);
    const inner = section ? parseLevel(lines, next, shape.name) : null;
    shapes.push(inner === null ? shape : { ...shape, children: inner.shapes });
    next = inner?.next ?? next;
  }
  if (open !== null) throw new Error(`cannot read a configuration: ${open} is not closed`);
  return { shapes, next };
}

function parseLine(line: string): Shape {
  const [first = '', ...args] = /^RewriteRule\s/.test(line) ? line.split(/\s+/) : wordsOf(line);
  return { name: first, arguments: args };
}

function wordsOf(line: string): readonly string[] {
  if (!/["'\\$]/.test(line)) return line.trim().split(/\s+/);
  const words: string[] = [];
  for (let at = 0; at < line.length; at = word.lastIndex + (/^\s*/.exec(line.slice(word.lastIndex))?.[0].length ?? 0)) {
    word.lastIndex = at;
    const [, quoted, plain = ''] = word.exec(line) ?? [];
    if (quoted === undefined && plain === '') throw new Error(`cannot read ${JSON.stringify(line)}: a word is not closed`);
    words.push(resolve(quoted === undefined ? plain.replaceAll('\\\\', '\\') : quoted.replaceAll(/\\(["\\])/g, '$1')));
  }
  return words;
}

function resolve(argument: string): string {
  return argument.replaceAll(/\$\{([^}]*)\}/g, (found, variable) => {
    if (variable === 'CROFT_DOLLAR') return '$';
    throw new Error(`cannot read ${JSON.stringify(found)}: this variable is not croft's`);
  });
}
