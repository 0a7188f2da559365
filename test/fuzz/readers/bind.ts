/**
 * How BIND 9 reads a master file and named.conf, written down from its own lexer (lib/isc/lex.c), lib/dns/master.c and RFC 1035 §5.1,
 * and not from croft's: escapes of both kinds, parentheses, quotes, `@`, `$` directives, and a blank in front that repeats the last name.
 */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Read a master file into records, fields as they stand after escapes. Errors: an Error where named would refuse, and for any directive but `$TTL`. */
export function readMaster(written: string): readonly { readonly owner: string; readonly rest: readonly Word[] }[] {
  const records: { owner: string; rest: readonly Word[] }[] = [];
  let last = '';
  for (const { indented, words } of zoneLines(written)) {
    const [first, ...rest] = words;
    if (first === undefined) continue;
    if (!first.quoted && first.text.startsWith('$')) {
      if (first.text !== '$TTL') throw new Error(`a directive: ${first.text}`);
      continue;
    }
    if (!indented) last = first.text;
    records.push({ owner: last, rest: indented ? words : rest });
  }
  return records;
}

function zoneLines(written: string): readonly { readonly indented: boolean; readonly words: readonly Word[] }[] {
  const lines: { indented: boolean; words: Word[] }[] = [];
  let [depth, fresh] = [0, true];
  for (let at = 0; at < written.length;) {
    const character = written[at] ?? '';
    if (fresh && depth === 0) lines.push({ indented: /[ \t]/.test(character), words: [] });
    fresh = false;
    if (character === '\n') {
      fresh = depth === 0;
      at += 1;
    } else if (/[ \t\r]/.test(character)) at += 1;
    else if (character === ';') while (at < written.length && written[at] !== '\n') at += 1;
    else if (character === '(' || character === ')') {
      depth += character === '(' ? 1 : -1;
      if (depth < 0) throw new Error('unbalanced parentheses');
      at += 1;
    } else {
      const quoted = character === '"';
      const found = word(written, quoted ? at + 1 : at, quoted);
      lines.at(-1)?.words.push({ text: found.text, quoted });
      at = found.end;
    }
  }
  if (depth !== 0) throw new Error('unbalanced parentheses');
  return lines;
}

function word(written: string, from: number, quoted: boolean): { readonly text: string; readonly end: number } {
  let [text, at] = ['', from];
  for (; at < written.length; at += 1) {
    const character = written[at] ?? '';
    if (quoted ? character === '"' : /[ \t\r\n;()"]/.test(character)) break;
    if (quoted && character === '\n') throw new Error('unbalanced quotes');
    const decimal = /^\\([0-9]{3})/.exec(written.slice(at, at + 4))?.[1];
    if (decimal !== undefined) {
      if (Number(decimal) > 255) throw new Error('bad escape');
      text += String.fromCharCode(Number(decimal));
      at += 3;
    } else if (character === '\\') text += written[at += 1] ?? '';
    else text += character;
  }
  if (quoted && written[at] !== '"') throw new Error('unbalanced quotes');
  return { text, end: quoted ? at + 1 : at };
}

/** Read named.conf into a nested list of words; a quoted one has a `"` in front, a block is a list. */
export function readNamed(written: string): readonly unknown[] {
  const tokens = namedTokens(written);
  const [statements, end] = statementsFrom(tokens, 0);
  if (end !== tokens.length) throw new Error('unexpected }');
  return statements;
}

function statementsFrom(tokens: readonly string[], from: number): readonly [readonly unknown[], number] {
  const statements: unknown[] = [];
  let statement: unknown[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token === '{') {
      const [inner, end] = statementsFrom(tokens, at + 1);
      if (tokens[end] !== '}') throw new Error('} is missing');
      statement.push(inner);
      at = end;
    } else if (token === '}') {
      if (statement.length > 0) throw new Error('missing ;');
      return [statements, at];
    } else if (token === ';') {
      statements.push(statement);
      statement = [];
    } else statement.push(token.startsWith('"') ? token : token.slice(1));
  }
  if (statement.length > 0) throw new Error('missing ;');
  return [statements, tokens.length];
}

const ends = /[ \t\n\r{};"#]|\/[/*]/g;

/** Words have a blank in front here, so that a word is never taken for a mark. */
function namedTokens(written: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < written.length;) {
    const character = written[at] ?? '';
    const pair = written.slice(at, at + 2);
    if (' \t\n\r'.includes(character)) at += 1;
    else if (character === '#' || pair === '//') while (at < written.length && written[at] !== '\n') at += 1;
    else if (pair === '/*') {
      const end = written.indexOf('*/', at + 2);
      if (end < 0) throw new Error('unexpected end of input');
      at = end + 2;
    } else if (/[{};]/.test(character)) {
      tokens.push(character);
      at += 1;
    } else if (character === '"') {
      let text = '"';
      for (at += 1; written[at] !== '"'; at += 1) {
        if (at >= written.length || written[at] === '\n') throw new Error('unbalanced quotes');
        if (written[at] === '\\') at += 1;
        text += written[at] ?? '';
      }
      tokens.push(text);
      at += 1;
    } else {
      const start = at;
      ends.lastIndex = start;
      at = ends.exec(written)?.index ?? written.length;
      tokens.push(` ${written.slice(start, at)}`);
    }
  }
  return tokens;
}
