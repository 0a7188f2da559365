import { changesBetween } from '../git/changes.ts';
import { GitError } from '../git/error.ts';
import { recordedTip } from '../git/ratchet.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { Trusted } from '../model/trusted.ts';
import { believe, verify } from './verify.ts';

/**
 * Say what is in force at a commit of a repository that keeps a record of what it let in: as judged from the record on, so that what was
 * forced in beside its hooks does not count here either. Without a record the commit counts as it is.
 */
export async function standingAt(repository: Repository, commit: string): Promise<Trusted> {
  const recorded = (await recordedTip({ gitdir: repository.gitdir })).value?.trusted ?? null;
  const verified = recorded === null ? null : await quietly(() => verify(repository, recorded, commit));
  return verified?.trusted ?? (recorded === null ? null : await standingBefore(repository, recorded, commit)) ?? believe(repository, commit);
}

/** What was in force at a commit below the one that is recorded, where that was not all of it; null where it was, or nobody knows. */
async function standingBefore(repository: Repository, { overrides, pending }: Trusted, commit: string): Promise<Trusted | null> {
  const tree = overrides.get(commit);
  if (tree === undefined) return null;
  const waits = new Set((await changesBetween(repository, (await readCommit(repository, commit)).tree, tree)).map(({ path }) => path));
  return { commit, tree, pending: pending.filter(({ path }) => waits.has(path)), overrides };
}

/** A record of a commit that is no longer here says nothing. */
async function quietly<Value>(work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
