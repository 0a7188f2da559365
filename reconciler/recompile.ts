/**
 * A commit understood by what it changes. Where nothing was wrong in the documents that a host was compiled of last, or whoever was held is
 * held just so (still-held.ts), and those of the co-op itself are the same, the same pipeline – read, validate, resolve, rules, compile – goes
 * over the co-op's documents, those of whoever changed, and those of whoever has to do with them (desired/related.ts), as they were and as they
 * are; and where these two differ, what was compiled last does (compile/splice.ts). Of whoever is held it takes the version in force. It answers
 * only what has no other problem at all; everything else is null, and goes the whole way.
 */
import { compile } from './compile/compile.ts';
import { splice, type Differing, type Writing } from './compile/splice.ts';
import { examine } from './desired/check.ts';
import { meaningOf } from './desired/layout.ts';
import type { ReadCache } from './desired/read.ts';
import { relatedTo } from './desired/related.ts';
import { takesOf, type Takes } from './desired/takes.ts';
import { inputOn, lineOf, lineOfDeclared, recallLine } from './handover/lines.ts';
import { declaredIn, declaredKey, entriesOf, heldIn, lineKey, linesIn, othersIn, partIn, placeKey, tiesIn, type Difference, type HeldThen, type Made } from './kept/made.ts';
import { documentsIn, partOf } from './made-of.ts';
import { changed, growth, type Changes } from './model/book.ts';
import { declaredOf } from './model/declared.ts';
import type { DesiredState, Host } from './model/desired.ts';
import { ownerOf, type Owner } from './model/owner.ts';
import { ownersIn, type Theirs } from './model/parts.ts';
import type { Hold } from './model/plan.ts';
import type { Resource } from './model/resource.ts';
import type { Service } from './model/service.ts';
import type { ListedFile, Snapshot, SnapshotFile } from './model/snapshot.ts';
import { compareText } from './model/source.ts';
import { inputLineOf } from './model/state.ts';
import { closeHeldIn, isHeldStill, ownersHeld, type Descent } from './still-held.ts';

/** A commit, what was read of documents before, and what the host was made of last. */
export interface Recompiling {
  readonly head: Snapshot;
  readonly readings: ReadCache & { has(path: string, oid: string): boolean };
  readonly last: Made;
  readonly services: readonly Service[];
  /** Left out: nobody knows, and where somebody was held everything goes the whole way. */
  readonly descent?: Descent;
  /** How the lines are written that it was made of; left out: as they are handed over. */
  readonly writing?: Writing;
}

/** As lines are handed over. */
const asHandedOver: Writing = { lineOf, read: recallLine, readInput: (line) => inputLineOf(inputOn(line)) };

/** What a host is to be, the hosts that there are, and what was looked at for that: the documents of whoever has to do with what is new. */
export interface Recompiled {
  readonly made: Made;
  readonly hosts: readonly Host[];
  readonly holds: readonly Hold[];
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
  /** Who is held, just so as they were; null: nobody. */
  readonly held: HeldThen | null;
}

type Files = ReadonlyMap<Owner, Theirs>;

/** Work out what a host is to be by what is new. null: that cannot be told, or something is wrong. Errors: Damaged, of what was kept. */
export function recompile(recompiling: Recompiling): Recompiled | null {
  const { readings, last } = recompiling;
  const found = whatIsNew(recompiling);
  if (found === null) return null;
  const { files, changed: others, owners, held } = found;
  const before = [...owners].flatMap((owner) => partIn(last, owner)?.files ?? []);
  if (!before.every(({ path, oid }) => isRead(path, oid, readings))) return null;
  const asThen = held === null ? new Set<Owner>() : ownersHeld(held);
  const after = [...owners].flatMap((owner) => (asThen.has(owner) ? (partIn(last, owner)?.files ?? []).map(fileRead) : (files.get(owner)?.files() ?? [])));
  const was = apart(before.map(fileRead), found, recompiling);
  const now = was === null ? null : apart(after, found, recompiling);
  if (was === null || now === null) return null;
  const lines = splice(linesIn(last), { was: was.resources, now: now.resources, ...(recompiling.writing ?? asHandedOver) });
  if (lines === null) return null;
  const declared = declaredAnew(() => declaredIn(last), { owners, was: was.state, now: now.state });
  const made = others.length === 0 && held === null ? last : madeAnew(last, { lines, declared, parts: partsAnew(last, found) });
  return { made, hosts: now.state.hosts, holds: held?.holds ?? [], was, now, changed: others, differs: differenceIn(lines, declared) };
}

function differenceIn(lines: Differing, declared: string | null): Difference {
  const sorted = [...lines].toSorted(([a], [b]) => compareText(a, b));
  return { gone: sorted.flatMap(([id, line]) => (line === null ? [id] : [])), declared, lines: sorted.flatMap(([, line]) => line ?? []) };
}

