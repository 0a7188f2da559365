/**
 * A run in which nothing is to be done, and which knows that before it reads anything (plan/stillness.ts): what is in force is what the
 * last run made true, and the host is as that run left it. It ends as every run does, and says the same. The others hear of it, and
 * are heard, when its turn has come: every few minutes, so that silence goes on to mean something.
 */
import { recover } from '../../converge/recover.ts';
import { nothingAside } from '../../model/aside.ts';
import { digest } from '../../model/digest.ts';
import type { Same } from '../../handover/handover.ts';
import type { Machine } from '../../model/machine.ts';
import type { Resource } from '../../model/resource.ts';
import type { Trusted } from '../../model/trusted.ts';
import { noteOf, restingByRoll, rollOf, type ByRoll } from '../../plan/roll.ts';
import { keepRoll, recollectRoll } from '../../plan/roll-file.ts';
import { restingAt, withYoung, type Again, type Resting, type Still, type Stillness, type Waking } from '../../plan/stillness.ts';
import { keepStill, recollect, withPaths } from '../../plan/still-file.ts';
import { turnsSince } from '../../plan/turns.ts';
import type { Run } from '../../report/run.ts';
import { settleRemotes } from '../aside.ts';
import type { ExitStatus } from '../command.ts';
import { record } from '../halves/record.ts';
import type { Place } from '../place.ts';
import { orSay, type Begun, type Running } from './running.ts';
import { end, hasHearers, hearsOthers } from './telling.ts';

/** What the last run noted down, with what root believes since. */
export interface Before {
  readonly still: Still;
  readonly trusted: Trusted;
}

/** The same, where the host is still so. */
export interface Quiet extends Before {
  /** Is less to be read the next time than the note says? */
  readonly isNews: boolean;
  /** By what the next run finds it so; null where there is none. */
  readonly by: ByRoll | null;
  readonly isOtherRoll: boolean;
}

/** How a host was found of which nothing new was handed over. */
export interface Calm {
  /** null when something is another. */
  readonly quiet: Omit<Quiet, 'trusted'> | null;
  /** What was seen then of what was noted down; null where that is not all. */
  readonly seen: SeenAgain | null;
}

/** A note, and how all is now that it speaks of. */
export interface SeenAgain {
  readonly still: Stillness;
  readonly again: Again;
}

/** Recollect what the last run noted down; null when this one must look at everything, also at what one that did not end has left. */
export async function before({ place, what, audit }: Running, { known, mark, standing, startedAt }: Begun): Promise<Before | null> {
  const { build, machine, rollbacks } = place;
  const trusted = known?.tip.trusted ?? null;
  if (build === null || trusted === null || audit || what !== 'follow' || standing.pauses.length > 0 || rollbacks.length > 0 || mark.notices.length > 0) return null;
  const still = await recollect(machine, { build, asked: askedOf(place), at: startedAt });
  return still?.commit === trusted.commit ? { still, trusted } : null;
}

/** Is the host as it was then, with nothing half done? What is to be read in this turn is read. `part`: what was handed over alone; null where that is everything. */
export async function restingOn(running: Running, begun: Begun, { still }: Before, part: readonly Resource[] | null): Promise<Resting | null> {
  const { place: { machine } } = running;
  const noted = (await isHalfDone(machine)) ? null : await withPaths(machine, still);
  if (noted === null) return null;
  const waking = wakingOn(running, begun);
  return part === null ? (await restingAt(machine, noted, waking)).resting : (await import('./at-hand.ts')).restingFor(machine, noted, waking, part);
}

/** The same where nothing new was handed over: by its roll, and where that says otherwise by stamps, so that what has moved is known. */
export async function calmOn(running: Running, begun: Begun, { still }: Before): Promise<Calm> {
  const { place: { machine, build } } = running;
  if (build === null || (await isHalfDone(machine))) return { quiet: null, seen: null };
  const waking = wakingOn(running, begun);
  const by = await recollectRoll(machine, build, noteOf(still));
  const called = by === null ? null : await restingByRoll(machine, still, waking, { by, paths: async () => (await withPaths(machine, still))?.paths ?? null });
  if (called !== null) return { quiet: { ...called, isNews: called.still !== still, isOtherRoll: called.by !== by }, seen: null };
  const noted = await withPaths(machine, still);
  if (noted === null) return { quiet: null, seen: null };
  const { resting, again } = await restingAt(machine, noted, waking, by === null);
  if (resting === null) return { quiet: null, seen: { still: noted, again } };
  const roll = rollOf(still, again);
  return { quiet: { still: withYoung(still, resting.still.young), by: roll, isNews: resting.still !== noted, isOtherRoll: by !== roll }, seen: null };
}

/** Has something that did not end left anything? It is put right then. */
async function isHalfDone(machine: Machine): Promise<boolean> {
  const { putBack, notices } = await recover(machine);
  return putBack.length + notices.length > 0;
}

/** Say what is to be read in this run, whatever its inodes say. */
export function wakingOn({ place: { host }, world }: Running, { last, startedAt }: Begun): Waking {
  return { turns: turnsSince(host, last?.endedAt ?? null, startedAt), now: world.now() };
}

/** End a run that has nothing to do. */
export async function rest(running: Running, begun: Begun, { still, trusted, isNews, by, isOtherRoll, ...same }: Quiet & Same): Promise<ExitStatus> {
  const [{ place, world, format }, { startedAt, mark, asking, known, standing }] = [running, begun];
  const { remote, confirmedAt } = same;
  const lost: string[] = [];
  const { build } = place;
  if (isNews && build !== null) await orSay(lost, () => keepStill(place.machine, build, still));
  if (isOtherRoll && build !== null) await orSay(lost, () => keepRoll(place.machine, build, by));
  await orSay(lost, () => record(place.machine, known, { trusted, confirmedAt }));
  await orSay(lost, () => settleRemotes(place.machine, standing, { answered: remote, now: world.now() }));
  const said = [...mark.notices, ...standing.remotes.notices, ...standing.notices, ...same.notices, ...still.notices];
  const run: Run = { plan: { ...still.plan, changes: [] }, outcomes: [], aside: nothingAside, guarded: [], remote, notices: said, startedAt, endedAt: world.now() };
  const hears = hearsOthers(running, begun);
  const inForce = { trusted, confirmedAt, hosts: still.hosts };
  // The run before one that was kicked may only have written down what it had to tell.
  return end(run, { format, world, place, mark, half: asking.half, lost, hears, inForce: (hears || world.kicked) && hasHearers(known, inForce) ? inForce : null });
}

/** Digest what is asked for. */
export function askedOf({ host, remotes, branch, revision, pin }: Pick<Place, 'host' | 'remotes' | 'branch' | 'revision' | 'pin'>): string {
  return digest(JSON.stringify([host, remotes, branch, revision, pin]));
}
