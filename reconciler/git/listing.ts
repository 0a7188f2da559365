/**
 * Reads a directory of a commit with everything below it. git's own recursion in the library reads every subtree before it asks
 * whether to; this one stops at a tree id it knows. Entries are judged before they are read: by mode, by name, by place.
 * A tree may be made to name itself many times over (ten levels of ten equal entries are ten thousand million files in ten objects).
 * So each owner's directory is counted before it is read, each distinct tree once, and one that holds too much is its owner's problem.
 */
import { ownerOf } from '../model/owner.ts';
import type { Part } from '../model/parts.ts';
import type { ListedFile, SnapshotFile } from '../model/snapshot.ts';
import type { TreeEntry } from './objects.ts';
import { collisions, damaged, oddityOf, oversize, tooMany, tooMuch, type Place } from './oddity.ts';
import { isMembers, isOneOwners, mostEntries, sizeOf } from './size.ts';
import { bytesOf, entriesAt, readObject, readTree, soleEntry, type Listing, type Repository } from './store.ts';

const largestFileBytes = 64 * 1024;
/** Every run of every host parses all of it: some ten seconds' worth. */
const mostBytes = 4 * 1024 * 1024;

/** Is it a directory in which there is something of several owners? */
function isEverybodys(directory: string): boolean {
  return /^(?:desired-state)?$|^(?:desired-state\/)?members$/.test(directory);
}

/** List entries of one directory with all that is below them. Errors: GitError when an object is missing or damaged. */
export async function listEntries(repository: Repository, directory: string, entries: readonly TreeEntry[]): Promise<Listing> {
  const clashing = collisions(directory, entries);
  const listings: Listing[] = [];
  for (const entry of entries) {
    const isClear = !clashing.names.has(entry.name.toLowerCase());
    // Of ten thousand directories nearly all are known, and nothing is waited for.
    const known = isClear ? listedAlready(repository, directory, entry) : null;
    const listing = known ?? (isClear ? await listEntry(repository, directory, entry) : await besideTwins(repository, placeIn(directory, entry), entry));
    listings.push(isEverybodys(directory) && listing.parts === undefined ? withPart(listing, placeIn(directory, entry), entry) : listing);
  }
  const hidden = listings.flatMap((listing) => listing.hidden ?? []);
  const rest = { problems: [...clashing.problems, ...listings.flatMap(({ problems }) => problems)], ...(hidden.length > 0 && { hidden }) };
  const files = once(() => listings.flatMap(({ files: each }) => each()));
  return { ...rest, files, ...(isEverybodys(directory) && { parts: listings.flatMap(({ parts = [] }) => parts) }) };
}

/** What lies there, and whose it is. */
function withPart(listing: Listing, { path }: Place, { mode, oid }: TreeEntry): Listing {
  const { problems, hidden, files } = listing;
  const part: Part = { owner: ownerOf(mode === '40000' ? `${path}/` : path), id: `${oid} ${path}`, files };
  return { problems, parts: [part], files, ...(hidden !== undefined && { hidden }) };
}

/** Find the files when they are asked for the first time. */
export function once(find: Listing['files']): Listing['files'] {
  let files: readonly SnapshotFile[] | null = null;
  return () => (files ??= find());
}

async function listEntry(repository: Repository, directory: string, entry: TreeEntry): Promise<Listing> {
  const place = placeIn(directory, entry);
  const oddity = oddityOf(place, entry.mode);
  if (oddity !== null) return problem(oddity);
  return entry.mode === '40000' ? listTree(repository, place, entry.oid) : listFile(repository, place, entry.oid);
}

function placeIn(directory: string, { name }: TreeEntry): Place {
  return { directory, name, path: directory === '' ? name : `${directory}/${name}` };
}

/** Of directories that cannot be told apart nothing is read, but for whom the one with a plain name sends out. */
async function besideTwins(repository: Repository, place: Place, { mode, oid }: TreeEntry): Promise<Listing> {
  const isPlain = mode === '40000' && isMembers(place.path) && oddityOf(place, mode) === null;
  return isPlain ? withHidden(repository, problem(), { place, oid }) : problem();
}

async function listTree(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const listing = await readWhole(repository, place, oid);
  repository.cache.listings.set(`${place.path} ${oid}`, listing, 1 + (listing.parts?.length ?? listing.files().length));
  return listing;
}

