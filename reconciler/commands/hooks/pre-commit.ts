import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { check } from '../../desired/check.ts';
import { forgotten } from '../../desired/forgotten.ts';
import { GitError } from '../../git/error.ts';
import { openRepository, resolveRevision } from '../../git/repository.ts';
import { snapshotOf, snapshotOfTree } from '../../git/snapshot.ts';
import type { Repository } from '../../git/store.ts';
import { ownerName, type Owner } from '../../model/owner.ts';
import { compareProblems } from '../../model/problem.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { formatProblems } from '../../report/problems.ts';
import { UsageError, type ExitStatus, type World } from '../command.ts';
import { keepingOf } from '../comparison/keeping.ts';
import { repositoryAround } from '../repository.ts';

/**
 * Refuse a commit of documents that croft check refuses. It sees what git is about to commit, as the hosts will: not the files as they
 * lie in the working tree, of which a part only may be staged, or more than there is now. Errors: UsageError, GitError.
 */
export async function preCommit(world: World): Promise<ExitStatus> {
  const { directory: named } = world.git;
  const opened = named === null ? (await repositoryAround(null, world)).repository : await openRepository(resolve(world.directory, named));
  const { repository, kept: { readings }, keep } = keepingOf(opened, world);
  const revision = { oid: 'index', time: Math.floor(world.now() / 1000), author: '', subject: '' };
  const snapshot = await snapshotOfTree(repository, revision, treeOfIndex(world.directory));
  const before = await committed(repository);
  const problems = [...check(snapshot, readings).problems, ...(before === null ? [] : forgotten(before, snapshot, readings))].toSorted(compareProblems);
  keep(snapshot);
  if (problems.length === 0) return 0;
  world.note(formatProblems(problems, 'text', world.paint));
  world.note(`croft: not committed; git commit --no-verify commits it all the same, ${held(problems.map(({ owner }) => owner))}`);
  return 1;
}

/** Have git write down what it is about to commit. It alone knows which index that is: `git commit -a` and `git commit FILE` have one of their own. */
function treeOfIndex(directory: string): string {
  const { error, status, stdout, stderr } = spawnSync('git', ['write-tree'], { cwd: directory, encoding: 'utf8' });
  if (error !== undefined) throw new UsageError(`cannot ask git what is to be committed: ${error.message}`);
  if (status !== 0) throw new GitError(`cannot tell what is to be committed: ${stderr.trim()}`);
  return stdout.trim();
}

/** Say who would have to bear it. */
function held(owners: readonly Owner[]): string {
  if (owners.includes('coop')) return "and the co-op's own documents are held for it, as a whole";
  const names = [...new Set(owners)].map(ownerName);
  return names.length === 1 ? `and nobody but ${names.join()} is held for it` : `and ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are held for it`;
}

/** What the next commit comes after; null for the first one. */
async function committed(repository: Repository): Promise<Snapshot | null> {
  try {
    return await snapshotOf(repository, await resolveRevision(repository, 'HEAD'));
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
