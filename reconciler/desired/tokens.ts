import type { CST } from 'yaml';
import { finding, type Finding, type Said } from './finding.ts';
import { placeOf, type Lines } from './lines.ts';

/** How deep lists and maps may stand in each other. Composing a very deep document would overflow the stack of the parser. */
const MAX_DEPTH = 32;

/** What YAML has beyond lists, maps and scalars: each lets a text mean something else than it says where it stands. */
const REFUSED: { readonly [type: string]: Said } = {
  anchor: { code: 'yaml/anchor', message: 'cannot use an anchor (`&name`)', hint: 'write the value out at each place' },
  alias: { code: 'yaml/alias', message: 'cannot use an alias (`*name`)', hint: 'write the value out, or put text that begins with * in quotes' },
  tag: { code: 'yaml/tag', message: 'cannot use a tag (`!name`)', hint: 'the schema decides what a value is; put text that begins with ! in quotes' },
  directive: { code: 'yaml/directive', message: 'cannot use a directive (`%NAME`)', hint: 'delete the line: documents are always YAML 1.2' },
};

type Token = CST.Token | CST.SourceToken;

/** Refuse anchors, aliases, tags, directives and deep nesting, before anything is composed of the tokens. */
export function checkTokens(lines: Lines, tokens: readonly CST.Token[]): readonly Finding[] {
  const problems: Finding[] = [];
  // Lists of its own instead of recursion: the depth is what an attacker chooses.
  const [waiting, depths]: [Token[], number[]] = [[...tokens], tokens.map(() => 0)];
  for (let token = waiting.pop(), depth = depths.pop(); token !== undefined && depth !== undefined; token = waiting.pop(), depth = depths.pop()) {
    const said = REFUSED[token.type];
    if (said !== undefined) problems.push(finding(placeOf(lines, token.offset), said));
    if (depth > MAX_DEPTH) return [finding(placeOf(lines, token.offset), tooDeep())];
    addChildren(token, waiting);
    const inside = 'items' in token ? depth + 1 : depth;
    while (depths.length < waiting.length) depths.push(inside);
  }
  return problems;
}

function tooDeep(): Said {
  return { code: 'yaml/too-deep', message: `cannot read lists and maps nested more than ${MAX_DEPTH} deep` };
}

/** Adds to a list, since there are some hundred lists to a document. */
function addChildren(token: Token, children: Token[]): void {
  if ('start' in token && Array.isArray(token.start)) for (const each of token.start) children.push(each);
  if ('value' in token && token.value) children.push(token.value);
  if (!('items' in token)) return;
  for (const { start, key, sep, value } of token.items) {
    for (const each of start) children.push(each);
    if (key) children.push(key);
    if (sep) for (const each of sep) children.push(each);
    if (value) children.push(value);
  }
}
