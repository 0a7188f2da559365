import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, Scalar, type Document, type Node } from 'yaml';
import { digest } from '../../reconciler/model/digest.ts';
import type { Snapshot, SnapshotFile } from '../../reconciler/model/snapshot.ts';
import { compareText } from '../../reconciler/model/source.ts';
import { base, changed, snapshot } from '../scenarios/story.ts';
import type { Row } from './corpus.ts';

type Path = readonly (string | number)[];

/** A co-op with something planted in it, and where. */
export interface Planted {
  readonly snapshot: Snapshot;
  readonly file: string;
  readonly lines: readonly number[] | 'any';
  /** What stood in the field before, when it was text. */
  readonly plain: string | null;
}

const extra = parse(readFileSync(join(import.meta.dirname, 'coop.yaml'), 'utf8')) as { readonly [path: string]: string };

/** The documents of the small co-op in which every field of text is filled. */
export const documents = changed(base(), extra);

/** The same as a commit. Nobody copies its files, so what was read of them once is known for all attacks. */
export const plain = snapshot(documents, 1);

/** Plant an attack in the co-op. */
export function plant(row: Row): Planted {
  const file = `desired-state/${row.document?.replace('{}', () => String(row.payload)) ?? ''}`;
  const around = Object.entries(row.with ?? {}).map(([path, text]) => [`desired-state/${path}`, text] as const);
  if (row.text !== undefined) return { snapshot: replaced([...around, [file, bytesOf(row, row.text)]]), file, lines: row.lines ?? [1], plain: null };
  const planted = edited(documents.get(file) ?? '', row);
  return { ...planted, snapshot: replaced([...around, [file, planted.text]]), file, lines: row.lines ?? [planted.line] };
}

/** Make the co-op's commit with some files replaced, added or, with null, taken away. */
export function replaced(changes: readonly (readonly [path: string, content: string | Uint8Array | null])[]): Snapshot {
  const touched = new Set(changes.map(([path]) => path));
  const fresh = changes.flatMap(([path, content]) => (content === null ? [] : [fileOf(path, content)]));
  return { ...plain, files: [...plain.files.filter(({ path }) => !touched.has(path)), ...fresh].toSorted((a, b) => compareText(a.path, b.path)) };
}

function fileOf(path: string, content: string | Uint8Array): SnapshotFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path, oid: digest(Buffer.from(bytes).toString('latin1')).slice(7, 47), bytes };
}

function bytesOf({ repeat = 1, encoding = 'utf8' }: Row, text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.repeat(repeat), encoding));
}

/** Put a payload into a document, and say on which line it stands then. */
export function edited(text: string, row: Row): { readonly text: string; readonly line: number; readonly plain: string | null } {
  const document = parseDocument(text);
  const path = pathOf(document, row);
  const before = document.getIn(path);
  document.setIn(path, nodeOf(document, row));
  const written = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: 1_000_000 }).replace(SENTINEL, () => row.source ?? '');
  return { text: written, line: lineOf(written, path, row.at?.includes('{}') ?? false), plain: typeof before === 'string' ? before : null };
}

const SENTINEL = 'written-plain';

function nodeOf(document: Document, row: Row): unknown {
  const { payload, value, source, targets } = row;
  if (targets !== undefined) return document.createNode(Array.from({ length: targets }, (_, index) => `x${index}@outside.example`), { flow: true });
  const node: unknown = document.createNode(source !== undefined ? SENTINEL : value ?? payload, { flow: true });
  if (isScalar(node) && typeof node.value === 'string' && source === undefined) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

/** Follow the parts of a path; a list's part is an index or the type of a record. */
function pathOf(document: Document, { at = '', payload }: Row): Path {
  const path: (string | number)[] = [];
  for (const part of at.split('.')) {
    const here: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
    if (!isSeq(here)) path.push(part === '{}' ? String(payload) : part);
    else path.push(/^[0-9]+$/.test(part) ? Number(part) : here.items.findIndex((item) => isMap(item) && item.get('type') === part));
  }
  return path;
}

function lineOf(text: string, path: Path, ofKey: boolean): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.findLast(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  const node = (ofKey ? pair?.key : document.getIn(path, true)) as Node | undefined;
  return lines.linePos(node?.range?.[0] ?? 0).line;
}
