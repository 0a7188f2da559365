import { ownerOf } from '../model/owner.ts';
import type { Checked } from '../model/problem.ts';
import type { Snapshot, SnapshotFile } from '../model/snapshot.ts';
import { startOf, type AnyDocument, type ByKind, type Document, type Documents, type ReadFile } from './documents.ts';
import { finding } from './finding.ts';
import { meaningOf } from './layout.ts';
import { checkMembers } from './members.ts';
import { parse, type Parsed } from './parse.ts';
import type { DocumentKind } from './schemas.ts';
import { validate } from './validate.ts';

/** What was read of a file before. Git hands out the same object for the same content, so nothing is ever read twice. */
export type ReadCache = WeakMap<SnapshotFile, ReadFile>;

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
  const nothing = { kind: null, name: '', owner: ownerOf(file.path), document: null };
  if (meaning.is === 'note') return { ...nothing, problems: [] };
  if (meaning.is === 'unknown') return { ...nothing, problems: [finding(startOf(file.path), meaning.said)] };
  const { kind, wrongName } = meaning;
  const name = kind === 'member' ? memberOf(file.path) : meaning.name;
  const { value: parsed, problems } = parse(file);
  const { value: document, problems: invalid } = parsed === null ? { value: null, problems: [] } : documentOf({ kind, name, file: file.path }, parsed);
  const misnamed = wrongName === null || kind === 'member' ? [] : [finding(startOf(file.path), wrongName)];
  return { ...nothing, kind, name, document: misnamed.length > 0 ? null : document, problems: [...misnamed, ...problems, ...invalid] };
}

interface Named<Kind extends DocumentKind> {
  readonly kind: Kind;
  readonly name: string;
  readonly file: string;
}

function documentOf(named: Named<DocumentKind>, parsed: Parsed): Checked<AnyDocument | null> {
  switch (named.kind) {
    case 'allowances': return typed({ ...named, kind: named.kind }, parsed);
    case 'cluster': return typed({ ...named, kind: named.kind }, parsed);
    case 'host': return typed({ ...named, kind: named.kind }, parsed);
    case 'limits': return typed({ ...named, kind: named.kind }, parsed);
    case 'mailboxes': return typed({ ...named, kind: named.kind }, parsed);
    case 'member': return typed({ ...named, kind: named.kind }, parsed);
    case 'retired': return typed({ ...named, kind: named.kind }, parsed);
    case 'secret': return typed({ ...named, kind: named.kind }, parsed);
    case 'vhost': return typed({ ...named, kind: named.kind }, parsed);
    case 'zone': return typed({ ...named, kind: named.kind }, parsed);
  }
}

function typed<Kind extends DocumentKind>(named: Named<Kind>, parsed: Parsed): Checked<Document<Kind> | null> {
  const { value, problems } = validate(named.kind, parsed);
  return { value: value === null ? null : { ...named, owner: ownerOf(named.file), value, at: parsed.at, keyAt: parsed.keyAt }, problems };
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
