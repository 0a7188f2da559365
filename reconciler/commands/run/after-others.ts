/**
 * What came while a run was at work. A person's run waits, and so does one that the git server asked for: the other may have fetched before
 * there was news. A timer's does what the other does, and leaves it to that.
 */
import { AtWork } from '../../machines/lock.ts';
import type { World } from '../command.ts';

/** Long enough for a run that installs packages; who is at work then may never end. Units: milliseconds. */
const patience = 600_000;
const pace = 250;

/** Do what takes the lock of a run, as soon as nobody has it, and say for whom it waits. Errors: AtWork when that took too long; those of the work. */
export async function afterOthers<Ended>(work: () => Promise<Ended>, { note }: Pick<World, 'note'>): Promise<Ended> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AtWork) || tries === patience / pace) throw error;
      if (tries === 0) note(`croft: waiting for another run: ${error.holder}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pace));
  }
}

/** Do it, or say who does it. Shape: null where another does. Errors: AtWork where that has gone on for too long; those of the work. */
export async function unlessAtWork<Ended>(work: () => Promise<Ended>, { note, now }: Pick<World, 'note' | 'now'>): Promise<Ended | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AtWork) || Math.abs(now() - error.since) > patience) throw error;
    note(`croft: left to another run: ${error.holder}`);
    return null;
  }
}
