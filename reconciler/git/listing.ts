/**
 * Reads a directory of a commit with everything below it. git's own recursion in the library reads every subtree before it asks
 * whether to; this one stops at a tree id it knows. Entries are judged before they are read: by mode, by name, by place.
 * A tree may be made to name itself many times over (ten levels of ten equal entries are ten thousand million files in ten objects).
 * So each owner's directory is counted before it is read, each distinct tree once, and one that holds too much is its owner's problem.
 */
import type { SnapshotFile } from '../model/snapshot.ts';
import type { TreeEntry } from './objects.ts';
import { collisions, damaged, oddityOf, oversize, tooMany, tooMuch, type Place } from './oddity.ts';
import { isOneOwners, mostEntries, sizeOf } from './size.ts';
import { readObject, readTree, type Listing, type Repository } from './store.ts';

const largestFileBytes = 64 * 1024;
/** Every run of every host parses all of it: some ten seconds' worth. */
const mostBytes = 4 * 1024 * 1024;

/** List entries of one directory with all that is below them. Errors: GitError when an object is missing or damaged. */
export async function listEntries(repository: Repository, directory: string, entries: readonly TreeEntry[]): Promise<Listing> {
  const clashing = collisions(directory, entries);
  const listings: Listing[] = [problem(...clashing.problems)];
  for (const entry of entries) {
    if (!clashing.names.has(entry.name.toLowerCase())) listings.push(await listEntry(repository, directory, entry));
  }
  return { files: listings.flatMap(({ files }) => files), problems: listings.flatMap(({ problems }) => problems) };
}

async function listEntry(repository: Repository, directory: string, entry: TreeEntry): Promise<Listing> {
  const place = { directory, name: entry.name, path: directory === '' ? entry.name : `${directory}/${entry.name}` };
  const oddity = oddityOf(place, entry.mode);
  if (oddity !== null) return problem(oddity);
  return entry.mode === '40000' ? listTree(repository, place, entry.oid) : listFile(repository, place, entry.oid);
}

async function listTree(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const key = `${place.path} ${oid}`;
  const known = repository.cache.listings.get(key);
  if (known !== undefined) return known;
  const listing = await readListing(repository, place, oid);
  repository.cache.listings.set(key, listing, 1 + listing.files.length);
  return listing;
}

async function readListing(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const entries = await readTree(repository, oid);
  if (entries === null) return problem(damaged(place, 'directory'));
  if (isOneOwners(place.path) && (await sizeOf(repository, oid, 0)) > mostEntries) return problem(tooMany(place, mostEntries));
  const listing = await listEntries(repository, place.path, entries);
  const size = listing.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return isOneOwners(place.path) && size > mostBytes ? problem(tooMuch(place, { bytes: size, limit: mostBytes })) : listing;
}

async function listFile(repository: Repository, place: Place, oid: string): Promise<Listing> {
  const bytes = repository.cache.blobs.get(oid) ?? (await readBlob(repository, oid));
  if (bytes === null) return problem(damaged(place, 'file'));
  if (bytes.length > largestFileBytes) return problem(oversize(place, { bytes: bytes.length, limit: largestFileBytes }));
  const file: SnapshotFile = { path: place.path, oid, bytes };
  return { files: [file], problems: [] };
}

async function readBlob(repository: Repository, oid: string): Promise<Uint8Array | null> {
  const { type, bytes } = await readObject(repository, oid);
  if (type !== 'blob') return null;
  if (bytes.length <= largestFileBytes) repository.cache.blobs.set(oid, bytes, bytes.length);
  return bytes;
}

function problem(...problems: Listing['problems']): Listing {
  return { files: [], problems };
}
