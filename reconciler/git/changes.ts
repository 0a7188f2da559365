/**
 * The paths at which two trees differ, and what is there on either side. A directory whose id is the same on both is not entered.
 * Whoever may push may push trees that no git program would have written: one that names itself many times over, one with two entries
 * of the same name, or with a slash in a name. Such a directory stands for itself, as one entry, so that every path means one thing only
 * and nobody's heap costs the others anything; only who a member is (member.yaml) is told beside it, or her heap would keep from sight that
 * she is sent out. Of the paths that are listed at most, directories that are on both sides get theirs
 * first: a thousand new ones do not crowd out what is there already. Source: git-diff-tree(1) `-r --no-renames`.
 */
import type { Entry, PathChange } from '../model/authority.ts';
import { compareText } from '../model/source.ts';
import type { TreeEntry } from './objects.ts';
import { deepest } from './oddity.ts';
import { isMembers, isOneOwners, mostEntries, sizeOf } from './size.ts';
import { readTree, soleEntry, type Repository } from './store.ts';

const mostPaths = 200_000;
const memberFile = 'member.yaml';
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
  const parts = path === '' ? [] : path.split('/');
  for (const [index, part] of parts.entries()) {
    const above = parts.slice(0, index).join('/');
    entry = entry?.mode === '40000' ? await entryIn(repository, { path: above, oid: entry.oid }, part) : undefined;
  }
  return entry ?? null;
}

async function entryIn(repository: Repository, { path, oid }: { readonly path: string; readonly oid: string }, name: string): Promise<Entry | undefined> {
  const entries = await entriesOf(repository, oid);
  if (entries !== null) return entries.get(name);
  return name === memberFile && isMembers(path) ? ((await documentOf(repository, oid)) ?? undefined) : undefined;
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
    for (const inside of isFile ? [next] : await insideOf(repository, next, mostEntries)) {
      if (inside.path !== path) open.push(inside);
      else changes.push(...(inside === change ? await apart(repository, change) : [inside]));
    }
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
  const entries = entry?.mode === '40000' ? await readTree(repository, entry.oid) : null;
  if (entry === null || entries === null) return { document: null, rest: JSON.stringify(entry) };
  const document = await documentOf(repository, entry.oid);
  return { document, rest: JSON.stringify(document === null ? entry : entries.filter(({ name }) => name !== memberFile)) };
}

/** Who a member is, as her directory has it, whatever else is in there. */
async function documentOf(repository: Repository, oid: string): Promise<Entry | null> {
  const sole = await soleEntry(repository, oid, memberFile);
  return sole === null || sole.mode === '40000' ? null : { mode: sole.mode, oid: sole.oid };
}

/**
 * Compare two sides of which at least one is a directory. Shape: its entries of either side, the equal ones left out, and the path itself
 * for the side that is a file; only the path itself when a directory cannot be looked through.
 */
async function insideOf(repository: Repository, change: PathChange, most: number): Promise<readonly PathChange[]> {
  const { path, before, after } = change;
  const [old, young] = [await below(repository, before), await below(repository, after)];
  if (old === null || young === null || old.size + young.size > 2 * most || path.split('/').length > deepest) return [change];
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

/** The entries of a tree by name; null when they cannot be told apart by path. */
async function entriesOf(repository: Repository, oid: string): Promise<ByName | null> {
  const entries = await readTree(repository, oid);
  if (entries === null) return null;
  const known = named.get(entries);
  if (known !== undefined) return known;
  const byName = new Map(entries.map(({ name, mode, oid: below }) => [name, { mode, oid: below }]));
  const isPlain = byName.size === entries.length && entries.every(({ name }) => name !== '' && name.length <= longestName && !name.includes('/'));
  named.set(entries, isPlain ? byName : null);
  return isPlain ? byName : null;
}

/** As long as a tree is in the cache: a thousand members are looked up in the same one. */
const named = new WeakMap<readonly TreeEntry[], ByName | null>();

async function sizeAt(repository: Repository, entry: Entry | null): Promise<number> {
  return entry?.mode === '40000' ? sizeOf(repository, entry.oid, 0) : 1;
}
