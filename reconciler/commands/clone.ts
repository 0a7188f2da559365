/** What the repository tells in which somebody stands who names none: where the co-op is, and which hosts it has. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entryAt } from '../git/changes.ts';
import { GitError } from '../git/error.ts';
import { originOf } from '../git/origin.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { readCommit, readTree } from '../git/store.ts';
import type { World } from './command.ts';
import { repositoryAround, type Found } from './repository.ts';

/** A repository of a co-op around the caller. */
export interface Clone {
  readonly path: string;
  /** Where it was cloned from, a URL or an absolute path; itself when it was from nowhere. */
  readonly origin: string;
}

/** Find the repository of a co-op around the caller; null when there is none. Errors: GitError when its config cannot be read. */
export async function cloneAround(world: Pick<World, 'directory'>): Promise<Clone | null> {
  const found = await around(world);
  if (found === null || !isCoop(found.top)) return null;
  const path = found.top ?? found.repository.gitdir;
  const origin = (await originOf(found.repository)) ?? path;
  return { path, origin: origin.startsWith('.') ? resolve(path, origin) : origin };
}

/** List the hosts that the documents of a commit declare. Errors: GitError when there is no such repository or commit. */
export async function hostsIn(path: string, revision: string): Promise<readonly string[]> {
  const repository = await openRepository(path);
  const { tree } = await readCommit(repository, await resolveRevision(repository, revision));
  const folder = (await entryAt(repository, tree, 'desired-state/hosts')) ?? (await entryAt(repository, tree, 'hosts'));
  const entries = folder?.mode === '40000' ? await readTree(repository, folder.oid) : null;
  return (entries ?? []).flatMap(({ name }) => /^([a-z0-9-]+)\.yaml$/.exec(name)?.[1] ?? []);
}

async function around(world: Pick<World, 'directory'>): Promise<Found | null> {
  try {
    return await repositoryAround(null, world);
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

/** A bare repository shows no files: what is in it is told by whoever reads it. */
function isCoop(top: string | null): boolean {
  return top === null || ['desired-state/cluster.yaml', 'cluster.yaml'].some((path) => existsSync(join(top, path)));
}
