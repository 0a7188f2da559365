import { needsLook } from '../model/aside.ts';
import { noAttempts } from '../plan/backoff.ts';
import { readPauses } from '../plan/standing.ts';
import { formatWaiting } from '../report/aside.ts';
import { formatPlan, planFacts } from '../report/plan.ts';
import { formatGuards } from '../report/guard.ts';
import { oneLine } from '../report/printable.ts';
import { asideNotices, setAside, standingRollbacks } from './aside.ts';
import { choice, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { survey } from '../reconcile.ts';
import { restrain } from '../restrain.ts';
import { ask } from './halves/ask.ts';
import { halfOf } from './halves/half.ts';
import { trade } from './look.ts';
import { textsOf } from './texts.ts';
import { placeAround, placeAroundHelp, placeOptions } from './place.ts';

/** Say what this host lacks now, and change nothing. */
export const plan: Command = {
  name: 'plan',
  summary: 'say what this host lacks now, and change nothing',
  help: `croft plan: compares what git wants of a host with the host as it is, and says the difference: the
consequence first, then each owner's changes with the line behind each, then who is held and why.

Usage: croft plan [WHERE] [--diff] [--format text|json] [--exit-code]

${placeAroundHelp}

  --diff            show the lines of files that would change; nothing secret
  --format FORMAT   text for people; json: schemas/output/plan.schema.json
  --exit-code       exit 2 when there is anything to change

Example:
  $ croft plan --repo ~/coop.git --host dynamic --root /tmp/dynamic
  dynamic @ 4be21c9d03  plan 7f3ac19e
  1 to add, 1 to change; 212 as desired
  reloads apache2; touches ada, nobody else

Exit status: 0 shown, 1 cannot, 2 changes with --exit-code, 3 somebody is held or rolled back, a pause is
overdue, or the branch went where this host does not follow it, 4 a guard would keep something back: what
would let it pass is printed.`,
  options: { ...placeOptions, diff: { type: 'boolean' }, format: { type: 'string' }, 'exit-code': { type: 'boolean' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const place = await placeAround(call, world);
  if (place.isBare) world.note(`note: this machine is no host of the co-op: ${place.host} is taken to be bare; --root DIR looks at a directory that plays it`);
  const now = world.now();
  const { handover, reader } = await ask({ place, half: halfOf(place, world), now }, 'look');
  const { catalog, declared, holds } = handover;
  const { lost: _, ...surveyed } = await survey(place.machine, { catalog, holds }, trade);
  const { planned: allowed, guarded, notices } = await restrain(place.machine, { state: declared, planned: surveyed, now, remotes: place.remotes }, { ...trade, reader });
  for (const notice of [...handover.notices, ...notices]) world.note(`note: ${oneLine(notice)}`);
  const standing = { pauses: (await readPauses(place.machine)).value, attempts: noAttempts, now: Math.floor(now / 1000) };
  const { planned, waiting, pauses } = await setAside(place.machine, allowed, standing);
  const aside = { pauses, rollbacks: standingRollbacks(handover.rollbacks, standing.now), receipts: [] };
  for (const notice of asideNotices(aside)) world.note(`note: ${oneLine(notice)}`);
  const texts = call.values['diff'] === true ? await textsOf(place.machine, planned.plan.changes) : undefined;
  world.print(format === 'json' ? JSON.stringify(planFacts(planned.plan, guarded, aside), null, 2) : [formatPlan(planned.plan, world.paint, texts), ...formatWaiting(waiting, world.paint), ...formatGuards(guarded, world.paint)].join('\n'));
  if (guarded.length > 0) return 4;
  if (handover.stays === true || planned.plan.holds.length > 0 || needsLook(aside)) return 3;
  return planned.plan.changes.length > 0 && call.values['exit-code'] === true ? 2 : 0;
}
