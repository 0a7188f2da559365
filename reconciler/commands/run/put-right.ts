import type { Same } from '../../handover/handover.ts';
import { AllNeeded } from '../../plan/all-needed.ts';
import { movedSince } from '../../plan/moved.ts';
import { giveOwnPart } from '../halves/own-part.ts';
import type { Wanted } from './make-true.ts';
import { wakingOn, type SeenAgain } from './quiet.ts';
import type { Begun, Running } from './running.ts';

/** A host that is not as it was noted down, and that nothing new was handed over. */
interface Unrest extends SeenAgain {
  readonly same: Same;
}

/** Find out what of it is to be put right. Shape: null where that takes a look at everything. */
export async function toPutRight(running: Running, begun: Begun, { still, again, same }: Unrest): Promise<Wanted | null> {
  const moved = await movedSince(running.place.machine, still, wakingOn(running, begun), again);
  if (moved === null) return null;
  try {
    return { given: await giveOwnPart(begun.asking.place, same, { moved, last: still }), resting: moved.resting };
  } catch (error) {
    if (!(error instanceof AllNeeded)) throw error;
    return null;
  }
}
