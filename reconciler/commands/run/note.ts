import type { Handover } from '../../handover/handover.ts';
import { day } from '../../model/day.ts';
import { stillness, type Ended } from '../../plan/settled.ts';
import { sinceOf } from '../../plan/since.ts';
import { keepSince } from '../../plan/since-file.ts';
import { keepStamps } from '../../plan/stamps-file.ts';
import { keepStillness } from '../../plan/still-file.ts';
import { notedFacts } from '../halves/facts.ts';
import type { Place } from '../place.ts';
import { askedOf } from './quiet.ts';

/** A run after which the next one may have nothing to do. */
export interface Found extends Omit<Ended, 'machine'> {
  readonly handover: Handover;
  /** Digest of root's own copy of it. */
  readonly copy: string;
  readonly notices: readonly string[];
  /** When the host was looked at. Units: milliseconds since the epoch. */
  readonly lookedAt: number;
}

/** Note down for the next run that there is nothing to do; or, with null, that there is. Errors: MachineError. */
export async function note({ build, machine, ...place }: Place, found: Found | null): Promise<void> {
  if (build === null) return;
  const key = found?.handover.key ?? null;
  if (found === null || key === null) return void (await keepStillness(machine, build, null));
  const { watched, planned, kinds, handover: { hosts, trusted, declared }, copy, notices, lookedAt } = found;
  const before = watched.resting?.still ?? null;
  const about = { asked: askedOf(place), handed: key, copy, commit: trusted.commit, ...notedFacts(declared, before), hosts, notices, day: before?.day ?? day(lookedAt) };
  const settled = await stillness({ machine, watched, planned, kinds }, about);
  if (settled !== null) await keepStamps(machine, settled.stamped.rows);
  const kept = await keepStillness(machine, build, settled?.still ?? null);
  const since = settled === null || kept === null ? null : sinceOf(watched, settled, kept);
  if (since !== null) await keepSince(machine, build, since);
}
