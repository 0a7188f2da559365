import { formatProblems } from '../../report/problems.ts';
import { check } from '../../desired/check.ts';
import { coopAround } from '../coop.ts';
import type { ExitStatus, World } from '../command.ts';

/** Refuse a commit of documents that croft check refuses. It sees the files as they lie in the working tree: stage all that you mean to commit. */
export async function preCommit(world: World): Promise<ExitStatus> {
  const { problems } = check(coopAround(world.directory, world).snapshot);
  if (problems.length === 0) return 0;
  world.note(formatProblems(problems, 'text', world.paint));
  world.note('croft: not committed; git commit --no-verify commits it all the same, and nobody but you is held for it');
  return 1;
}
