import type { Commit } from './objects.ts';
import { readCommit, type Repository } from './store.ts';

/**
 * List the commits that a change brings: everything a head descends from and its base does not, newest first as the parents lead.
 * Errors: GitError on a missing commit.
 */
export async function commitsBetween(repository: Repository, base: string, head: string): Promise<readonly Commit[]> {
  const brought = await reach(repository, head, new Set([base]));
  if (brought.every(({ parents }) => parents.length > 0)) return brought;
  const before = new Set((await reach(repository, base, new Set())).map(({ oid }) => oid));
  return brought.filter(({ oid }) => !before.has(oid));
}

/** Walk back through all parents; a commit that is to be left out ends the way. */
async function reach(repository: Repository, start: string, without: ReadonlySet<string>): Promise<readonly Commit[]> {
  const seen = new Set<string>(without.has(start) ? [] : [start]);
  const found: Commit[] = [];
  for (const oid of seen) {
    const commit = await readCommit(repository, oid);
    found.push(commit);
    for (const parent of commit.parents) if (!without.has(parent)) seen.add(parent);
  }
  return found;
}
