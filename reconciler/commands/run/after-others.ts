/**
 * What came while a run was at work. Nobody's run is lost: a person gets what she asked for, and when the git server told that there is news
 * while she was at it, nobody waits for the timer.
 */
import { AtWork } from '../../machines/lock.ts';
import type { World } from '../command.ts';

/** Units: milliseconds. */
const pace = 250;
/** Ten minutes are enough for a run that installs packages; who is still at work then may never end. */
const mostTries = 600_000 / pace;

/** Do what takes the lock of a run, as soon as nobody has it, and say for whom it waits. Errors: AtWork when that took too long; those of the work. */
export async function afterOthers<Ended>(work: () => Promise<Ended>, { note }: Pick<World, 'note'>): Promise<Ended> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AtWork) || tries === mostTries) throw error;
      if (tries === 0) note(`croft: waiting for another run: ${error.holder}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pace));
  }
}