/** A directory that was listed before, in this process or in another one; null where that is not known. */
function listedAlready(repository: Repository, directory: string, entry: TreeEntry): Listing | null {
  const place = placeIn(directory, entry);
  // A name with a slash in it makes the path of another entry.
  if (entry.mode !== '40000' || oddityOf(place, entry.mode) !== null) return null;
  const key = `${place.path} ${entry.oid}`;
  const known = repository.cache.listings.get(key);
  if (known !== undefined) return known;
  const size = isOneOwners(place.path) ? repository.listed?.sizeOf(key) : undefined;
  if (size === undefined) return null;
  const listing = listedBefore(repository, place, entry.oid);
  repository.cache.listings.set(key, listing, 1 + size);
  return listing;
}

async function readWhole(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const read = await readListing(repository, place, oid);
  const listing = isMembers(place.path) ? await withHidden(repository, read, { place, oid }) : read;
  const isPlain = isOneOwners(place.path) && listing.problems.length === 0 && listing.hidden === undefined;
  if (isPlain) repository.listed?.set(`${place.path} ${oid}`, listing.files());
  return listing;
}

/** An owner's directory without anything odd in it: no object of it is read until somebody wants the bytes of a file, or nobody remembers its name. */
function listedBefore(repository: Repository, { path }: Place, oid: string): Listing {
  const files = once(() => {
    const listed = repository.listed?.get(`${path} ${oid}`) ?? filesBelow(repository, path, oid);
    return listed.map(({ path: each, oid: content }) => ({ path: each, oid: content, get bytes() { return bytesOf(repository, content); } }));
  });
  return { problems: none, parts: [{ owner: ownerOf(`${path}/`), id: `${oid} ${path}`, files }], files };
}

const none: Listing['problems'] = [];
const noFiles: Listing['files'] = () => [];

/** Of a directory in which there was nothing odd. */
function filesBelow(repository: Repository, directory: string, oid: string): readonly ListedFile[] {
  return (entriesAt(repository, oid) ?? []).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    return entry.mode === '40000' ? filesBelow(repository, path, entry.oid) : [{ path, oid: entry.oid }];
  });
}

async function readListing(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const entries = await readTree(repository, oid);
  if (entries === null) return problem(damaged(place, 'directory'));
  if (isOneOwners(place.path) && (await sizeOf(repository, oid, 0)) > mostEntries) return problem(tooMany(place, mostEntries));
  const listing = await listEntries(repository, place.path, entries);
  if (!isOneOwners(place.path)) return listing;
  const size = listing.files().reduce((sum, { bytes }) => sum + bytes.length, 0);
  return size > mostBytes ? problem(tooMuch(place, { bytes: size, limit: mostBytes })) : listing;
}

/**
 * Nobody is to stay in because of a heap, or a file of the wrong mode, that she left beside what says that she is sent out. So where her
 * member.yaml is not read, it is handed on apart, as long as there is one of that name.
 */
async function withHidden(repository: Repository, listing: Listing, { place, oid }: { readonly place: Place; readonly oid: string }): Promise<Listing> {
  const path = `${place.path}/member.yaml`;
  if (listing.files().some((file) => file.path === path)) return listing;
  const entry = await soleEntry(repository, oid, 'member.yaml');
  const bytes = entry?.mode.startsWith('100') === true ? await readBlob(repository, entry.oid) : null;
  return entry === null || bytes === null ? listing : { ...listing, hidden: [{ path, oid: entry.oid, bytes }] };
}

async function listFile(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const bytes = repository.cache.blobs.get(oid) ?? (await readBlob(repository, oid));
  if (bytes === null) return problem(damaged(place, 'file'));
  if (bytes.length > largestFileBytes) return problem(oversize(place, { bytes: bytes.length, limit: largestFileBytes }));
  const file: SnapshotFile = { path: place.path, oid, bytes };
  return { files: () => [file], problems: [] };
}

async function readBlob(repository: Repository, oid: string): Promise<Uint8Array | null> {
  const { type, bytes } = await readObject(repository, oid);
  if (type !== 'blob') return null;
  if (bytes.length <= largestFileBytes) repository.cache.blobs.set(oid, bytes, bytes.length);
  return bytes;
}

function problem(...problems: Listing['problems']): Listing {
  return { files: noFiles, problems };
}
