/**
 * Reads an outline from the tokens of the concrete syntax, since the tree that YAML is otherwise read into forgets on which line a comment
 * stood. A comment on the line of a value is its own; one on a line of its own is about what follows, unless nothing follows in its list or
 * map, or it stands further in than the value above it.
 * Source: YAML 1.2.2, chapters 5 to 8.
 */
import { CST } from 'yaml';
import type { Collection, Entry, Node, Outline, Text } from './outline.ts';
import { remarks, type Remarks } from './remarks.ts';
import { blockText, plainText } from './scalar.ts';

type Token = CST.Token;
type Tokens = readonly CST.SourceToken[];
type Lines = readonly string[];
type BlockCollection = CST.BlockMap | CST.BlockSequence;

/** A node, what was remarked at its end, and the tokens after it that belong to what follows. */
interface Read {
  readonly node: Node | null;
  readonly comment: string | null;
  readonly below: Lines;
  readonly rest: Tokens;
}

/** Outline a document that was parsed without problems. */
export function outlineOf(tokens: readonly Token[]): Outline {
  const index = tokens.findIndex(({ type }) => type === 'document');
  const document = tokens[index];
  if (document?.type !== 'document') return { head: [], root: null, tail: [] };
  const { node, comment, below, rest } = read(document.value, -1);
  const tail = remarks([...rest, ...(document.end ?? []), ...loose(tokens.slice(index + 1))]);
  const head = remarks([...loose(tokens.slice(0, index)), ...document.start]).lines;
  return { head, root: node, tail: [...(comment === null ? [] : [comment]), ...below, ...tail.lines] };
}

/** Comments and line breaks that stand outside of every value. */
function loose(tokens: readonly Token[]): Tokens {
  return tokens.flatMap((token) => {
    if (token.type === 'comment' || token.type === 'newline' || token.type === 'space') return [token];
    return token.type === 'doc-end' ? (token.end ?? []).slice(token.end?.[0]?.type === 'newline' ? 1 : 0) : [];
  });
}

function read(token: Token | null | undefined, parentIndent: number): Read {
  switch (token?.type) {
    case 'block-map': case 'block-seq': return readBlock(token, parentIndent);
    case 'flow-collection': return { node: readFlow(token), ...endOf(token.end.slice(1)) };
    case 'block-scalar': return { node: blockText(token), ...endOf(loose(token.props)) };
    case 'scalar': case 'single-quoted-scalar': case 'double-quoted-scalar': return { node: plainText(token), ...endOf(token.end ?? []) };
    default: return { node: null, comment: null, below: [], rest: [] };
  }
}

function endOf(end: Tokens): Omit<Read, 'node'> {
  const { inline, lines } = remarks(end, 'on a line');
  return { comment: inline, below: lines.filter((line) => line !== ''), rest: [] };
}

function readBlock(token: BlockCollection, parentIndent: number): Read {
  const entries: Entry[] = [];
  let waiting: Tokens = [];
  for (const item of token.items) {
    const start = [...waiting, ...item.start];
    const isNothing = item.key === undefined && item.value === undefined && item.sep === undefined && !start.some(({ type }) => type === 'seq-item-ind');
    const read = isNothing ? null : readItem({ ...item, start }, token);
    if (read !== null) entries.push(read.entry);
    waiting = read === null ? start : read.rest;
  }
  const [own, rest] = divide(waiting, token.indent, parentIndent);
  return { node: { is: token.type === 'block-map' ? 'map' : 'list', flow: false, entries, after: remarks(own).lines }, comment: null, below: [], rest };
}

/** Comments at the end of a collection are its own as long as none stands further out. */
function divide(tokens: Tokens, indent: number, parentIndent: number): readonly [Tokens, Tokens] {
  const out = tokens.findIndex((token) => token.type === 'comment' && (token.indent < indent || token.indent <= parentIndent));
  const lastOwn = tokens.slice(0, out < 0 ? tokens.length : out).findLastIndex(({ type }) => type === 'comment');
  const cut = lastOwn < 0 ? 0 : lastOwn + 2;
  return [tokens.slice(0, cut), tokens.slice(cut)];
}

