import { GitError } from './error.ts';
import { firstParents } from './history.ts';
import { snapshotOf } from './snapshot.ts';
import { readCommit, type Repository } from './store.ts';

/** Choose commits to name to the other side: a tip and ever older ancestors of it. Shape: none when it is not here with all it holds. */
export async function knownTo(mirror: Repository, tip: string | null): Promise<readonly string[]> {
  if (tip === null || !(await isWhole(mirror, tip))) return [];
  const known: string[] = [];
  let distance = 0;
  for await (const { oid } of firstParents(mirror, tip)) {
    if (distance === 0 || Math.log2(distance) % 1 === 0) known.push(oid);
    if (distance === 64) break;
    distance += 1;
  }
  return known;
}

/** Tell whether a commit is here with every document it holds. Of directories that were listed before, all was here then. */
export async function isWhole(mirror: Repository, oid: string): Promise<boolean> {
  return succeeds(() => snapshotOf(mirror, oid));
}

/** Tell whether a commit is here. */
export async function isHere(mirror: Repository, oid: string): Promise<boolean> {
  return succeeds(() => readCommit(mirror, oid));
}

/** Tell whether something can be read, where GitError is the answer that it cannot. */
export async function succeeds(reading: () => Promise<unknown>): Promise<boolean> {
  try {
    await reading();
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}
