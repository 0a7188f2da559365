import { changesBetween } from '../git/changes.ts';
import type { Commit } from '../git/objects.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { Entry, PathChange } from '../model/authority.ts';

/** Say what a commit itself changed: how it differs from its first parent. */
export async function ownChanges(repository: Repository, commit: Commit): Promise<readonly PathChange[]> {
  return changesBetween(repository, (await firstParent(repository, commit))?.tree ?? null, commit.tree);
}

/** Read the commit that another one was made on; null for the first of all. */
export async function firstParent(repository: Repository, { parents }: Commit): Promise<Commit | null> {
  return parents[0] === undefined ? null : readCommit(repository, parents[0]);
}

/** Does a change end where it is wanted to? */
export function isSame(change: PathChange, wanted: PathChange | undefined): boolean {
  return wanted !== undefined && isSameEntry(change.after, wanted.after);
}

/** Are these the same bytes with the same mode? */
export function isSameEntry(a: Entry | null, b: Entry | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}
