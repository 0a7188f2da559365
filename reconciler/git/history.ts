/**
 * History as croft reads it: along first parents, the way a branch itself moved. A merge commit's first parent is the branch as it
 * was before; the other parents are what was merged in. Only the question "does this commit descend from that one" looks at all parents.
 */
import { readCommit, type Repository } from './store.ts';
import type { Commit } from './objects.ts';

/** Walk from a commit back along first parents, that commit first. Ends at the root or where a shallow clone ends. Errors: GitError on a missing commit. */
export async function* firstParents(repository: Repository, oid: string): AsyncGenerator<Commit> {
  for (let next: string | undefined = oid; next !== undefined; ) {
    const commit: Commit = await readCommit(repository, next);
    yield commit;
    next = commit.parents[0];
  }
}

/** Tell whether a commit is another one or descends from it through any of its parents. Errors: GitError on a missing commit. */
export async function isAncestor(repository: Repository, ancestor: string, descendant: string): Promise<boolean> {
  const seen = new Set<string>([descendant]);
  for (const oid of seen) {
    if (oid === ancestor) return true;
    const { parents } = await readCommit(repository, oid);
    for (const parent of parents) seen.add(parent);
  }
  return false;
}

/**
 * Find where a line of history left a branch: the newest commit of the branch's own way that the line descends from. null when they have
 * nothing in common. Errors: GitError on a missing commit.
 */
export async function forkOf(repository: Repository, branch: string, line: string): Promise<string | null> {
  if (await isAncestor(repository, branch, line)) return branch;
  const seen = new Set<string>([line]);
  for (const oid of seen) for (const parent of (await readCommit(repository, oid)).parents) seen.add(parent);
  for await (const { oid } of firstParents(repository, branch)) if (seen.has(oid)) return oid;
  return null;
}
