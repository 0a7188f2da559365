import { needsLook, type Aside, type Waiting } from '../../model/aside.ts';
import type { Guarded } from '../../model/guard.ts';
import type { Plan } from '../../model/plan.ts';
import { formatWaiting } from '../../report/aside.ts';
import { formatGuards } from '../../report/guard.ts';
import { formatPlan, planFacts } from '../../report/plan.ts';
import { oneLine } from '../../report/printable.ts';
import { asideNotices, setAside, standingRollbacks } from '../aside.ts';
import type { ExitStatus, World } from '../command.ts';
import { ask } from '../halves/ask.ts';
import { halfOf } from '../halves/half.ts';
import { assertSameHost, standingAt, type Running } from './running.ts';
import { weigh } from './weigh.ts';

/** What a run would do: the same without its last step. */
export async function rehearse({ place, world, format, what }: Running): Promise<ExitStatus> {
  await assertSameHost(place);
  const now = world.now();
  const standing = await standingAt({ place, world, what }, now);
  const given = await ask({ place: { ...place, remotes: standing.remotes.asked }, half: halfOf(place, world), now }, what);
  const { planned: allowed, guarded } = await weigh({ ...place, now }, given);
  const { planned, waiting, pauses } = await setAside(place.machine, allowed, standing);
  const aside = { pauses, rollbacks: standingRollbacks(given.handover.rollbacks, standing.now), receipts: [] };
  for (const notice of given.handover.notices) world.note(`note: ${oneLine(notice)}`);
  const status = show(planned.plan, { format, world, guarded, aside, waiting });
  return status === 0 && given.handover.stays === true ? 3 : status;
}

interface Shown {
  readonly format: 'text' | 'json';
  readonly world: World;
  readonly guarded: readonly Guarded[];
  readonly aside: Aside;
  readonly waiting: readonly Waiting[];
}

function show(plan: Plan, { format, world, guarded, aside, waiting }: Shown): ExitStatus {
  for (const notice of asideNotices(aside)) world.note(`note: ${oneLine(notice)}`);
  const text = [formatPlan(plan, world.paint), ...formatWaiting(waiting, world.paint), ...formatGuards(guarded, world.paint)].join('\n');
  world.print(format === 'json' ? JSON.stringify(planFacts(plan, guarded, aside), null, 2) : text);
  if (guarded.length > 0) return 4;
  return plan.holds.length > 0 || needsLook(aside) ? 3 : 0;
}
