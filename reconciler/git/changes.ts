/**
 * The paths at which two trees differ, and what is there on either side. A directory whose id is the same on both is not entered.
 * Whoever may push may push trees that no git program would have written: one that names itself many times over, one with two entries
 * of the same name, or with a slash in a name. Every path means one thing only: entries that share a name are one, of which nobody can say
 * more, and so are those whose name is none; what is beside them is told as ever. A directory that is a heap, or no tree at all, stands for
 * itself, so that it costs the others nothing; only who a member is (member.yaml) is told beside hers, or it would keep from sight that she is
 * sent out. Of the paths that are listed at most, directories that are on both sides get theirs first: a thousand new ones do not crowd out
 * what is there already. Source: git-diff-tree(1) `-r --no-renames`.
 */
import type { Entry, PathChange } from '../model/authority.ts';
import { digest } from '../model/digest.ts';
import { groupBy } from '../model/group.ts';
import { compareText } from '../model/source.ts';
import type { TreeEntry } from './objects.ts';
import { deepest } from './oddity.ts';
import { isMembers, isOneOwners, mostEntries, sizeOf } from './size.ts';
import { readTree, type Repository } from './store.ts';

const mostPaths = 200_000;
const memberFile = 'member.yaml';
/** In the place of a mode, where entries cannot be told apart. */
const several = 'several';
/** No file system has longer names, and what lists paths must not be asked to hold one of a megabyte. */
const longestName = 1024;

/**
 * List every path at which two trees differ, sorted by the octets of the path.
 * Shape: a rename is one path gone and one come; for a file that becomes a directory the file is gone and what is in the directory comes.
 * Errors: GitError when an object is missing or damaged.
 */
export async function changesBetween(repository: Repository, before: string | null, after: string | null): Promise<readonly PathChange[]> {
  const found: Found = { changes: [], later: [] };
  await compare(repository, { path: '', before: directory(before), after: directory(after) }, found);
  for (const change of found.later.toSorted(bothSidesFirst)) await lookInto(repository, change, found.changes);
  return found.changes.toSorted((a, b) => compareText(a.path, b.path));
}

/** Read what is at a path of a tree; null when nothing is, or a directory above it stands for itself. Errors: as `changesBetween`. */
export async function entryAt(repository: Repository, tree: string, path: string): Promise<Entry | null> {
  let entry: Entry | undefined = { mode: '40000', oid: tree };
  for (const part of path === '' ? [] : path.split('/')) {
    const entries: ByName | null = entry?.mode === '40000' ? await entriesOf(repository, entry.oid) : null;
    entry = entries?.get(part);
  }
  return entry ?? null;
}

/** Is a directory of everybody's no tree, or too large to be looked through? */
export async function isOpaque(repository: Repository, { path, before }: PathChange): Promise<boolean> {
  if (before?.mode !== '40000' || isOneOwners(path)) return false;
  const entries = await readTree(repository, before.oid);
  return entries === null || entries.length > mostPaths;
}

interface Found {
  readonly changes: PathChange[];
  /** Directories of one owner each, still to be looked into. */
  readonly later: PathChange[];
}

type ByName = ReadonlyMap<string, Entry>;

function directory(oid: string | null): Entry | null {
  return oid === null ? null : { mode: '40000', oid };
}

function bothSidesFirst(a: PathChange, b: PathChange): number {
  return Number(isOneSided(a)) - Number(isOneSided(b)) || compareText(a.path, b.path);
}

function isOneSided({ before, after }: PathChange): boolean {
  return before === null || after === null;
}

/** Find what differs at a path and below it, leaving what is below directories of one owner for later. */
async function compare(repository: Repository, change: PathChange, found: Found): Promise<void> {
  const { path, before, after } = change;
  if (before?.oid === after?.oid && before?.mode === after?.mode) return;
  if (before?.mode !== '40000' && after?.mode !== '40000') found.changes.push(change);
  else if (isOneOwners(path)) found.later.push(change);
  else {
    for (const inside of await insideOf(repository, change, mostPaths)) {
      if (inside.path === path) found.changes.push(inside);
      else await compare(repository, inside, found);
    }
  }
}

