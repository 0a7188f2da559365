/**
 * A run in which nothing is to be done, and which knows that before it reads anything (plan/stillness.ts): what is in force is what the
 * last run made true, and the host is as that run left it. It ends as every run does, and says the same. The others hear of it, and
 * are heard, when its turn has come: every few minutes, so that silence goes on to mean something.
 */
import { nothingAside } from '../../model/aside.ts';
import { digest } from '../../model/digest.ts';
import type { Handover, Same } from '../../handover/handover.ts';
import type { Trusted } from '../../model/trusted.ts';
import { isStill, stillness, type Stillness } from '../../plan/stillness.ts';
import { keepStill, recollect } from '../../plan/still-file.ts';
import { turnsSince } from '../../plan/turns.ts';
import type { Watch } from '../../plan/watch.ts';
import type { Run } from '../../report/run.ts';
import { settleRemotes } from '../aside.ts';
import type { ExitStatus } from '../command.ts';
import { record } from '../halves/record.ts';
import type { Place } from '../place.ts';
import { orSay, type Begun, type Running } from './running.ts';
import { end, hasHearers } from './telling.ts';

/** What the last run noted down, with what root believes since. */
export interface Before {
  readonly still: Stillness;
  readonly trusted: Trusted;
}

/** Recollect what the last run noted down; null when this one must look at everything, also at what one that did not end has left. */
export async function before({ place, what, audit }: Running, { known, mark, standing, startedAt }: Begun): Promise<Before | null> {
  const { build, machine, rollbacks } = place;
  const trusted = known?.tip.trusted ?? null;
  if (build === null || trusted === null || audit || what !== 'follow' || standing.pauses.length > 0 || rollbacks.length > 0 || mark.notices.length > 0) return null;
  const still = await recollect(machine, { build, asked: askedOf(place), at: startedAt });
  return still?.commit === trusted.commit ? { still, trusted } : null;
}

/** Is the host as it was then? What is to be read in this turn is read. */
export function isQuiet({ place: { machine, host } }: Running, { last, startedAt }: Begun, { still }: Before): Promise<boolean> {
  return isStill(machine, still, turnsSince(host, last?.endedAt ?? null, startedAt));
}

/** End a run that has nothing to do. */
export async function rest({ place, world, format }: Running, { startedAt, mark, asking, known, standing, last }: Begun, { still, trusted, ...same }: Before & Same): Promise<ExitStatus> {
  const { remote, confirmedAt } = same;
  const lost: string[] = [];
  await orSay(lost, () => record(place.machine, known, { trusted, confirmedAt }));
  await orSay(lost, () => settleRemotes(place.machine, standing, { answered: remote, now: world.now() }));
  const said = [...mark.notices, ...standing.remotes.notices, ...standing.notices, ...same.notices, ...still.notices];
  const run: Run = { plan: { ...still.plan, changes: [] }, outcomes: [], aside: nothingAside, guarded: [], remote, notices: said, startedAt, endedAt: world.now() };
  // Whoever starts a run by hand wants to know now what there is to say.
  const isTurn = !world.scheduled || turnsSince(place.host, last?.endedAt ?? null, startedAt).length > 0 || last?.notices.length !== 0;
  const inForce = { trusted, confirmedAt, hosts: still.hosts };
  return end(run, { format, world, place, mark, half: asking.half, lost, inForce: isTurn && hasHearers(known, inForce) ? inForce : null });
}

/** What a run found that may leave the next one nothing to do. */
export interface Found {
  readonly watched: Watch;
  readonly lookedAt: number;
  readonly handover: Handover;
  /** Digest of root's own copy of it. */
  readonly copy: string;
  readonly plan: Stillness['plan'];
  readonly notices: readonly string[];
}

/** Note down for the next run that there is nothing to do; or, with null, that there is. Errors: MachineError. */
export async function note(place: Place, found: Found | null): Promise<void> {
  const { build, machine } = place;
  if (build === null) return;
  const key = found?.handover.key ?? null;
  if (found === null || key === null) return keepStill(machine, build, null);
  const { watched, lookedAt, handover: { hosts, trusted }, copy, notices } = found;
  const { host, revision, holds, unchanged, checksum } = found.plan;
  const about = { asked: askedOf(place), handed: key, copy, commit: trusted.commit, hosts, notices, plan: { host, revision, holds, unchanged, checksum } };
  return keepStill(machine, build, await stillness(machine, watched, { ...about, lookedAt }));
}

function askedOf({ host, remotes, branch, revision, pin }: Place): string {
  return digest(JSON.stringify([host, remotes, branch, revision, pin]));
}
