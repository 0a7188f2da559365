import { ownerOf } from '../model/owner.ts';
import type { Checked } from '../model/problem.ts';
import type { Snapshot, SnapshotFile } from '../model/snapshot.ts';
import { startOf, type AnyDocument, type ByKind, type Documents, type Reading, type ReadFile } from './documents.ts';
import { finding } from './finding.ts';
import { meaningOf, type Meaning } from './layout.ts';
import { checkMembers } from './members.ts';
import { parse } from './parse.ts';
import { finderOf } from './places.ts';
import { validate } from './validate.ts';

/** What was read of files before: of the same path with the same content. Git hands out the same object for the same content, so a WeakMap is one. */
export interface ReadCache {
  get(file: SnapshotFile): ReadFile | undefined;
  set(file: SnapshotFile, read: ReadFile): void;
}

/** Read and validate every document of a snapshot. Problems of one document leave the others as they are. */
export function read(snapshot: Snapshot, cache: ReadCache = new WeakMap()): Checked<Documents> {
  const files = snapshot.files.map((file) => readCached(file, cache));
  const documents = files.flatMap(({ document }) => document ?? []);
  const unreadable = files.flatMap(({ kind, name, document }) => (kind === null || document !== null ? [] : [`${kind} ${name}`]));
  const problems = [...snapshot.problems, ...files.flatMap((file) => file.problems), ...checkMembers(snapshot.files)];
  return { value: { ...byKind(documents), unreadable: new Set(unreadable) }, problems };
}

function readCached(file: SnapshotFile, cache: ReadCache): ReadFile {
  const known = cache.get(file);
  if (known !== undefined) return known;
  const fresh = readFile(file);
  cache.set(file, fresh);
  return fresh;
}

/** Read and validate one file by itself. */
export function readFile(file: SnapshotFile): ReadFile {
  const meaning = meaningOf(file.path.replace(/^desired-state\//, ''));
  return fileOf(file.path, meaning.is === 'document' ? readingOf(file, meaning) : { written: null, problems: meaning.is === 'note' ? [] : [finding(startOf(file.path), meaning.said)] });
}

/** Put together what was read of a file and what its path says. */
export function fileOf(file: string, reading: Reading): ReadFile {
  const meaning = meaningOf(file.replace(/^desired-state\//, ''));
  const owner = ownerOf(file);
  if (meaning.is !== 'document') return { kind: null, name: '', owner, document: null, ...reading };
  const { kind } = meaning;
  const name = kind === 'member' ? memberOf(file) : meaning.name;
  const { written } = reading;
  if (written === null) return { kind, name, owner, document: null, ...reading };
  // What was written is valid for this kind: it was validated when it was read.
  const document = { kind, name, owner, file, value: written.value, ...finderOf(file, written.value, written.places) } as AnyDocument;
  return { kind, name, owner, document, ...reading };
}

function readingOf(file: SnapshotFile, { kind, wrongName }: Extract<Meaning, { readonly is: 'document' }>): Reading {
  const { value: parsed, problems } = parse(file);
  const { value, problems: invalid } = parsed === null ? { value: null, problems: [] } : validate(kind, parsed);
  const misnamed = wrongName === null || kind === 'member' ? [] : [finding(startOf(file.path), wrongName)];
  return { written: misnamed.length > 0 || parsed === null || value === null ? null : { value, places: parsed.places }, problems: [...misnamed, ...problems, ...invalid] };
}

function byKind(documents: readonly AnyDocument[]): ByKind {
  return {
    allowances: documents.filter((document) => document.kind === 'allowances'),
    cluster: documents.filter((document) => document.kind === 'cluster'),
    host: documents.filter((document) => document.kind === 'host'),
    limits: documents.filter((document) => document.kind === 'limits'),
    mailboxes: documents.filter((document) => document.kind === 'mailboxes'),
    member: documents.filter((document) => document.kind === 'member'),
    retired: documents.filter((document) => document.kind === 'retired'),
    secret: documents.filter((document) => document.kind === 'secret'),
    vhost: documents.filter((document) => document.kind === 'vhost'),
    zone: documents.filter((document) => document.kind === 'zone'),
  };
}

function memberOf(path: string): string {
  return path.replace(/^desired-state\//, '').split('/')[1] ?? '';
}
