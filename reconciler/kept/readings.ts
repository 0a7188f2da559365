/**
 * Documents that were read before, by their path and the id of their content. They lie in two files: the great one is written when much
 * is new; what is new meanwhile is in the small one, so that a change of one document costs no more than that. In each, a line of JSON
 * says where everything is, and each document is decoded only when it is asked for.
 */
import type { ReadFile, Reading } from '../desired/documents.ts';
import { fileOf, type ReadCache } from '../desired/read.ts';
import type { ListedFile, SnapshotFile } from '../model/snapshot.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** What is known of documents; `keep` writes down what is new. */
export interface Readings extends ReadCache {
  /** Is nothing to be parsed for a file with this content? */
  has(path: string, oid: string): boolean;
  /** Also of files of which nobody asked what was in them, as long as they are there. */
  keep(files?: readonly ListedFile[]): void;
}

/** Documents as bytes of JSON, by key. */
type Bodies = Map<string, Uint8Array>;

const mostBytes = 256 * 1024 * 1024;
/** When the small file holds more than one of so many, all goes into the great one. */
const share = 16;

/** Recall the documents that were read before. Without a keeper they are known only to this process. */
export function readingsOf(keeper: Keeper | null): Readings {
  const inMemory = new WeakMap<SnapshotFile, ReadFile>();
  if (keeper === null) return { get: (file) => inMemory.get(file), set: (file, read) => void inMemory.set(file, read), has: () => false, keep: () => undefined };
  let loaded: readonly [Bodies, Bodies] | null = null;
  const bodies = (): readonly [Bodies, Bodies] => (loaded ??= [unpack(recall(keeper, 'documents')), unpack(recall(keeper, 'documents.new'))]);
  const [fresh, asked] = [new Map<string, Reading>(), new Set<string>()];
  const bodyOf = (key: string): Uint8Array | undefined => bodies()[1].get(key) ?? bodies()[0].get(key);
  return {
    has: (path, oid) => bodyOf(keyOf({ path, oid })) !== undefined,
    get: (file) => {
      const known = inMemory.get(file);
      if (known !== undefined) return known;
      const body = bodyOf(keyOf(file));
      if (body === undefined) return undefined;
      const read = fileOf(file.path, JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as Reading);
      asked.add(keyOf(file));
      inMemory.set(file, read);
      return read;
    },
    set: (file, read) => {
      inMemory.set(file, read);
      if (read.kind !== null) fresh.set(keyOf(file), { written: read.written, problems: read.problems });
    },
    keep: (files = []) => {
      if (fresh.size === 0) return;
      const [great, small] = bodies();
      const recent: Bodies = new Map([...small, ...[...fresh].map(([key, reading]) => [key, Buffer.from(JSON.stringify(reading))] as const)]);
      if (recent.size * share <= great.size) return keep(keeper, 'documents.new', pack(recent));
      const there = new Set(files.map(keyOf));
      keep(keeper, 'documents', pack(new Map([...great, ...recent].filter(([key]) => asked.has(key) || fresh.has(key) || there.has(key)))));
      keep(keeper, 'documents.new', pack(new Map()));
    },
  };
}

function keyOf({ path, oid }: ListedFile): string {
  return `${oid} ${path}`;
}

function pack(bodies: Bodies): Uint8Array {
  const index: [string, number][] = [];
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const [key, body] of bodies) {
    total += body.length;
    if (total > mostBytes) break;
    index.push([key, body.length]);
    parts.push(body);
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...parts]);
}

function unpack(bytes: Buffer | null): Bodies {
  if (bytes === null) return new Map();
  let at = bytes.indexOf('\n') + 1;
  const index = JSON.parse(bytes.toString('utf8', 0, at)) as readonly (readonly [string, number])[];
  return new Map(index.map(([key, length]) => {
    at += length;
    return [key, bytes.subarray(at - length, at)];
  }));
}
