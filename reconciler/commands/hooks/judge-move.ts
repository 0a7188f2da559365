import { check } from '../../desired/check.ts';
import { forgotten } from '../../desired/forgotten.ts';
import { commitsBetween } from '../../git/between.ts';
import { lineBetween } from '../../git/line.ts';
import { signedPartsOf, trailersOf } from '../../git/signed.ts';
import type { Repository } from '../../git/store.ts';
import { compareProblems, type Problem } from '../../model/problem.ts';
import { formatSource } from '../../model/source.ts';
import type { Trusted } from '../../model/trusted.ts';
import { oneLine } from '../../report/printable.ts';
import { inForce } from '../../trust/snapshots.ts';
import { standingAt } from '../../trust/standing.ts';
import { believe, verify } from '../../trust/verify.ts';
import type { World } from '../command.ts';
import { keepingOf, type Keeping } from '../comparison/keeping.ts';
import { previewFrom } from '../comparison/preview-of.ts';
import { sidesAnew } from '../comparison/sides-anew.ts';
import { trade } from '../look.ts';
import { concernOf, keepConcern } from './concern.ts';
import { comparisonOf, pushWords } from './push-preview.ts';
import type { Refusal, Update } from './updates.ts';

/** How far ahead of this machine's clock a commit may be dated: clocks differ. */
const CLOCK_SECONDS = 86_400;

/** Judge a move of the branch that hosts follow. A text: it may be, and this is what its pusher is told of it; null: there is nothing to tell. */
export async function judgeMove(opened: Repository, { ref, old, new: head }: Update, world: World): Promise<Refusal | string | null> {
  const keeping = keepingOf(opened, world);
  const { repository } = keeping;
  if (head === null) return { ref, problems: [], why: 'the branch that the hosts follow cannot be deleted' };
  if (old === null) return refusalOf(ref, check(await inForce(repository, await believe(repository, head))).problems);
  const standing = await standingAt(repository, old);
  const verified = await verify(repository, standing, head);
  if (verified === null) return { ref, problems: [], why: `it would go from ${old} to ${head}, which does not descend from it: hosts never go back; git pull --rebase, then push again` };
  const [first] = (await lineBetween(repository, old, head)) ?? [];
  if (first !== undefined && first.to.parents[0] !== old) return { ref, problems: [], why: `commit ${first.to.oid} merges the branch into another one, and not the other one into the branch: git pull --rebase, then push again` };
  const tooNew = await datedAhead(repository, { old, head, now: world.now() });
  if (tooNew !== null) return { ref, problems: [], why: `commit ${tooNew} is dated more than a day ahead of this server's clock: set the clock right and commit again` };
  const short = await shortApproval(repository, old, head);
  if (short !== null) return { ref, problems: [], why: short };
  const refused = verified.trusted.pending.filter((each) => !standing.pending.some(({ path, commit }) => path === each.path && commit === each.commit)).flatMap(({ problems }) => problems);
  const comparison = await comparisonOf({ base: standing, head: verified, keeping });
  const anew = await sidesAnew(comparison, trade.services);
  const problems = [...refused, ...(anew?.problems ?? (await broken(keeping, standing, verified.trusted)))];
  if (problems.length > 0) return refusalOf(ref, problems);
  const shown = await previewFrom(comparison, anew, trade);
  keeping.keep(await inForce(repository, verified.trusted));
  const { kept: { keeper } } = keeping;
  // Croft that runs from its sources keeps nothing anywhere.
  const isKept = keeper === null ? world.build === null : keepConcern(keeper, concernOf(shown, verified.trusted));
  return isKept ? pushWords(shown, world) : `${pushWords(shown, world)}\n\n${nothingKept(world)}`;
}

/** Every push is slow then, and every host hears of each: whoever cares for the server can change that. */
function nothingKept({ cache }: Pick<World, 'cache'>): string {
  return `croft: nothing can be kept ${cache === null ? 'without a home' : `in ${oneLine(cache)}`}, so that each push takes as long as the first one and is told to all hosts: give the user that git runs as a directory there`;
}

/** What is wrong after a move that was not wrong before, and whom it would make the co-op forget. */
async function broken({ repository, kept: { readings } }: Keeping, before: Trusted, after: Trusted): Promise<readonly Problem[]> {
  const [old, young] = [await inForce(repository, before), await inForce(repository, after)];
  const lost = forgotten(old, young, readings);
  const { problems } = check(young, readings);
  if (problems.length === 0) return lost;
  const known = new Set(check(old, readings).problems.map(nameOf));
  return [...lost, ...problems.filter((problem) => !known.has(nameOf(problem)))];
}

async function datedAhead(repository: Repository, { old, head, now }: { readonly old: string; readonly head: string; readonly now: number }): Promise<string | null> {
  const line = (await lineBetween(repository, old, head)) ?? [];
  return line.find(({ to }) => to.revision.time > now / 1000 + CLOCK_SECONDS)?.to.oid ?? null;
}

/** An approval that names a commit by its first digits approves nothing, and whoever wrote it would wait in vain. */
async function shortApproval(repository: Repository, old: string, head: string): Promise<string | null> {
  for (const { oid } of await commitsBetween(repository, old, head)) {
    const { message } = await signedPartsOf(repository, oid);
    const short = (trailersOf(message).get('Approves') ?? []).find((value) => /^[0-9a-f]{4,39}$/i.test(value));
    if (short !== undefined) return `commit ${oid} approves ${short}: that trailer is not a whole id, and others may begin with it, too: write all 40 digits (git rev-parse ${short}) and commit again`;
  }
  return null;
}

function nameOf({ code, message, source }: Problem): string {
  return `${code} ${source.file} ${message} ${formatSource({ ...source, line: 0, column: 0 })}`;
}

function refusalOf(ref: string, problems: readonly Problem[]): Refusal | null {
  return problems.length === 0 ? null : { ref, problems: problems.toSorted(compareProblems) };
}
