/**
 * A commit understood by what it changes. Where nothing was wrong in the documents that a host was compiled of last, and those of the co-op
 * itself are the same, the same pipeline – read, validate, resolve, rules, compile – goes over the co-op's documents, those of whoever
 * changed, and those of whoever has to do with them (desired/related.ts), as they were and as they are; and where these two differ, what was
 * compiled last does (compile/splice.ts). It answers only what has no problem at all; everything else is null, and goes the whole way.
 */
import { compile } from './compile/compile.ts';
import { splice, type Lines, type Writing } from './compile/splice.ts';
import { examine } from './desired/check.ts';
import type { AnyDocument } from './desired/documents.ts';
import { meaningOf } from './desired/layout.ts';
import { read, type ReadCache } from './desired/read.ts';
import { relatedTo } from './desired/related.ts';
import { nothing, takesOf, together, type Takes } from './desired/takes.ts';
import { lineOf, lineOfDeclared, recallLine } from './handover/lines.ts';
import type { Difference } from './kept/amendment.ts';
import type { Made, OwnersPart } from './kept/made.ts';
import { declaredOf } from './model/declared.ts';
import type { DesiredState, Host } from './model/desired.ts';
import { groupBy } from './model/group.ts';
import { ownerOf, type Owner } from './model/owner.ts';
import type { Id, Resource } from './model/resource.ts';
import type { Service } from './model/service.ts';
import type { ListedFile, Snapshot, SnapshotFile } from './model/snapshot.ts';
import { compareText } from './model/source.ts';
import { inputLineOf } from './model/state.ts';

/** A commit, what was read of documents before, and what the host was made of last. */
export interface Recompiling {
  readonly head: Snapshot;
  readonly readings: ReadCache & { has(path: string, oid: string): boolean };
  readonly last: Made;
  readonly services: readonly Service[];
  /** How the lines are written that it was made of; left out: as they are handed over. */
  readonly writing?: Writing;
}

/** As lines are handed over. */
const asHandedOver: Writing = { lineOf, read: recallLine, readInput: (line) => inputLineOf(JSON.parse(line) as Resource) };

/** What a host is to be, the hosts that there are, and what was looked at for that: the documents of whoever has to do with what is new. */
export interface Recompiled {
  readonly made: Made;
  readonly hosts: readonly Host[];
  readonly was: Part;
  readonly now: Part;
  /** Whose documents are others. */
  readonly changed: readonly Owner[];
  /** How it differs from what it was. */
  readonly differs: Difference;
}

/** Some owners' documents, and what they come to by themselves. */
export interface Part {
  readonly snapshot: Snapshot;
  readonly state: DesiredState;
  readonly resources: readonly Resource[];
}

/** With more than this share of all members to look at, to look at all is no more work. */
const largestShare = 1 / 4;
const fewest = 16;

/** Whose documents are others than they were, what they take, and who is to be looked at for that. */
interface New {
  readonly files: Files;
  readonly changed: readonly Owner[];
  readonly takes: ReadonlyMap<Owner, Takes>;
  readonly owners: ReadonlySet<Owner>;
}

type Files = ReadonlyMap<Owner, readonly SnapshotFile[]>;

/** Work out what a host is to be by what is new. null: that cannot be told, or something is wrong. */
export function recompile(recompiling: Recompiling): Recompiled | null {
  const { head, readings, last } = recompiling;
  const found = whatIsNew(recompiling);
  if (found === null) return null;
  const { files, changed, owners } = found;
  const before = [...owners].flatMap((owner) => last.owners.get(owner)?.files ?? []);
  if (!before.every(({ path, oid }) => isRead(path, oid, readings))) return null;
  const was = apart({ ...head, files: before.map(fileRead) }, recompiling);
  const now = was === null ? null : apart({ ...head, files: [...owners].flatMap((owner) => files.get(owner) ?? []) }, recompiling);
  if (was === null || now === null) return null;
  const spliced = splice(last.lines, { was: was.resources, now: now.resources, ...(recompiling.writing ?? asHandedOver) });
  if (spliced === null) return null;
  const { lines } = spliced;
  const declared = declaredAnew(last.declared, { owners, was: was.state, now: now.state });
  const made = changed.length === 0 ? last : { host: last.host, owners: partsAnew(last, found), lines, declared };
  return { made, hosts: now.state.hosts, was, now, changed, differs: differenceOf(last, made, spliced.touched) };
}

/** Only of what was touched it is asked whether it differs. */
function differenceOf(last: Made, { lines, declared }: Made, touched: readonly Id[]): Difference {
  const others = touched.filter((id) => lines.get(id) !== last.lines.get(id)).sort();
  return { gone: others.filter((id) => !lines.has(id)), declared: declared === last.declared ? null : declared, lines: others.flatMap((id) => lines.get(id) ?? []) };
}

