import { goBack } from '../desired/rollback.ts';
import type { Repository } from '../git/store.ts';
import type { Rollback, RollbackStanding } from '../model/aside.ts';
import type { Owner } from '../model/owner.ts';
import type { Trusted } from '../model/trusted.ts';
import type { Wanted } from '../reconcile.ts';
import { inForceAt } from '../trust/snapshots.ts';

/** A commit with what this host went back to, and how its rollbacks stand. */
export interface WentBack {
  readonly wanted: Wanted;
  readonly rollbacks: readonly Omit<RollbackStanding, 'overdue'>[];
  /** The commit that a document of an owner comes from, where it is an older one. */
  commitOf(owner: Owner): string | null;
}

/** Use an older version of what this host went back on. Errors: GitError when a commit that a rollback names is not here. */
export async function wentBack(repository: Repository, trusted: Trusted, { wanted, rollbacks }: { readonly wanted: Wanted; readonly rollbacks: readonly Rollback[] }): Promise<WentBack> {
  const known = await Promise.all(rollbacks.map(async (rollback) => ({
    rollback, to: await inForceAt(repository, trusted, rollback.to), bad: await inForceAt(repository, trusted, rollback.bad),
  })));
  const { head, owners } = goBack(wanted.head, known);
  const standing = rollbacks.map((rollback) => ({ ...rollback, owners: [...owners].flatMap(([owner, each]) => (each === rollback ? [owner] : [])) }));
  const kept = owners.size === 0 ? {} : { kept: { owners: new Set(owners.keys()), newest: wanted.head } };
  return { wanted: { ...wanted, head, ...kept }, rollbacks: standing, commitOf: (owner) => owners.get(owner)?.to ?? null };
}
