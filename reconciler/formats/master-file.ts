/**
 * Reading DNS master files, as much of RFC 1035 §5.1 as croft writes: absolute names, class IN, `$TTL`, parentheses, quoted strings and
 * comments. An entry that begins with a blank would take the name of the one before; such, `$INCLUDE`, `$GENERATE` and relative names are
 * refused, because nothing that croft renders holds them: where one appears, somebody's text has become a directive.
 */

/** One record as a resolver would see it. Shape: names absolute without the dot, a text in one piece, numbers in decimal. */
export interface RecordShape {
  readonly name: string;
  readonly ttlSeconds: number;
  readonly type: string;
  readonly fields: readonly string[];
}

/** Read a master file. Shape: every record in its order. Errors: throws for directives other than `$TTL`, relative names, and what is no record. */
export function parseZone(text: string): readonly RecordShape[] {
  let ttl = 0;
  const records: RecordShape[] = [];
  for (const entry of entries(text)) {
    const [first, second] = entry;
    if (first?.text === '$TTL' && entry.length === 2) ttl = Number(second?.text);
    else records.push(recordOf(entry, ttl));
  }
  return records;
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** With the white space before it: a comment; a mark; a quoted string; a word. Or nothing but white space. */
const TOKEN = /[ \t]*(?:;[^\n]*|([()\n])|"((?:[^"\\\n]|\\[^\n])*)"|((?:[^\s;()"\\]|\\[^\n])+))|[ \t]+/y;

/** Cut a master file into entries: lines, of which those with parentheses run over several. */
function entries(text: string): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  let [open, entry]: [boolean, Token[]] = [false, []];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null || (!open && (at === 0 || text[at - 1] === '\n') && (text[at] === ' ' || text[at] === '\t'))) throw unreadable(text.slice(at, at + 20));
    const [, mark, quoted, word] = match;
    if (mark === '(' || mark === ')') open = mark === '(';
    else if (mark === '\n' && !open) {
      if (entry.length > 0) found.push(entry);
      entry = [];
    } else if (quoted !== undefined) entry.push({ text: quoted.includes('\\') ? quoted.replace(/\\(.)/g, '$1') : quoted, quoted: true });
    else if (word !== undefined) entry.push({ text: word, quoted: false });
  }
  return entry.length > 0 ? [...found, entry] : found;
}

/** Read `name [ttl] IN type fields…`. */
function recordOf(entry: readonly Token[], ttl: number): RecordShape {
  const [name, ...rest] = entry;
  const own = /^[0-9]+$/.test(rest[0]?.text ?? '') ? Number(rest[0]?.text) : null;
  const [kind, type, ...fields] = own === null ? rest : rest.slice(1);
  if (name === undefined || name.quoted || !name.text.endsWith('.') || kind?.text !== 'IN' || type === undefined || fields.length === 0) {
    throw unreadable(entry.map(({ text }) => text).join(' '));
  }
  return { name: name.text.slice(0, -1), ttlSeconds: own ?? ttl, type: type.text, fields: fieldsOf(type.text, fields) };
}

function fieldsOf(type: string, fields: readonly Token[]): readonly string[] {
  if (type === 'TXT') return [fields.map(({ text }) => text).join('')];
  const names = NAMES[type] ?? [];
  return fields.map(({ text, quoted }, index) => (names.includes(index) && !quoted ? nameOf(text) : text));
}

/** Which fields are names, by type. */
const NAMES: { readonly [type: string]: readonly number[] } = { SOA: [0, 1], NS: [0], CNAME: [0], PTR: [0], MX: [1], SRV: [3] };

function nameOf(text: string): string {
  if (!text.endsWith('.')) throw unreadable(text);
  return text.slice(0, -1);
}

function unreadable(text: string): Error {
  return new Error(`cannot read a zone file at ${JSON.stringify(text)}`);
}
