/**
 * Writes trees that differ from another one at some paths. Only the trees above those paths are made anew; everything else is named by
 * the id it has. Git keeps no empty directories, so one that loses its last entry goes, and so on upwards; and it sorts the entries of a
 * tree by their octets, a directory as if its name ended in a slash. Source: gitformat-pack(5), git-mktree(1), git-fsck(1).
 */
import type { Entry } from '../model/authority.ts';
import { GitError } from './error.ts';
import type { TreeEntry } from './objects.ts';
import { readTree, type Repository } from './store.ts';

/** How to put entries into a tree. */
export interface Putting {
  readonly repository: Repository;
  /** Writes the bytes of a tree and answers its id. */
  readonly write: (bytes: Uint8Array) => Promise<string>;
  /** What the entries do not take away stays, even when a file would take the place of a directory or the other way round. */
  readonly keeps: boolean;
}

/** Put entries at paths into a tree, null to take one away. Shape: the id of the tree, which may be empty. Errors: GitError. */
export async function putInTree(putting: Putting, base: string | null, entries: ReadonlyMap<string, Entry | null>): Promise<string> {
  const itself = entries.get('');
  const below = [...entries].filter(([path]) => path !== '').map(([path, entry]) => ({ path: path.split('/'), entry }));
  const tree = await putAll(putting, itself === undefined ? base : (itself?.oid ?? null), below);
  return tree ?? putting.write(new Uint8Array());
}

interface Put {
  readonly path: readonly string[];
  readonly entry: Entry | null;
}

/** Shape: null when nothing is left in it. */
async function putAll(putting: Putting, base: string | null, puts: readonly Put[]): Promise<string | null> {
  if (base !== null && puts.length === 0) return base;
  const before = base === null ? [] : await entriesOf(putting.repository, base);
  const groups = byFirst(puts);
  // What nobody touches stays as it is, also where nobody could say what it is: two entries of one name.
  const entries = before.filter(({ name }) => !groups.has(name));
  for (const [name, inside] of groups) {
    const [old = null, ...others] = before.filter((entry) => entry.name === name);
    const entry = await putEntry(putting, others.length > 0 ? null : old, inside);
    if (entry !== null) entries.push({ mode: entry.mode, oid: entry.oid, name });
  }
  return entries.length === 0 ? null : putting.write(treeBytes(entries));
}

async function putEntry(putting: Putting, old: Entry | null, puts: readonly Put[]): Promise<Entry | null> {
  const itself = puts.find(({ path }) => path.length === 0)?.entry;
  const below = puts.filter(({ path }) => path.length > 0);
  if (itself === undefined && putting.keeps && old !== null && old.mode !== '40000') return old;
  if (itself === undefined || itself === null || itself.mode === '40000') return putBelow(putting, itself === undefined ? old : itself, below);
  const left = putting.keeps && old?.mode === '40000' ? await putBelow(putting, old, below) : null;
  return left ?? itself;
}

async function putBelow(putting: Putting, old: Entry | null, puts: readonly Put[]): Promise<Entry | null> {
  const oid = await putAll(putting, old?.mode === '40000' ? old.oid : null, puts);
  return oid === null ? null : { mode: '40000', oid };
}

/** Sort puts by the first part of their paths, which they lose. */
function byFirst(puts: readonly Put[]): ReadonlyMap<string, readonly Put[]> {
  const groups = new Map<string, Put[]>();
  for (const { path: [first = '', ...path], entry } of puts) {
    const group = groups.get(first) ?? [];
    group.push({ path, entry });
    groups.set(first, group);
  }
  return groups;
}

async function entriesOf(repository: Repository, oid: string): Promise<readonly TreeEntry[]> {
  const entries = await readTree(repository, oid);
  if (entries === null) throw new GitError(`cannot write into ${oid} of ${repository.gitdir}: it is not a well formed tree`);
  return entries;
}

function treeBytes(entries: readonly TreeEntry[]): Uint8Array {
  const odd = entries.find(({ mode }) => !/^[0-7]{5,6}$/.test(mode));
  if (odd !== undefined) throw new Error(`cannot write an entry of mode ${odd.mode}: nobody can say what it is`);
  const key = ({ mode, name }: TreeEntry): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name, 'latin1');
  const sorted = entries.map((entry) => ({ entry, key: key(entry) })).toSorted((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(sorted.flatMap(({ entry: { mode, name, oid } }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]));
}
