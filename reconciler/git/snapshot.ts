/**
 * The frozen tree of documents of one commit. Everything that is not a plain file with a plain name and a sane size becomes a problem
 * of whoever's directory it is in, never a crash: whoever may push to one directory must not be able to stop the others' reconciling.
 * The desired state lies below `desired-state/`, or at the top of a repository that holds `cluster.yaml` there; at the top only
 * croft's own directories are read, since the rest of the repository is somebody else's.
 * A directory whose tree id was seen before is not read again, so that walking back through history costs what changed.
 */
import { compareProblems } from '../model/problem.ts';
import { withParts } from '../model/parts.ts';
import type { Revision, Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { GitError } from './error.ts';
import { firstParents } from './history.ts';
import { listEntries, once } from './listing.ts';
import type { TreeEntry } from './objects.ts';
import { cannotRead } from './oddity.ts';
import { readCommit, readTree, type Listing, type Repository } from './store.ts';

const topNames: ReadonlySet<string> = new Set(['cluster.yaml', 'hosts', 'limits', 'members', 'coop']);

/**
 * Read every document of one commit. While trees stay the same, so do the `files` and their `bytes`, as objects.
 * Errors: GitError when an object is missing or its bytes are not its own.
 */
export async function snapshotOf(repository: Repository, oid: string): Promise<Snapshot> {
  const { revision, tree } = await readCommit(repository, oid);
  return snapshotOfTree(repository, revision, tree);
}

/** Read every document of a tree that stands for a commit, though the commit may name another one. Errors: as `snapshotOf`. */
export async function snapshotOfTree(repository: Repository, revision: Revision, tree: string): Promise<Snapshot> {
  const listing = await topListing(repository, tree);
  const { problems, parts = [], hidden } = listing;
  return withParts({ revision, problems, ...(hidden !== undefined && { hidden }), get files() { return listing.files(); } }, parts);
}

/** Read the snapshots of a commit's ancestors, newest first along first parents, without the commit itself. Errors: as `snapshotOf`. */
export async function* ancestors(repository: Repository, oid: string): AsyncGenerator<Snapshot> {
  for await (const commit of firstParents(repository, oid)) {
    if (commit.oid !== oid) yield await snapshotOf(repository, commit.oid);
  }
}

async function topListing(repository: Repository, tree: string): Promise<Listing> {
  const known = repository.cache.listings.get(tree);
  if (known !== undefined) return known;
  const entries = await readTree(repository, tree);
  if (entries === null) throw new GitError(`cannot read ${repository.gitdir}: ${tree} is not a well formed tree`);
  const listing = sorted(await listTop(repository, entries));
  repository.cache.listings.set(tree, listing, 1 + (listing.parts?.length ?? 0));
  return listing;
}

async function listTop(repository: Repository, entries: readonly TreeEntry[]): Promise<Listing> {
  const below = entries.filter(({ name }) => name.toLowerCase() === 'desired-state');
  if (below.length > 0) return listEntries(repository, '', below);
  if (entries.some(({ name }) => name === 'cluster.yaml')) return listEntries(repository, '', entries.filter(({ name }) => topNames.has(name.toLowerCase())));
  const place = { path: 'desired-state/cluster.yaml', owner: 'coop', rule: 'no-desired-state' } as const;
  return { files: () => [], problems: [cannotRead(place, 'cannot find desired state: the commit has neither desired-state/ nor cluster.yaml at its top')] };
}

function sorted(listing: Listing): Listing {
  const { problems, parts = [], hidden } = listing;
  const files = once(() => listing.files().toSorted((a, b) => compareText(a.path, b.path)));
  return { problems: problems.toSorted(compareProblems), parts, files, ...(hidden !== undefined && { hidden }) };
}
