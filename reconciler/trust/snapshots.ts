import { firstParents } from '../git/history.ts';
import { snapshotOf, snapshotOfTree } from '../git/snapshot.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Trusted } from '../model/trusted.ts';

/** Read the documents that are in force. */
export async function inForce(repository: Repository, { commit, tree }: Trusted): Promise<Snapshot> {
  return snapshotOfTree(repository, (await readCommit(repository, commit)).revision, tree);
}

/** Read what was in force before, newest first along first parents, without the commit itself. */
export async function* inForceBefore(repository: Repository, { commit, overrides }: Trusted): AsyncGenerator<Snapshot> {
  for await (const { oid, revision } of firstParents(repository, commit)) {
    const tree = overrides.get(oid);
    if (oid !== commit) yield tree === undefined ? await snapshotOf(repository, oid) : await snapshotOfTree(repository, revision, tree);
  }
}

/** Read what was in force at a commit on the way to what is. */
export async function inForceAt(repository: Repository, { overrides }: Pick<Trusted, 'overrides'>, oid: string): Promise<Snapshot> {
  const tree = overrides.get(oid);
  return tree === undefined ? snapshotOf(repository, oid) : snapshotOfTree(repository, (await readCommit(repository, oid)).revision, tree);
}
