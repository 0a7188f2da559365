import { resolve } from 'node:path';
import { GitError } from '../../git/error.ts';
import { branchTip, openRepository, readText, withQuarantine } from '../../git/repository.ts';
import type { Repository } from '../../git/store.ts';
import { formatProblem } from '../../model/problem.ts';
import { oneLine, printable } from '../../report/printable.ts';
import { standingAt } from '../../trust/standing.ts';
import type { ExitStatus, World } from '../command.ts';
import { judgeMove } from './judge-move.ts';
import { judgeHostRef } from './host-refs.ts';
import { parseUpdates, type Refusal, type Update } from './updates.ts';

/** Judge a push before a ref moves: all of it is accepted, or nothing. What it prints, git shows to the pusher. */
export async function preReceive(gitdir: string, world: World): Promise<ExitStatus> {
  const opened = await openRepository(gitdir);
  const repository = world.git.quarantine === null ? opened : withQuarantine(opened, resolve(world.directory, world.git.quarantine));
  const main = await mainRef(gitdir);
  const [refusals, said]: [Refusal[], string[]] = [[], []];
  for (const update of parseUpdates(await world.input())) {
    const judged = await judge(repository, update, { main, world });
    if (typeof judged === 'string') said.push(judged);
    else if (judged !== null) refusals.push(judged);
  }
  // What it would change is nobody's business any more when another ref of the same push is refused.
  for (const each of refusals.length === 0 ? said : refusals.map(formatRefusal)) world.note(each);
  return refusals.length === 0 ? 0 : 1;
}

async function judge(repository: Repository, update: Update, { main, world }: { readonly main: string; readonly world: World }): Promise<Refusal | string | null> {
  if (update.ref === main) return judgeMove(repository, update, world);
  if (/^refs\/(?:croft\/hosts|notes\/croft)\//.test(update.ref)) return judgeHostRef(repository, update, await tipOf(repository, main));
  const shadows = /^refs\/(?:heads|tags)\/(?:HEAD$|FETCH_HEAD$|refs\/|heads\/|tags\/|remotes\/|origin\/)/.test(update.ref) || update.ref === main.replace('refs/heads/', 'refs/tags/');
  if (shadows && update.new !== null) return { ref: update.ref, problems: [], why: `its name would be taken for another's: whoever says ${main.replace('refs/heads/', '')} must mean the branch` };
  if (/^refs\/(?:heads|tags)\//.test(update.ref)) return null;
  return { ref: update.ref, problems: [], why: 'only branches, tags and what hosts say of themselves are kept here' };
}

/** The branch that hosts follow: the one that HEAD of the bare repository names. */
export async function mainRef(gitdir: string): Promise<string> {
  return /^ref: (refs\/heads\/\S+)/.exec((await readText(`${gitdir}/HEAD`)) ?? '')?.[1] ?? 'refs/heads/main';
}

async function tipOf(repository: Repository, main: string): Promise<string | null> {
  try {
    return (await standingAt(repository, await branchTip(repository, main.replace('refs/heads/', '')))).commit;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

function formatRefusal({ ref, problems, why }: Refusal): string {
  const reasons = [...(why === undefined ? [] : [why]), ...problems.map(formatProblem)];
  return `croft: cannot accept this push to ${oneLine(ref)}\n${reasons.map((reason) => `  ${printable(reason)}`).join('\n')}`;
}
