import type { Same } from '../../handover/handover.ts';
import { areInForce } from '../../model/plan.ts';
import type { Resource } from '../../model/resource.ts';
import { AllNeeded, type Settled } from '../../plan/all-needed.ts';
import type { ExitStatus } from '../command.ts';
import { ask, askAfterAll, askUnless, orRecall, type Given } from '../halves/ask.ts';
import { takeRoom } from '../room.ts';
import type { Wanted } from './make-true.ts';
import { before, calmOn, rest, restingOn, type Before, type Quiet } from './quiet.ts';
import { begin, type Begun, type Running } from './running.ts';

/** One run: what is in force is asked for, and made so where it is not. Of one that is cut short the next one tells where it was. */
export async function perform(running: Running): Promise<ExitStatus> {
  const begun = await begin(running);
  const earlier = await before(running, begun);
  const isPart = earlier !== null && isAllSaid(earlier) && areInForce(earlier.still.plan.holds);
  try {
    return await performed(running, begun, { earlier, isPart });
  } catch (error) {
    if (!isPart || !(error instanceof AllNeeded)) throw error;
    return performed(running, begun, { earlier, isPart: false, done: error.done });
  }
}

/** What is known of the last run, and whether what is new since may be all that is handed over. */
interface Knowing {
  readonly earlier: Before | null;
  readonly isPart: boolean;
  /** What was changed before it turned out that a part does not tell enough. */
  readonly done?: readonly Settled[];
}

/** Errors: AllNeeded where a part does not tell enough. */
async function performed(running: Running, begun: Begun, knowing: Knowing): Promise<ExitStatus> {
  const wanted = await asked(running, begun, knowing);
  if ('same' in wanted) return rest(running, begun, wanted);
  // Only a run that has something to look for loads what looks and changes, and needs room.
  const { makeTrue } = await import('./make-true.ts');
  takeRoom();
  return makeTrue(running, begun, { ...wanted, done: knowing.done ?? [] });
}

/** Ask the other half; where it says that nothing is new, and the host is as the last run left it, there is nothing else to know. */
async function asked(running: Running, begun: Begun, { earlier, isPart }: Knowing): Promise<Wanted | (Same & Quiet)> {
  const { asking } = begun;
  if (asking.told === true) setImmediate(prepare);
  if (earlier === null) return { given: await orRecall(asking, () => ask(asking, running.what)), resting: null };
  const given = await orRecall(asking, () => askUnless(asking, earlier.still.handed, isPart ? earlier.still : null));
  if (!('same' in given)) {
    const resting = isMadeOf(given, earlier) ? await restingOn(running, begun, earlier, partOf(given)) : null;
    if (given.handover.amends !== undefined && resting === null) throw new AllNeeded('the host is not as the last run left it');
    return { given, resting };
  }
  const { quiet, seen } = await calmOn(running, begun, earlier);
  if (quiet !== null) return { ...given, ...earlier, ...quiet };
  const own = isPart && seen !== null ? await (await import('./put-right.ts')).toPutRight(running, begun, { ...seen, same: given }) : null;
  return own ?? { given: await orRecall(asking, () => askAfterAll(asking, given, earlier.still.copy)), resting: null };
}

/** Load what a change takes while the other half is at work: a host that was told of news has nothing else to do then. */
function prepare(): void {
  void Promise.all([import('./make-true.ts'), import('../halves/part.ts'), import('../halves/facts.ts'), import('./at-hand.ts')]);
}

/** What was handed over alone; null where it is everything. */
function partOf({ handover: { amends, catalog } }: Given): readonly Resource[] | null {
  return amends === undefined ? null : catalog.resources;
}

/** A note that names more programs than these was made of many changes: what nobody asks any more is in it until all is looked at again. */
const mostSaid = 24;

/** Is some of what was handed over what the last run made of this host, so that only the rest must be looked at? */
function isMadeOf({ lost, familiar }: Given, earlier: Before): boolean {
  return lost === null && familiar?.copy === earlier.still.copy && isAllSaid(earlier);
}

/** Is there nothing to be said of the host again? What the last run had to say it had to say of all. */
function isAllSaid({ still: { notices, said } }: Before): boolean {
  return notices.length === 0 && said.length <= mostSaid;
}
