import type * as Turns from '../../../reconciler/plan/turns.ts';

/**
 * Have every file read half a day from now. Which are read in the turn of a moment depends on the moment at which the tests run; with this in
 * the place of plan/turns.ts what is counted is what a run itself asks for.
 */
export function later(turns: typeof Turns): typeof Turns {
  const { turnsOfDay, turnsSince } = turns;
  const now = Date.now();
  const [turn = 0] = turnsSince('one', now + 1, now);
  return { ...turns, turnOf: () => (turn + turnsOfDay / 2) % turnsOfDay };
}
