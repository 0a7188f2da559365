/**
 * Who vouches for what a stride of a branch brings. A commit's good signature vouches for what the commit itself changed. A merge brings
 * what others changed: their own signatures vouch for it, byte for byte, when what they signed is new to the branch and nobody changed
 * the same path there meanwhile; and only if the merge itself is signed, by a person or by a forge's merge key, which vouches for nothing
 * else. `Approves: <commit>` in the last lines of a signed commit's message vouches for what that commit changed.
 */
import { entryAt } from '../git/changes.ts';
import { GitError } from '../git/error.ts';
import type { Commit } from '../git/objects.ts';
import { readCommit, type Repository } from '../git/store.ts';
import { firstParent, isSameEntry, ownChanges } from './own-changes.ts';
import { sidesOf, type Approval, type Brought } from './sides.ts';
import { signatureOf } from './signature.ts';

/** Who vouches for one path. */
export interface Vouched {
  readonly signers: ReadonlySet<string>;
  readonly doubts: readonly string[];
}

/** Say for each path that a stride changed who vouches for what it is now. */
export async function vouch(repository: Repository, brought: Brought): Promise<{ readonly paths: ReadonlyMap<string, Vouched>; readonly approvals: readonly Approval[] }> {
  const { stride, changes, charter } = brought;
  const own = await signatureOf(repository, { commit: stride.to, since: stride.from }, charter);
  const isMerge = stride.merged.length > 0;
  const doubts = own.doubt !== null ? [own.doubt] : own.by === 'forge' && !isMerge ? ['it is signed with a merge key, which may merge and never author'] : [];
  const direct = own.by === null || own.by === 'forge' ? [] : [own.by];
  const paths = new Map(changes.map(({ path }) => [path, { signers: new Set(direct), doubts: [...doubts] }]));
  const approvals: Approval[] = direct.flatMap((by) => own.approves.map((commit) => ({ by, commit })));
  if (isMerge && own.by !== null) {
    for (const side of await sidesOf(repository, brought)) {
      approvals.push(...side.approvals);
      for (const path of side.covers) paths.get(path)?.signers.add(side.by);
    }
    if (own.by === 'forge') for (const each of paths.values()) if (each.signers.size === 0) each.doubts.push('the merge brings it, and nobody signed it as it is there');
  }
  return { paths, approvals };
}

/** Find the paths that a commit changed and that are in a tree as it left them. Commits that changed the same are looked through once. */
export function approvedPaths(repository: Repository, tree: string): (commit: string) => Promise<readonly string[]> {
  const known = new Map<string, readonly string[]>();
  return async (commit) => {
    const approved = await existing(repository, commit);
    if (approved === null) return [];
    const change = `${(await firstParent(repository, approved))?.tree} ${approved.tree}`;
    const before = known.get(change);
    if (before !== undefined) return before;
    const paths: string[] = [];
    for (const { path, after } of await ownChanges(repository, approved)) if (isSameEntry(after, await entryAt(repository, tree, path))) paths.push(path);
    known.set(change, paths);
    return paths;
  };
}

async function existing(repository: Repository, oid: string): Promise<Commit | null> {
  try {
    return await readCommit(repository, oid);
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
