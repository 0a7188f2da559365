import type { Owner } from './owner.ts';
import type { Change, Difference } from './plan.ts';
import type { Id } from './resource.ts';

/** What a person said when she took something out of the way of the runs. Units: unix seconds. */
export interface Word {
  readonly who: string;
  readonly why: string;
  readonly since: number;
}

/** Something on this host that no run is to change. */
export interface Pause extends Word {
  /** `host`, `coop`, `member:ada`, `service:mail`, or the id of one resource, where a unit stands for what it reads as well. */
  readonly scope: string;
  /** The units that a service or unit of that name means. */
  readonly units: readonly string[];
  readonly until: number;
  /** It is changed by hand, and that is announced: at its time it goes back by itself. Everything else waits until it is resumed. */
  readonly byHand: boolean;
}

/** What waits for the end of a pause. */
export interface Waiting {
  readonly pause: Pause;
  readonly changes: readonly Change[];
}

/** A pause as a run found it. */
export interface PauseStanding extends Pause {
  readonly overdue: boolean;
  /** How many changes wait for it. */
  readonly waiting: number;
  /** How many of these would close a way in. */
  readonly closing: number;
}

/** An older commit that this host is to be at, for one owner or (null) for everybody. */
export interface Rollback extends Word {
  readonly owner: Owner | null;
  readonly to: string;
  /** Whatever is still as this commit has it is taken from `to` instead. */
  readonly bad: string;
  readonly until: number | null;
}

/** A rollback as a run found it. */
export interface RollbackStanding extends Rollback {
  readonly overdue: boolean;
  /** Whose directories are taken from the older commit; nobody's any more when all have changed since. */
  readonly owners: readonly Owner[];
}

/** What became of a hand-made change that was announced, when its time was over. Nothing secret. */
export interface Receipt extends Word {
  readonly id: Id;
  readonly owner: Owner;
  readonly until: number;
  /** What was on the host, and what git says; both null where that is secret. */
  readonly was: readonly Pick<Difference, 'attribute' | 'actual' | 'desired'>[];
  /** Where what was there is kept, for root only; null when there was nothing to keep. */
  readonly copy: string | null;
  /** When it was seen to be as git says. Units: unix seconds; null until then. */
  readonly returned: number | null;
}

/** Everything that stands between a run and what git says. */
export interface Aside {
  readonly pauses: readonly PauseStanding[];
  readonly rollbacks: readonly RollbackStanding[];
  readonly receipts: readonly Receipt[];
}

/** Nothing is paused, rolled back or returned. */
export const nothingAside: Aside = { pauses: [], rollbacks: [], receipts: [] };

/** Must somebody look, since what is set aside is overdue, keeps a way in open, or is not what git says? */
export function needsLook({ pauses, rollbacks }: Pick<Aside, 'pauses' | 'rollbacks'>): boolean {
  return rollbacks.length > 0 || pauses.some(({ overdue, closing }) => overdue || closing > 0);
}
