import { recover } from '../../converge/recover.ts';
import type { Same } from '../../handover/handover.ts';
import type { ExitStatus } from '../command.ts';
import { ask, askAfterAll, askUnless, orRecall, type Given } from '../halves/ask.ts';
import { takeRoom } from '../room.ts';
import { before, ifQuiet, rest, type Before, type Quiet } from './quiet.ts';
import { begin, type Begun, type Running } from './running.ts';

/** One run: what is in force is asked for, and made so where it is not. Of one that is cut short the next one tells where it was. */
export async function perform(running: Running): Promise<ExitStatus> {
  const begun = await begin(running);
  const earlier = await before(running, begun);
  const given = await asked(running, begun, earlier);
  if ('same' in given) return rest(running, begun, given);
  // Only a run that has something to look for loads what looks and changes, and needs room.
  takeRoom();
  const { makeTrue } = await import('./make-true.ts');
  return makeTrue(running, begun, given);
}

/** Ask the other half; where it says that nothing is new, and the host is as the last run left it, there is nothing else to know. */
async function asked(running: Running, begun: Begun, earlier: Before | null): Promise<Given | (Same & Quiet)> {
  const { asking } = begun;
  if (earlier === null) return orRecall(asking, () => ask(asking, running.what));
  const given = await orRecall(asking, () => askUnless(asking, earlier.still.handed));
  if (!('same' in given)) return given;
  const { putBack, notices } = await recover(running.place.machine);
  const quiet = putBack.length + notices.length === 0 ? await ifQuiet(running, begun, earlier) : null;
  if (quiet !== null) return { ...given, ...quiet };
  return orRecall(asking, () => askAfterAll(asking, given, earlier.still.copy));
}
