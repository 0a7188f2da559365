/** Where a run is while it changes the host: for whoever watches it, and for the run after it, should it never end. */
import type { Change, Outcome } from '../../model/plan.ts';
import { formatOutcome } from '../../report/run.ts';
import type { World } from '../command.ts';
import type { Mark } from '../halves/marker.ts';

/** Mark where a long run is, every few seconds: a mark is synced, and a run of a thousand changes must not wait for a thousand of them. */
export function markingOf(mark: Mark, { now }: World): { settled(id: string): void; done(): Promise<void> } {
  let last = now();
  let writing = Promise.resolve();
  return {
    settled: (id) => {
      if (now() - last < 2000) return;
      last = now();
      writing = writing.then(() => mark.at('changing the host', id));
      // Whoever waits for it in the end hears what went wrong.
      writing.catch(() => undefined);
    },
    done: () => writing,
  };
}

/** A line for each settled change as it happens: on a terminal all of them, elsewhere only what went wrong. */
export function progressOf(world: World, { total, quiet }: { readonly total: number; readonly quiet: boolean }): (change: Change, outcome: Outcome) => void {
  let settled = 0;
  return (change, outcome) => {
    settled += 1;
    if (outcome.result !== 'done') world.logger.warn(outcome, 'not done');
    if (!quiet && world.interactive) world.note(`${String(settled).padStart(String(total).length)}/${total}${formatOutcome(change, outcome, world.paint)}`);
  };
}
