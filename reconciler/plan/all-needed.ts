import type { Change, Outcome } from '../model/plan.ts';

/**
 * A part of a catalog (Catalog.beside) does not tell enough: all of it must be looked at. What was changed by then, if anything, is as all of
 * it would have it, and known to be croft's.
 */
export class AllNeeded extends Error {
  /** What was changed by then. */
  readonly done: readonly Settled[];

  constructor(message: string, done: readonly Settled[] = []) {
    super(message);
    this.done = done;
  }
}

/** A change, and what became of it. */
export interface Settled {
  readonly change: Change;
  readonly outcome: Outcome;
}
