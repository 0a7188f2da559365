import type { Same } from '../../handover/handover.ts';
import type { ExitStatus } from '../command.ts';
import { ask, askAfterAll, askUnless, orRecall, type Given } from '../halves/ask.ts';
import { takeRoom } from '../room.ts';
import type { Wanted } from './make-true.ts';
import { before, rest, restingOn, type Before, type Quiet } from './quiet.ts';
import { begin, type Begun, type Running } from './running.ts';

/** One run: what is in force is asked for, and made so where it is not. Of one that is cut short the next one tells where it was. */
export async function perform(running: Running): Promise<ExitStatus> {
  const begun = await begin(running);
  const wanted = await asked(running, begun, await before(running, begun));
  if ('same' in wanted) return rest(running, begun, wanted);
  // Only a run that has something to look for loads what looks and changes, and needs room.
  const { makeTrue } = await import('./make-true.ts');
  takeRoom();
  return makeTrue(running, begun, wanted);
}

/** Ask the other half; where it says that nothing is new, and the host is as the last run left it, there is nothing else to know. */
async function asked(running: Running, begun: Begun, earlier: Before | null): Promise<Wanted | (Same & Quiet)> {
  const { asking } = begun;
  if (earlier === null) return { given: await orRecall(asking, () => ask(asking, running.what)), resting: null };
  const given = await orRecall(asking, () => askUnless(asking, earlier.still.handed));
  if (!('same' in given)) return { given, resting: isMadeOf(given, earlier) ? await restingOn(running, begun, earlier) : null };
  const resting = await restingOn(running, begun, earlier);
  if (resting !== null) return { ...given, ...earlier, still: resting.still, isNews: resting.still !== earlier.still };
  return { given: await orRecall(asking, () => askAfterAll(asking, given, earlier.still.copy)), resting };
}

/** A note that names more programs than these was made of many changes: what nobody asks any more is in it until all is looked at again. */
const mostSaid = 24;

/** Is some of what was handed over what the last run made of this host, so that only the rest must be looked at? What that run had to say it had to say of all. */
function isMadeOf({ lost, familiar }: Given, { still: { copy, notices, said } }: Before): boolean {
  return lost === null && familiar?.copy === copy && notices.length === 0 && said.length <= mostSaid;
}