/** List all that differs in the directory of one owner, or the directory itself when that is too much. */
async function lookInto(repository: Repository, change: PathChange, changes: PathChange[]): Promise<void> {
  const [old, young] = [await sizeAt(repository, change.before), await sizeAt(repository, change.after)];
  const open: PathChange[] = [];
  if (Math.max(old, young) > mostEntries || changes.length + old + young > mostPaths) changes.push(...(await apart(repository, change)));
  else open.push(change);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, before, after } = next;
    if (before?.oid === after?.oid && before?.mode === after?.mode) continue;
    const isFile = before?.mode !== '40000' && after?.mode !== '40000';
    for (const inside of isFile ? [next] : await insideOf(repository, next, mostEntries)) (inside.path === path ? changes : open).push(inside);
  }
}

/** A directory of a member's that is not looked through, and what her member.yaml becomes beside it; only that where nothing else differs. */
async function apart(repository: Repository, change: PathChange): Promise<readonly PathChange[]> {
  const { path, before, after } = change;
  if (!isMembers(path)) return [change];
  const [old, young] = [await withoutDocument(repository, before), await withoutDocument(repository, after)];
  if (young.document === null) return [change];
  const isSame = old.document?.oid === young.document.oid && old.document.mode === young.document.mode;
  const document = { path: `${path}/${memberFile}`, before: old.document, after: young.document };
  return [...(old.rest === young.rest ? [] : [change]), ...(isSame ? [] : [document])];
}

interface Apart {
  readonly document: Entry | null;
  /** Everything else. */
  readonly rest: string;
}

async function withoutDocument(repository: Repository, entry: Entry | null): Promise<Apart> {
  const entries = entry?.mode === '40000' ? await entriesOf(repository, entry.oid) : null;
  const document = entries?.get(memberFile);
  if (entries === null || document === undefined || document.mode === '40000') return { document: null, rest: JSON.stringify(entry) };
  return { document, rest: JSON.stringify([...entries].filter(([name]) => name !== memberFile)) };
}

/**
 * Compare two sides of which at least one is a directory. Shape: its entries of either side, the equal ones left out, and the path itself
 * for the side that is a file; only the path itself when a side cannot be looked through, or nobody can say what it is.
 */
async function insideOf(repository: Repository, change: PathChange, most: number): Promise<readonly PathChange[]> {
  const { path, before, after } = change;
  const [old, young] = [await below(repository, before), await below(repository, after)];
  const isUnsaid = before?.mode === several || after?.mode === several;
  if (old === null || young === null || isUnsaid || old.size + young.size > 2 * most || path.split('/').length > deepest) return [change];
  const names = new Set([...old.keys(), ...young.keys()]);
  const inside = [...names].map((name) => ({ path: path === '' ? name : `${path}/${name}`, before: old.get(name) ?? null, after: young.get(name) ?? null }));
  const [gone, come] = [fileOf(before), fileOf(after)];
  const itself = gone === null && come === null ? [] : [{ path, before: gone, after: come }];
  return [...itself, ...inside.filter((each) => each.before?.oid !== each.after?.oid || each.before?.mode !== each.after?.mode)];
}

function fileOf(entry: Entry | null): Entry | null {
  return entry?.mode === '40000' ? null : entry;
}

async function below(repository: Repository, entry: Entry | null): Promise<ByName | null> {
  return entry?.mode === '40000' ? entriesOf(repository, entry.oid) : new Map();
}

/** The entries of a tree by name; null when it is none. */
async function entriesOf(repository: Repository, oid: string): Promise<ByName | null> {
  const entries = await readTree(repository, oid);
  if (entries === null) return null;
  const known = named.get(entries);
  if (known !== undefined) return known;
  const byName = new Map(entries.map(({ name, mode, oid: below }) => [name, { mode, oid: below }]));
  const isPlain = byName.size === entries.length && [...byName.keys()].every(isName);
  const told = isPlain ? byName : toldApart(entries);
  named.set(entries, told);
  return told;
}

/** As long as a tree is in the cache: a thousand members are looked up in the same one. */
const named = new WeakMap<readonly TreeEntry[], ByName>();

function isName(name: string): boolean {
  return name !== '' && name.length <= longestName && !name.includes('/');
}

/** What shares a name is one entry, which is nothing but another one than it was; what has none is one of the name ''. */
function toldApart(entries: readonly TreeEntry[]): ByName {
  return new Map([...groupBy(entries, ({ name }) => (isName(name) ? name : ''))].map(([name, those]) => {
    const [one] = those;
    const isOne = those.length === 1 && name !== '';
    return [name, isOne ? { mode: one.mode, oid: one.oid } : { mode: several, oid: digest(JSON.stringify(those)) }] as const;
  }));
}

async function sizeAt(repository: Repository, entry: Entry | null): Promise<number> {
  return entry?.mode === '40000' ? sizeOf(repository, entry.oid, 0) : 1;
}
