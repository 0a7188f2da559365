/**
 * The objects of a repository, read by id. Loose ones are files of `objects/xx/`, deflated with their type and size in front; the rest
 * lies in packs. Every object is hashed again here, since an index that came with somebody's pack may claim anything.
 * `objects/info/alternates`, `info/grafts` and `refs/replace` are not followed: an id stands for its own bytes only, and `shallow` hides
 * nothing that is here. Source: gitrepository-layout(5).
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../model/problem.ts';
import type { Part } from '../model/parts.ts';
import type { ListingCache, SnapshotFile } from '../model/snapshot.ts';
import { because, codeOf, GitError } from './error.ts';
import { mostObjectBytes, parseCommit, parseLoose, parseTree, type Commit, type StoredObject, type TreeEntry } from './objects.ts';
import { offsetIn, openPack, readAt, type Pack } from './pack.ts';
import { recent, type Recent } from './recent.ts';

/** An opened repository. Open it once per process and hand it on: what was read is kept in its cache. */
export interface Repository {
  /** Where `objects/` and `refs/` are. */
  readonly gitdir: string;
  /** Where `HEAD` is: the same, but for a linked worktree. */
  readonly headdir: string;
  /** A host's mirror: where, beside the repository, it is kept once more what this host believes. */
  readonly copy?: string;
  /** Directories that hold objects, as `objects/` in a repository does, asked in this order. */
  readonly stores: readonly string[];
  /** Commits that git would show without parents: those of a shallow clone's end, or what somebody wrote there. */
  readonly shallow: ReadonlySet<string>;
  readonly cache: Cache;
  /** What lay below directories that were listed before, in whichever process. */
  readonly listed?: ListingCache;
}

/** What was read already. Named by object id, so it never goes stale. */
export interface Cache {
  /** By path without ending. */
  readonly packs: Map<string, Pack>;
  readonly commits: Map<string, Commit>;
  /** null: not a well formed tree. */
  readonly trees: Recent<readonly TreeEntry[] | null>;
  readonly blobs: Recent<Uint8Array>;
  /** By path and tree id. */
  readonly listings: Recent<Listing>;
  /** How many files and directories a tree holds, by depth and tree id. */
  readonly sizes: Map<string, number>;
}

/** Every document below one directory; which they are may be found only when somebody asks. */
export interface Listing {
  readonly files: () => readonly SnapshotFile[];
  /** Of a directory of everybody's: the same, by whose they are. */
  readonly parts?: readonly Part[];
  readonly problems: readonly Problem[];
  /** As a snapshot has them. */
  readonly hidden?: readonly SnapshotFile[];
}

const mostListed = 2_000_000;
/** Some hundred octets each. */
const mostEntries = 300_000;
const mostBytes = 256 * 1024 * 1024;

/** Make a cache that knows nothing yet. */
export function emptyCache(): Cache {
  return { packs: new Map(), commits: new Map(), trees: recent(mostEntries), blobs: recent(mostBytes), listings: recent(mostListed), sizes: new Map() };
}

/** Make a cache that knows as much, and whose later knowledge is its own: what was read of a rejected pack is not kept. */
export function copyCache(cache: Cache): Cache {
  const { packs, commits, trees, blobs, listings, sizes } = cache;
  return { packs: new Map(packs), commits: new Map(commits), trees: trees.copy(), blobs: blobs.copy(), listings: listings.copy(), sizes: new Map(sizes) };
}

/** Read any object and check that its bytes are the ones it is named by. Errors: GitError when it is missing or damaged. */
export async function readObject(repository: Repository, oid: string): Promise<StoredObject> {
  return objectOf(repository, oid);
}

/** Read the bytes of a file that was listed before. Errors: GitError when they are missing, damaged or no file's. */
export function bytesOf(repository: Repository, oid: string): Uint8Array {
  const known = repository.cache.blobs.get(oid);
  if (known !== undefined) return known;
  const { type, bytes } = objectOf(repository, oid);
  if (type !== 'blob') throw new GitError(`cannot use ${oid} of ${repository.gitdir}: it is a ${type}, not a file`);
  repository.cache.blobs.set(oid, bytes, bytes.length);
  return bytes;
}

