/** What stands on a host between a run and what git says, as one half tells it the other: a person's words, with their times in unix seconds. */
import type { PauseStanding, Rollback, RollbackStanding } from '../model/aside.ts';
import { bool, list, object, orNull, whole, type Reader } from './read.ts';
import { most, oid, owner, plainName, sentence } from './words.ts';

const second = whole(0, 8_640_000_000_000);
const said = { who: sentence, why: sentence, since: second };
const back = { ...said, owner: orNull(owner), to: oid, bad: oid, until: orNull(second) };

/** Take an older commit that a host went back to. */
export const rollback: Reader<Rollback> = object(back);

/** Take one together with whose documents come from it now. */
export const wentBack: Reader<Omit<RollbackStanding, 'overdue'>> = object({ ...back, owners: list(owner, most.names) });

/** Take one as a run found it. */
export const rollbackStanding: Reader<RollbackStanding> = object({ ...back, owners: list(owner, most.names), overdue: bool });

/** Take a pause as a run found it. */
export const pauseStanding: Reader<PauseStanding> = object({
  ...said, scope: plainName, units: list(plainName, most.names), until: second, byHand: bool, overdue: bool, waiting: whole(0, most.resources), closing: whole(0, most.resources),
});
