import type { Guarded } from '../model/guard.ts';
import { nothingAside, type Aside } from '../model/aside.ts';
import { ownerName } from '../model/owner.ts';
import type { Change, Hold, Plan } from '../model/plan.ts';
import { formatProblem } from '../model/problem.ts';
import { formatShare, shares } from './changes.ts';
import type { Id } from '../model/resource.ts';
import type { Paint } from './paint.ts';
import type { Texts } from './patch.ts';
import { printable } from './printable.ts';
import { consequence, tally } from './words.ts';

/** Print a plan for people: the consequence first, then each owner's changes (with their lines, where texts are given), then who is held. */
export function formatPlan(plan: Plan, paint: Paint, texts: ReadonlyMap<Id, Texts> = new Map()): string {
  const divided = shares(plan.changes);
  const owners = divided.map(({ owner }) => ownerName(owner));
  return [
    paint('bold', `${plan.host} @ ${shortRevision(plan.revision)}`) + paint('dim', `  plan ${plan.checksum.slice(7, 15)}`),
    plan.changes.length === 0 ? `nothing to change; ${plan.unchanged} as desired` : `${tally(plan.changes)}; ${plan.unchanged} as desired\n${consequence(plan.changes, owners)}`,
    ...divided.map((share) => `\n${formatShare(share, paint, texts)}`),
    ...formatHolds(plan.holds, paint),
  ].join('\n');
}

/** Print who is held, why, and what stays in force meanwhile. */
export function formatHolds(holds: readonly Hold[], paint: Paint): readonly string[] {
  return holds.map(({ owner, problems, lastGood }) => {
    const force = lastGood === null ? 'nothing of theirs is touched' : `their documents of ${shortRevision(lastGood)} stay in force`;
    return `\n${paint('red', `held: ${ownerName(owner)}`)}; ${force}\n${problems.map((problem) => `  ${printable(formatProblem(problem))}`).join('\n')}`;
  });
}

/** Shorten a commit id as git does; a directory's name stays. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 10) : revision;
}

/** The facts of a plan, for programs. Shape: schemas/output/plan.schema.json. Nothing secret: states hold digests. */
export function planFacts(plan: Plan, guards: readonly Guarded[] = [], { pauses, rollbacks }: Pick<Aside, 'pauses' | 'rollbacks'> = nothingAside): object {
  return { host: plan.host, revision: plan.revision, checksum: plan.checksum, unchanged: plan.unchanged, changes: plan.changes.map(changeFacts), holds: plan.holds.map(holdFacts), guards, pauses, rollbacks };
}

/** The facts of one change. */
export function changeFacts({ verb, resource, cause, differences }: Change): object {
  return { verb, id: resource.id, owner: resource.owner, source: resource.source, cause, differences };
}

/** The facts of one hold. */
export function holdFacts({ owner, lastGood, problems }: Hold): object {
  return { owner, lastGood, problems };
}
