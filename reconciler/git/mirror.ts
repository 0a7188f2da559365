/**
 * croft's own copy of the co-op's repository on a host: a bare repository in the state directory that holds objects and nothing of the
 * remote's refs or config. What a remote sends first goes to `incoming/` beside the objects, where it can be read and checked; only
 * then are the files moved in. A crash in between leaves `incoming/`, which the next run throws away.
 * Each fetch adds a pack, so after fifty of them everything is fetched again as one and the others are dropped.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeBare } from './bare.ts';
import { because, GitError } from './error.ts';
import { listingsApart, type ListingsApart } from './listed.ts';
import { objectFiles } from './objectfiles.ts';
import { openRepository } from './repository.ts';
import { copyCache, type Repository } from './store.ts';

const mostPacks = 50;
/** More than git itself leaves before it packs them. */
const mostLoose = 10_000;

/** Open the mirror in a directory, making it when there is none. Errors: GitError when the directory cannot be used. */
export async function openMirror(directory: string): Promise<Repository> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await mkdir(join(directory, 'objects/pack'), { recursive: true });
    await makeBare(directory, 'main');
  } catch (error) {
    throw new GitError(`cannot make the mirror ${directory}: ${because(error)}`);
  }
  return { ...(await openRepository(directory)), copy: copyOf(directory) };
}

/** Where a host keeps once more, beside the mirror in a directory, what it believes. */
export function copyOf(directory: string): string {
  return join(dirname(directory), 'trusted.json');
}

/** The mirror with what is about to come. */
export interface View extends Repository {
  readonly listed?: ListingsApart;
}

/** Make an empty room for what is about to come, and a view of the mirror that can read it too. `alone`: all is to come. Errors: GitError when there is no room. */
export async function makeIncoming({ listed, ...mirror }: Repository, alone = false): Promise<View> {
  const incoming = incomingOf(mirror);
  try {
    await rm(incoming, { recursive: true, force: true });
    // One by one: on a file system that is read-only `recursive` says that something is not there.
    for (const directory of [incoming, join(incoming, 'objects'), join(incoming, 'objects/pack')]) await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    throw new GitError(`cannot make ${incoming} for what is to come: ${because(error)}`);
  }
  return { ...mirror, stores: [join(incoming, 'objects'), ...mirror.stores], cache: copyCache(mirror.cache), ...(listed !== undefined && { listed: listingsApart(listed, alone) }) };
}

/** Where to put what comes: a directory with `objects/pack/`. */
export function incomingOf({ gitdir }: Pick<Repository, 'gitdir'>): string {
  return join(gitdir, 'incoming');
}

/** Throw away what came and was not taken in. */
export async function dropIncoming(mirror: Repository): Promise<void> {
  await rm(incomingOf(mirror), { recursive: true, force: true });
}

/**
 * Move what came into the mirror for good, and what was read of it into its cache.
 * With `alone`, everything else is dropped: what came holds all that is needed.
 */
export async function takeIn(mirror: Repository, how: { readonly view: View; readonly alone: boolean }): Promise<void> {
  const incoming = incomingOf(mirror);
  const arrived = await objectFiles(incoming);
  const before = how.alone ? await objectFiles(mirror.gitdir) : [];
  const directories = new Set(arrived.map((file) => join(mirror.gitdir, dirname(file))));
  for (const directory of directories) mkdirSync(directory, { recursive: true });
  for (const file of arrived) settle(join(incoming, file), join(mirror.gitdir, file));
  for (const directory of directories) sync(directory);
  const stays = new Set(arrived);
  for (const file of before.filter((old) => !stays.has(old)).toReversed()) await rm(join(mirror.gitdir, file), { force: true });
  // Packs are opened anew: one of the same name may have been damaged before.
  Object.assign(mirror.cache, how.view.cache, { packs: new Map() });
  how.view.listed?.takeIn();
}

/** Tell whether the mirror has become so scattered that fetching it whole is the better way. */
export async function isScattered(mirror: Repository): Promise<boolean> {
  const files = await objectFiles(mirror.gitdir);
  const packs = files.filter((file) => file.endsWith('.pack')).length;
  return packs >= mostPacks || files.length - 2 * packs > mostLoose;
}

/** Make what was written to a file or a directory survive a power cut. */
function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function settle(from: string, to: string): void {
  sync(from);
  renameSync(from, to);
}
