/** A run that has something to look for: weigh what differs, change it, look again, write down how it went, and tell. */
import { clearStaged, recover } from '../../converge/recover.ts';
import type { Handover } from '../../handover/handover.ts';
import { NAMES } from '../../machines/access.ts';
import type { Machine } from '../../model/machine.ts';
import type { Change, Outcome } from '../../model/plan.ts';
import type { Id } from '../../model/resource.ts';
import { AllNeeded, type Settled } from '../../plan/all-needed.ts';
import { oneOfEach } from '../../plan/noted.ts';
import { keepSeen, recollected, recollectSeen } from '../../plan/seen-file.ts';
import type { Resting } from '../../plan/stillness.ts';
import { turnOf, turnsSince } from '../../plan/turns.ts';
import { watch, type Recollection, type Watch } from '../../plan/watch.ts';
import { perform as makeSo } from '../../reconcile.ts';
import type { Run } from '../../report/run.ts';
import { asideNotices, beginReturns, setAside, settleAside, standingRollbacks, type Begun as Returning, type SetAside } from '../aside.ts';
import type { ExitStatus } from '../command.ts';
import type { Given } from '../halves/ask.ts';
import { copyPaths } from '../halves/copy-file.ts';
import { accountsPath, isFitStill } from '../halves/fit.ts';
import { assertForward, record } from '../halves/record.ts';
import { trade } from '../look.ts';
import { note } from './note.ts';
import { markingOf, progressOf } from './progress.ts';
import { orSay, type Begun, type Running } from './running.ts';
import { end, hasHearers, hearsOthers, tell } from './telling.ts';
import { weigh, type Weighed } from './weigh.ts';

/** What to make true, and what is known of the host: how it rests where it is as the last run left it. */
export interface Wanted {
  readonly given: Given;
  readonly resting: Resting | null;
  /** What was changed before it turned out that a part does not tell enough. */
  readonly done?: readonly Settled[];
}

/** Make this host what was handed over. */
export async function makeTrue(running: Running, begun: Begun, wanted: Wanted): Promise<ExitStatus> {
  const { given, done: before = [] } = wanted;
  const { place, world, format } = running;
  const { known, mark, standing, asking, startedAt } = begun;
  if (given.lost === null) assertForward(known, given.handover);
  const looked = await look(running, begun, wanted);
  const { weighed, set, notices } = looked;
  const { rollbacks } = given.handover;
  const found = { pauses: set.pauses, rollbacks: standingRollbacks(rollbacks, standing.now), receipts: [] };
  const remote = given.lost === null ? given.handover.remote : null;
  const ended = { guarded: weighed.guarded, remote, stays: given.handover.stays === true, startedAt };
  if (weighed.stopped) return refuse({ ...ended, plan: set.planned.plan, outcomes: [], aside: found, notices: [...notices, ...asideNotices(found)], endedAt: world.now() }, running, begun);
  const returns = await beginReturns(place.machine, weighed.planned, { standing, set });
  const lost: string[] = [];
  const done = await change(running, begun, { machine: looked.watched.changing, returns, lost });
  const handover = given.inForce();
  await orSay(lost, () => record(place.machine, known, handover));
  const copy = await orSay(lost, () => given.remember());
  // Where it is no more as it was left, what is new must not be put beside it.
  await looked.watched.changing.observe(copyPaths.map((path) => ({ ask: 'path', path, want: 'stat' })));
  const { outcomes, aside, ...settled } = await orSay(lost, () => settleAside(place.machine, { standing, set: returns.set, returning: returns.returning, outcomes: done, source: { remote, rollbacks }, now: world.now() }))
    ?? { outcomes: done, aside: found, notices: asideNotices(found) };
  await orSay(lost, () => mark.at('telling how it went'));
  const finished: Run = { ...ended, ...withDone(before, { plan: returns.set.planned.plan, outcomes }), aside, notices: [...notices, ...returns.notices, ...settled.notices], endedAt: world.now() };
  const isAtRest = copy !== null && lost.length === 0 && found.pauses.length + rollbacks.length === 0 && settled.notices.length === 0 && isStillAfter(finished, given, looked) && (await isFitAfter(finished, handover, looked));
  await orSay(lost, () => note(place, isAtRest ? { ...looked, planned: set.planned, kinds: trade.kinds, handover, copy, notices: weighed.notices } : null));
  const { build } = place;
  if (build !== null) await orSay(lost, () => keepSeen(place.machine, build, looked.watched));
  const status = await end(finished, { format, world, place, mark, half: asking.half, lost, hears: hearsOthers(running, begun), inForce: hasHearers(known, handover) ? handover : null });
  if (weighed.guarded.length > 0) return 4;
  return given.lost === null ? status : 3;
}

