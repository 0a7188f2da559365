import { changesBetween, isOpaque } from '../git/changes.ts';
import { firstParents } from '../git/history.ts';
import type { Stride } from '../git/line.ts';
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

/** How far back a commit is looked for that shows what another one hides. */
const mostOlder = 100;

/**
 * Say what a stride brought, of which `own` is how its trees differ. A commit may hide what is everybody's behind something that is no tree; then whoever puts it right changed what
 * differs from the newest commit that shows it: no less, or one such commit would keep from force what everybody signs right after it, and
 * no more, or whoever mends it would vouch for what waits for somebody's word.
 */
export async function broughtBy(repository: Repository, { from, to }: Pick<Stride, 'from' | 'to'>, own: readonly PathChange[]): Promise<readonly PathChange[]> {
  const hidden = await opaque(repository, own);
  if (hidden.length === 0) return own;
  let looked = 0;
  for await (const older of firstParents(repository, from.oid)) {
    const seen = await changesBetween(repository, older.tree, to.tree);
    looked += 1;
    if (looked > mostOlder) break;
    if ((await opaque(repository, seen)).length > 0) continue;
    const isBelow = ({ path }: PathChange): boolean => hidden.some((each) => each.path === '' || path === each.path || path.startsWith(`${each.path}/`));
    return [...own.filter((change) => !hidden.includes(change)), ...seen.filter(isBelow)];
  }
  return own;
}

async function opaque(repository: Repository, changes: readonly PathChange[]): Promise<readonly PathChange[]> {
  const found: PathChange[] = [];
  for (const change of changes) if (change.after?.mode === '40000' && (await isOpaque(repository, change))) found.push(change);
  return found;
}

/** Does a change end where it is wanted to? */
export function isSame(change: PathChange, wanted: PathChange | undefined): boolean {
  return wanted !== undefined && isSameEntry(change.after, wanted.after);
}

/** Are these the same bytes with the same mode? */
export function isSameEntry(a: Entry | null, b: Entry | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}