function readItem(item: BlockCollection['items'][number], { type, indent }: BlockCollection): { readonly entry: Entry; readonly rest: Tokens } {
  const { key, sep = [], value } = { key: undefined, ...item };
  const between = remarks(sep, 'on a line');
  const inside = read(value, indent);
  const keyEnd = key != null && 'end' in key ? remarks(key.end ?? [], 'on a line') : remarks([]);
  const own = entryOf(inside, { before: [...remarks(item.start).lines, ...inlineOf(keyEnd)], between });
  return { entry: { ...own, key: type === 'block-map' ? keyOf(key) : null }, rest: inside.rest };
}

/** The comment that stands after a colon belongs to the line; one on lines of its own before the value goes to where it can stay. */
function entryOf({ node, comment, below }: Read, { before, between }: { readonly before: Lines; readonly between: Remarks }): Omit<Entry, 'key'> {
  const isBlock = node !== null && node.is !== 'text' && node.is !== 'block' && !node.flow;
  const inner = between.lines.filter((line) => line !== '');
  if (isBlock) return { before, value: withFirst(node, inner), comment: between.inline, below };
  if (node === null) return { before, value: null, comment: between.inline, below: inner };
  const comments = [between.inline, comment].filter((each) => each !== null);
  const above = comments.length > 1 ? comments.slice(0, 1) : [];
  return { before: [...before, ...above, ...inner], value: node, comment: comments.at(-1) ?? null, below };
}

function withFirst(node: Collection, lines: Lines): Collection {
  const [first, ...others] = node.entries;
  return first === undefined || lines.length === 0 ? node : { ...node, entries: [{ ...first, before: [...lines, ...first.before] }, ...others] };
}

function inlineOf({ inline, lines }: Remarks): Lines {
  return [...(inline === null ? [] : [inline]), ...lines];
}

function readFlow({ start, items }: CST.FlowCollection): Collection {
  const is = start.type === 'flow-map-start' ? 'map' : 'list';
  const entries: Entry[] = [];
  let waiting: Lines = [];
  for (const item of items) {
    const { inline, lines } = remarks(item.start, 'on a line');
    const last = entries.at(-1);
    const isOfLast = inline !== null && last !== undefined && last.comment === null;
    if (isOfLast) entries[entries.length - 1] = { ...last, comment: inline };
    waiting = [...waiting, ...(inline === null || isOfLast ? [] : [inline]), ...lines];
    if (item.key == null && item.value === undefined && item.sep === undefined) continue;
    entries.push(flowEntry(item, { is, before: waiting.filter((line) => line !== '') }));
    waiting = [];
  }
  return { is, flow: true, entries, after: waiting.filter((line) => line !== '') };
}

function flowEntry({ key, sep, value }: CST.FlowCollection['items'][number], { is, before }: { readonly is: 'map' | 'list'; readonly before: Lines }): Entry {
  const inside = read(value, -1);
  const ends = [sep ?? [], key != null && 'end' in key ? key.end ?? [] : []];
  const comments = ends.flatMap((end) => inlineOf(remarks(end, 'on a line'))).filter((line) => line !== '');
  const pair: Entry = { before: [...before, ...comments, ...inside.below], key: keyOf(key), value: inside.node, comment: inside.comment, below: [] };
  if (is === 'map') return pair;
  return key === undefined && sep === undefined ? { ...pair, key: null } : lonely(pair);
}

/** A pair in a list is a map of one. */
function lonely(pair: Entry): Entry {
  return { ...pair, key: null, value: { is: 'map', flow: true, entries: [{ ...pair, before: [], comment: null }], after: [] } };
}

function keyOf(key: Token | null | undefined): Text {
  const read = key == null || !CST.isScalar(key) || key.type === 'block-scalar' || key.type === 'alias' ? null : plainText(key);
  return read ?? { is: 'text', value: '', plain: '' };
}