interface Looked {
  readonly watched: Watch;
  /** Units: milliseconds since the epoch. */
  readonly lookedAt: number;
  readonly weighed: Weighed;
  readonly set: SetAside;
  readonly unmended: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Look at the host, and take out of the plan what is to wait. Whatever the plan follows from is noted down on the way. Of a host at rest is
 * known how everything is that stands in what was handed over as it stood there before.
 */
async function look(running: Running, begun: Begun, { given, resting }: Wanted): Promise<Looked> {
  const [{ place, world }, { mark, standing, startedAt }] = [running, begun];
  const { notices: unmended } = await recover(place.machine);
  await mark.at('looking at the host');
  const [watched, lookedAt] = [watch(place.machine, { now: world.now, known: await knownOn(running, begun, resting), resting }), world.now()];
  // Who has an account of the host's own decided what was handed over (halves/fit.ts): another one is news.
  await watched.machine.observe([{ ask: 'path', path: accountsPath, want: 'text' }]);
  const weighed = await weigh({ machine: watched.machine, remotes: place.remotes, now: startedAt, unmoved: resting === null ? undefined : given.familiar?.resources }, given);
  const set = await setAside(watched.machine, weighed.planned, standing);
  if (set.planned.plan.changes.some(({ resource: { name } }) => NAMES.includes(name))) await watched.machine.observe(oneOfEach(watched.noted).map(({ path }) => ({ ask: 'path', path, want: 'stat' })));
  if (mark.notices.length > 0) await clearStaged(place.machine, set.planned.accounted);
  const handed = given.lost === null ? given.handover.notices : [given.lost];
  return { watched, lookedAt, weighed, set, unmended, notices: [...mark.notices, ...standing.remotes.notices, ...standing.notices, ...handed, ...unmended, ...weighed.notices] };
}

/** What need not be read again: nothing where all is to be read, and not what is to be read in this turn; of a host at rest that was read. */
async function knownOn({ place: { machine, host, build }, audit }: Running, { last, startedAt }: Begun, resting: Resting | null): Promise<Recollection> {
  if (audit || build === null) return recollected(new Map());
  const seen = await recollectSeen(machine, build);
  if (resting !== null) return seen;
  const turns = new Set(turnsSince(host, last?.endedAt ?? null, startedAt));
  return recollected(new Map([...seen.all()].filter(([path]) => !turns.has(turnOf(path)))));
}

interface Changing {
  readonly machine: Machine;
  readonly returns: Returning;
  readonly lost: string[];
}

/** Change what differs. */
async function change({ world, format }: Running, { mark, startedAt }: Begun, { machine, returns: { set }, lost }: Changing): Promise<readonly Outcome[]> {
  const { planned } = set;
  if (planned.plan.changes.length > 0) await mark.at('changing the host');
  const settled = new Map<Id, Settled>();
  const shown = progressOf(world, { total: planned.plan.changes.length, quiet: format === 'json' });
  const marking = markingOf(mark, world);
  const progress = (each: Change, outcome: Outcome): void => {
    shown(each, outcome);
    marking.settled(outcome.id);
    settled.set(outcome.id, { change: each, outcome });
  };
  try {
    const done = await makeSo(machine, planned, { ...trade, now: startedAt, deferred: set.deferred.outcomes, progress });
    await orSay(lost, marking.done);
    return done;
  } catch (error) {
    throw error instanceof AllNeeded ? new AllNeeded(error.message, [...settled.values()]) : error;
  }
}

/** With what was changed before all was looked at, for nobody else tells of it: but for what had to be changed again. */
function withDone(before: readonly Settled[], { plan, outcomes }: Pick<Run, 'plan' | 'outcomes'>): Pick<Run, 'plan' | 'outcomes'> {
  const again = new Set(outcomes.map(({ id }) => id));
  const others = before.filter(({ outcome: { id, result } }) => result === 'done' && !again.has(id));
  return { plan: { ...plan, changes: [...others.map(({ change: each }) => each), ...plan.changes] }, outcomes: [...others.map(({ outcome }) => outcome), ...outcomes] };
}

/** Did all go well, and is nothing to be said of it again, so that there will be nothing to do as long as nothing moves? */
function isStillAfter({ plan, outcomes }: Run, { lost, handover, inForce }: Given, { weighed, unmended }: Looked): boolean {
  const isDone = outcomes.every(({ result }) => result === 'done') && (plan.changes.length === 0 || weighed.notices.length === 0);
  return isDone && weighed.guarded.length === 0 && lost === null && !weighed.lost && unmended.length === 0 && inForce() === handover;
}

/** Only packages change who has an account of the host's own. */
async function isFitAfter({ plan }: Run, handover: Handover, { watched }: Looked): Promise<boolean> {
  return !plan.changes.some(({ resource: { kind } }) => kind === 'packages') || isFitStill(watched.changing, handover);
}

/** Nothing was made, so nothing is believed from now on, and there is nothing to tell the others. */
async function refuse(run: Run, { place, world, format }: Running, { mark }: Begun): Promise<ExitStatus> {
  const lost: string[] = [];
  await orSay(lost, () => note(place, null));
  await tell({ ...run, notices: [...run.notices, ...lost] }, { format, world, place, mark });
  return 4;
}
