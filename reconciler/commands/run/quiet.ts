/**
 * A run in which nothing is to be done, and which knows that before it reads anything (plan/stillness.ts): what is in force is what the
 * last run made true, and the host is as that run left it. It ends as every run does, and says the same. The others hear of it, and
 * are heard, when its turn has come: every few minutes, so that silence goes on to mean something.
 */
import { recover } from '../../converge/recover.ts';
import { nothingAside } from '../../model/aside.ts';
import { digest } from '../../model/digest.ts';
import type { Same } from '../../handover/handover.ts';
import type { Resource } from '../../model/resource.ts';
import type { Trusted } from '../../model/trusted.ts';
import { restingAt, type Found, type Stillness, type Waking } from '../../plan/stillness.ts';
import { keepStill, recollect } from '../../plan/still-file.ts';
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
  readonly still: Stillness;
  readonly trusted: Trusted;
}

/** The same, where the host is still so. */
export interface Quiet extends Before {
  /** Is less to be read the next time than the note says? */
  readonly isNews: boolean;
}

/** Recollect what the last run noted down; null when this one must look at everything, also at what one that did not end has left. */
export async function before({ place, what, audit }: Running, { known, mark, standing, startedAt }: Begun): Promise<Before | null> {
  const { build, machine, rollbacks } = place;
  const trusted = known?.tip.trusted ?? null;
  if (build === null || trusted === null || audit || what !== 'follow' || standing.pauses.length > 0 || rollbacks.length > 0 || mark.notices.length > 0) return null;
  const still = await recollect(machine, { build, asked: askedOf(place), at: startedAt });
  return still?.commit === trusted.commit ? { still, trusted } : null;
}

/**
 * Is the host as it was then, with nothing half done? What is to be read in this turn is read. `part`: where that is all that was handed over, nothing
 * else need be looked at.
 */
export async function restingOn(running: Running, begun: Begun, { still }: Before, part: readonly Resource[] | null): Promise<Found> {
  const { place: { machine } } = running;
  const { putBack, notices } = await recover(machine);
  if (putBack.length + notices.length > 0) return { resting: null, again: null };
  const waking = wakingOn(running, begun);
  return part === null ? restingAt(machine, still, waking) : (await import('./at-hand.ts')).restingFor(machine, still, waking, part);
}

/** Say what is to be read in this run, whatever its inodes say. */
export function wakingOn({ place: { host }, world }: Running, { last, startedAt }: Begun): Waking {
  return { turns: turnsSince(host, last?.endedAt ?? null, startedAt), now: world.now() };
}

/** End a run that has nothing to do. */
export async function rest(running: Running, begun: Begun, { still, trusted, isNews, ...same }: Quiet & Same): Promise<ExitStatus> {
  const [{ place, world, format }, { startedAt, mark, asking, known, standing }] = [running, begun];
  const { remote, confirmedAt } = same;
  const lost: string[] = [];
  const { build } = place;
  if (isNews && build !== null) await orSay(lost, () => keepStill(place.machine, build, still));
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