function objectOf(repository: Repository, oid: string): StoredObject {
  const failures: unknown[] = [];
  for (const read of placesOf(repository, oid)) {
    try {
      return checked(read(), oid);
    } catch (error) {
      failures.push(error);
    }
  }
  const why = failures.length === 0 ? 'it is missing' : `it is damaged: ${because(failures[0])}`;
  throw new GitError(`cannot read object ${oid} of ${repository.gitdir}: ${why}`);
}

/** Read one commit. Errors: GitError when it is missing, damaged or something else. */
export async function readCommit(repository: Repository, oid: string): Promise<Commit> {
  const known = repository.cache.commits.get(oid);
  if (known !== undefined) return known;
  const { type, bytes } = await readObject(repository, oid);
  const commit = type === 'commit' ? parseCommit(oid, bytes) : null;
  const instead = type === 'commit' ? 'a damaged commit' : `a ${type}, not a commit`;
  if (commit === null) throw new GitError(`cannot use ${oid} of ${repository.gitdir}: it is ${instead}`);
  if (repository.shallow.has(oid) && !hasAll(repository, commit.parents)) return { ...commit, parents: [] };
  repository.cache.commits.set(oid, commit);
  return commit;
}

/** Read the entries of a tree; null when the object is no well formed tree. Errors: GitError when it is missing or damaged. */
export async function readTree(repository: Repository, oid: string): Promise<readonly TreeEntry[] | null> {
  return entriesAt(repository, oid);
}

/** The same, for whoever cannot wait. Errors: as `readTree`. */
export function entriesAt(repository: Repository, oid: string): readonly TreeEntry[] | null {
  const known = repository.cache.trees.get(oid);
  if (known !== undefined) return known;
  const { type, bytes } = objectOf(repository, oid);
  const entries = type === 'tree' ? parseTree(bytes) : null;
  repository.cache.trees.set(oid, entries, 1 + (entries?.length ?? 0));
  return entries;
}

/** Find the one entry of a name in a tree, whatever else is wrong with it; null when there is none, or more than one. Errors: as `readTree`. */
export async function soleEntry(repository: Repository, oid: string, name: string): Promise<TreeEntry | null> {
  const [entry, ...others] = ((await readTree(repository, oid)) ?? []).filter((each) => each.name === name);
  return others.length > 0 ? null : (entry ?? null);
}

function hasAll(repository: Repository, oids: readonly string[]): boolean {
  return oids.every((oid) => placesOf(repository, oid).next().done !== true);
}

function checked(object: StoredObject, oid: string): StoredObject {
  const actual = createHash('sha1').update(`${object.type} ${object.bytes.length}\0`).update(object.bytes).digest('hex');
  if (actual !== oid) throw new Error(`its content is that of ${actual}`);
  return object;
}

/** Every place that may hold an object, the likeliest first: packs that are open, loose files, packs that have come since. */
function* placesOf({ cache, stores }: Repository, oid: string): Generator<() => StoredObject> {
  for (const pack of cache.packs.values()) yield* inPack(pack, oid);
  for (const store of stores) {
    const file = existing(() => readFileSync(join(store, oid.slice(0, 2), oid.slice(2))));
    if (file !== null) yield () => parseLoose(file, mostObjectBytes);
  }
  for (const store of stores) yield* inNewPacks(cache, join(store, 'pack'), oid);
}

function* inPack(pack: Pack, oid: string): Generator<() => StoredObject> {
  const offset = offsetIn(pack, oid);
  if (offset !== null) yield () => readAt(pack, offset);
}

function* inNewPacks(cache: Cache, directory: string, oid: string): Generator<() => StoredObject> {
  const names = (existing(() => readdirSync(directory)) ?? []).filter((name) => name.endsWith('.idx')).toSorted();
  for (const path of names.map((name) => join(directory, name.slice(0, -'.idx'.length)))) {
    if (cache.packs.has(path)) continue;
    try {
      cache.packs.set(path, openPack(path));
    } catch (error) {
      yield () => {
        throw error;
      };
      continue;
    }
    const pack = cache.packs.get(path);
    if (pack !== undefined) yield* inPack(pack, oid);
  }
}

function existing<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw new GitError(`cannot read the repository: ${because(error)}`);
  }
}