function madeAnew(last: Made, { lines, declared, parts }: { readonly lines: Differing; readonly declared: string | null; readonly parts: Changes }): Made {
  const changes = new Map<string, string | null>([...parts, ...[...lines].map(([id, line]) => [`${lineKey}${id}`, line] as const)]);
  if (declared !== null) changes.set(declaredKey, declared);
  return { host: last.host, book: changed(last.book, changes), count: last.count + growth(linesIn(last), lines) };
}

/** Shape: null where it is not worth the while, or where the co-op's own documents are others. */
function whatIsNew({ head, readings, last, descent }: Recompiling): New | null {
  const held = heldIn(last);
  if (held === null && isOdd(head)) return null;
  const [files, others] = [ownersIn(head), othersIn(last, head)];
  const most = Math.max(fewest, files.size * largestShare);
  if (others.includes('coop') || others.length > most) return null;
  const takes = takesOf(documentsIn({ revision: head.revision, problems: [], files: others.flatMap((owner) => files.get(owner)?.files() ?? []) }, readings));
  const owners = relatedTo([...others, 'coop'], tiesIn(last, takes));
  if (owners.size > most) return null;
  if (held === null) return { files, changed: others, takes, owners, held };
  const since = descent?.since ?? null;
  if (descent === undefined || since === null || !isHeldStill(held, { head, readings, last, since })) return null;
  return { files, changed: others, takes, owners, held: { ...held, at: descent.at } };
}

function isOdd({ problems, hidden }: Snapshot): boolean {
  return problems.length > 0 || hidden !== undefined;
}

/** Was a host made of just these documents? Errors: Damaged, of what was kept. */
export function isMadeOf(made: Made, snapshot: Snapshot): boolean {
  return !isOdd(snapshot) && heldIn(made) === null && othersIn(made, snapshot).length === 0;
}

function partsAnew(last: Made, { changed: others, files, takes, held }: New): Changes {
  const parts = new Map<string, string | null>(held === null ? [] : [[placeKey, held.at]]);
  for (const owner of others) {
    const [before, theirs] = [partIn(last, owner), files.get(owner)];
    for (const [key] of before === undefined ? [] : entriesOf(owner, before)) parts.set(key, null);
    for (const [key, text] of theirs === undefined ? [] : entriesOf(owner, partOf(theirs, takes.get(owner)))) parts.set(key, text);
  }
  return parts;
}

/** Is what a file said still known, so that nobody asks for its bytes? */
function isRead(path: string, oid: string, readings: Recompiling['readings']): boolean {
  return readings.has(path, oid) || meaningOf(path.replace(/^desired-state\//, '')).is === 'note';
}

function fileRead({ path, oid }: ListedFile): SnapshotFile {
  return { path, oid, get bytes(): never { throw new Error(`nobody kept ${path} of ${oid}`); } };
}

/** What some documents come to by themselves; null where anything is wrong in them. */
function apart(files: readonly SnapshotFile[], { owners, held }: Pick<New, 'owners' | 'held'>, { head, readings, services, last: { host: hostName } }: Recompiling): Part | null {
  const snapshot = { revision: head.revision, problems: [], files: files.toSorted((a, b) => compareText(a.path, b.path)) };
  const { value, problems } = examine(snapshot, readings);
  const state = value === null || held === null ? value : closeHeldIn(value, held, { head, owners });
  const host = state?.hosts.find(({ name }) => name === hostName);
  return state === null || host === undefined || problems.length > 0 ? null : { snapshot, state, resources: compile(state, host, services).resources };
}

interface Facts {
  readonly owners: ReadonlySet<Owner>;
  readonly was: DesiredState;
  readonly now: DesiredState;
}

type Entries = { readonly [list in 'members' | 'vhosts' | 'zones' | 'mailDomains']: readonly { readonly name: string; readonly source: string }[] };

/** Put some owners' facts in the place of what they were; sources are texts here. Shape: null where they are as they were. */
function declaredAnew(last: () => string, { owners, was, now }: Facts): string | null {
  const [before, after] = [was, now].map((state) => lineOfDeclared(declaredOf(state)));
  const written = before === after || after === undefined ? '' : last();
  if (written === '' || after === undefined) return null;
  const [whole, theirs] = [JSON.parse(written) as Entries, JSON.parse(after) as Entries];
  const isTheirs = ({ source }: { readonly source: string }): boolean => owners.has(ownerOf(source));
  const anew = (list: keyof Entries): Entries[keyof Entries] => [...whole[list].filter((each) => !isTheirs(each)), ...theirs[list].filter(isTheirs)].toSorted((a, b) => compareText(a.name, b.name));
  return JSON.stringify({ ...whole, members: anew('members'), vhosts: anew('vhosts'), zones: anew('zones'), mailDomains: anew('mailDomains') });
}