/** Shape: null where it is not worth the while, or where the co-op's own documents are others. */
function whatIsNew({ head, readings, last }: Recompiling): New | null {
  if (head.problems.length > 0 || head.hidden !== undefined) return null;
  const files = filesOf(head.files);
  const changed = [...new Set([...files.keys(), ...last.owners.keys()])].filter((owner) => !isSame(files.get(owner), last.owners.get(owner)?.files));
  const most = Math.max(fewest, files.size * largestShare);
  if (changed.includes('coop') || changed.length > most) return null;
  const takes = takesOf(documentsIn({ ...head, files: changed.flatMap((owner) => files.get(owner) ?? []) }, readings));
  const all = new Map([...last.owners].map(([owner, part]) => [owner, part.takes]));
  for (const owner of changed) all.set(owner, together(all.get(owner) ?? nothing, takes.get(owner) ?? nothing));
  const owners = relatedTo([...changed, 'coop'], all);
  return owners.size > most ? null : { files, changed, takes, owners };
}

/** Was a host made of just these documents? */
export function isMadeOf({ owners }: Made, { files, problems, hidden }: Snapshot): boolean {
  const found = filesOf(files);
  return problems.length === 0 && hidden === undefined && found.size === owners.size && [...found].every(([owner, theirs]) => isSame(theirs, owners.get(owner)?.files));
}

function partsAnew(last: Made, { changed, files, takes }: New): Made['owners'] {
  const parts = new Map(last.owners);
  for (const owner of changed) {
    const theirs = files.get(owner);
    if (theirs === undefined) parts.delete(owner);
    else parts.set(owner, { files: theirs, takes: takes.get(owner) ?? nothing });
  }
  return parts;
}

/** Say what a host was made of, in the whole way. Only of documents in which nothing is wrong. */
export function madeOf({ head, readings, host, state, lines }: { readonly head: Snapshot; readonly readings: ReadCache; readonly host: string; readonly state: DesiredState; readonly lines: Lines }): Made {
  const takes = takesOf(documentsIn(head, readings));
  const owners = new Map([...filesOf(head.files)].map(([owner, files]): [Owner, OwnersPart] => [owner, { files, takes: takes.get(owner) ?? nothing }]));
  return { host, owners, lines, declared: lineOfDeclared(declaredOf(state)) };
}

/** Lists of files are never changed. */
const known = new WeakMap<readonly SnapshotFile[], Files>();

function filesOf(files: readonly SnapshotFile[]): Files {
  const found = known.get(files) ?? groupBy(files, ({ path }) => ownerOf(path));
  known.set(files, found);
  return found;
}

function isSame(one: readonly ListedFile[] = [], other: readonly ListedFile[] = []): boolean {
  return one.length === other.length && one.every(({ path, oid }, index) => other[index]?.path === path && other[index].oid === oid);
}

function documentsIn(snapshot: Snapshot, readings: ReadCache): readonly AnyDocument[] {
  const { unreadable: _, ...byKind } = read(snapshot, readings).value;
  return Object.values(byKind).flat();
}

/** Is what a file said still known, so that nobody asks for its bytes? */
function isRead(path: string, oid: string, readings: Recompiling['readings']): boolean {
  return readings.has(path, oid) || meaningOf(path.replace(/^desired-state\//, '')).is === 'note';
}

function fileRead({ path, oid }: ListedFile): SnapshotFile {
  return { path, oid, get bytes(): never { throw new Error(`nobody kept ${path} of ${oid}`); } };
}

/** What some documents come to by themselves; null where anything is wrong in them. */
function apart({ files, ...head }: Snapshot, { readings, services, last: { host: hostName } }: Recompiling): Part | null {
  const snapshot = { ...head, files: files.toSorted((a, b) => compareText(a.path, b.path)) };
  const { value: state, problems } = examine(snapshot, readings);
  const host = state?.hosts.find(({ name }) => name === hostName);
  return state === null || host === undefined || problems.length > 0 ? null : { snapshot, state, resources: compile(state, host, services).resources };
}

interface Facts {
  readonly owners: ReadonlySet<Owner>;
  readonly was: DesiredState;
  readonly now: DesiredState;
}

type Entries = { readonly [list in 'members' | 'vhosts' | 'zones' | 'mailDomains']: readonly { readonly name: string; readonly source: string }[] };

/** Put some owners' facts in the place of what they were; sources are texts here. */
function declaredAnew(last: string, { owners, was, now }: Facts): string {
  const [before, after] = [was, now].map((state) => lineOfDeclared(declaredOf(state)));
  if (before === after || after === undefined || last === '') return last;
  const [whole, theirs] = [JSON.parse(last) as Entries, JSON.parse(after) as Entries];
  const isTheirs = ({ source }: { readonly source: string }): boolean => owners.has(ownerOf(source));
  const anew = (list: keyof Entries): Entries[keyof Entries] => [...whole[list].filter((each) => !isTheirs(each)), ...theirs[list].filter(isTheirs)].toSorted((a, b) => compareText(a.name, b.name));
  return JSON.stringify({ ...whole, members: anew('members'), vhosts: anew('vhosts'), zones: anew('zones'), mailDomains: anew('mailDomains') });
}
