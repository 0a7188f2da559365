import type { Guarded } from '../model/guard.ts';
import { needsLook, nothingAside, type Aside } from '../model/aside.ts';
import { ownerName } from '../model/owner.ts';
import type { Change, Outcome, Plan } from '../model/plan.ts';
import { compareText, formatSource } from '../model/source.ts';
import { formatGuards, isStopped } from './guard.ts';
import type { Paint } from './paint.ts';
import { formatHolds, holdFacts, shortRevision } from './plan.ts';
import { oneLine } from './printable.ts';
import { count } from './words.ts';

/** What a finished run has to tell. */
export interface Run {
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** What guards kept back; where one of them is of the host's or the co-op's, nothing was done at all. */
  readonly guarded?: readonly Guarded[];
  /** What waits, is older than git says, or went back by itself. */
  readonly aside?: Aside;
  /** Which remote answered; null when the last good copy was used. */
  readonly remote: string | null;
  /** Did the branch go where this host does not follow it? A notice says where. */
  readonly stays?: boolean;
  /** What else deserves a word: remotes that did not answer, an inventory that was lost. */
  readonly notices: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Was everything done, nobody held, the branch followed, and nothing set aside that somebody must look at? */
export function isWhole({ plan, outcomes, stays = false, aside = nothingAside }: Run): boolean {
  return !stays && !needsLook(aside) && plan.holds.length === 0 && outcomes.every(({ result }) => result === 'done');
}

/** Print one settled change as it happens. Shape: `done     file:/etc/… `. */
export function formatOutcome({ verb }: Change, { id, result, because }: Outcome, paint: Paint): string {
  const colour = result === 'done' ? 'green' : result === 'failed' ? 'red' : 'yellow';
  return `  ${paint(colour, result.padEnd(8))}${verb.padEnd(7)} ${oneLine(id)}${because === undefined ? '' : `: ${oneLine(because)}`}`;
}

/** Print the end of a run: what it came to, whatever failed, by owner with its line, who is held. */
export function formatRun(run: Run, paint: Paint): string {
  const { plan, outcomes } = run;
  const unfinished = outcomes.filter(({ result }) => result !== 'done').sort((a, b) => compareText(a.owner, b.owner) || compareText(a.id, b.id));
  const done = outcomes.length - unfinished.length;
  const waits = (run.aside ?? nothingAside).pauses.some(({ waiting }) => waiting > 0);
  const summary = isStopped(run.guarded ?? []) ? 'refused, nothing changed' : outcomes.length === 0 ? (waits ? 'nothing changed' : 'as desired, nothing changed') : `${count(done, 'change')} done${unfinished.length === 0 ? '' : `, ${unfinished.length} not`}`;
  return [
    `${paint('bold', `${plan.host} @ ${shortRevision(plan.revision)}`)}: ${summary} in ${((run.endedAt - run.startedAt) / 1000).toFixed(1)} s`,
    ...run.notices.map((notice) => `${paint('yellow', 'note:')} ${oneLine(notice)}`),
    ...unfinished.map((outcome) => `${paint('red', outcome.result)} ${ownerName(outcome.owner)}: ${oneLine(outcome.id)}: ${oneLine(outcome.because ?? '')}\n  ${paint('dim', formatSource(outcome.source))}`),
    ...formatHolds(plan.holds, paint),
    ...formatGuards(run.guarded ?? [], paint),
  ].join('\n');
}

/** The facts of a run, for programs and for the host's own report file. Shape: schemas/output/reconcile.schema.json. */
export function runFacts(run: Run): object {
  const { plan, outcomes, guarded = [], aside = nothingAside, remote, notices, startedAt, endedAt } = run;
  return { host: plan.host, revision: plan.revision, remote, startedAt, endedAt, notices, outcomes, holds: plan.holds.map(holdFacts), guards: guarded, ...aside, unchanged: plan.unchanged };
}
