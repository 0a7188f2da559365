import { NAMES } from '../../machines/access.ts';
import type { Machine } from '../../model/machine.ts';
import type { Resource } from '../../model/resource.ts';
import { mostInPart, restingAtHand } from '../../plan/at-hand.ts';
import { restingAt, type Resting, type Stillness, type Waking } from '../../plan/stillness.ts';
import { trade } from '../look.ts';

/** Find out whether a host rests, as far as that must be known for a part: where nothing is in it, or who is who, and from time to time, all of it. */
export async function restingFor(machine: Machine, still: Stillness, waking: Waking, part: readonly Resource[]): Promise<Resting | null> {
  const isAllMeant = part.length === 0 || still.inPart >= mostInPart || part.some(({ name }) => NAMES.includes(name));
  const near = isAllMeant ? null : await restingAtHand(machine, still, waking, { resources: part, kinds: trade.kinds });
  return near ?? (await restingAt(machine, still, waking)).resting;
}
