/**
 * A run that came while another one was at work. Nobody's is lost: a person gets what she asked for, and when the git server told that there
 * is news while she was at it, nobody waits for the timer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AtWork } from '../../machines/lock.ts';
import type { World } from '../command.ts';

/** Long enough for a run that installs packages; who is still at work then may never end. Units: milliseconds. */
const patience = 600_000;
const pace = 100;

/** Run as soon as whoever is at work has ended. Errors: AtWork when that took too long; those of the run. */
export async function inTurn<Ended>(run: () => Promise<Ended>, { first, world }: { readonly first: AtWork; readonly world: Pick<World, 'note'> }): Promise<Ended> {
  world.note(`croft: waiting for another run: ${first.holder}`);
  for (const until = performance.now() + patience; ;) {
    await sleep(pace);
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof AtWork) || performance.now() > until) throw error;
    }
  }
}
