import { join } from 'node:path';
import { withLock } from '../machines/lock.ts';
import type { Change, Outcome, Plan } from '../model/plan.ts';
import { perform, survey } from '../reconcile.ts';
import { formatPlan, planFacts } from '../report/plan.ts';
import { formatOutcome, formatRun, isWhole, runFacts, type Run } from '../report/run.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { catalogOf, trade } from './look.ts';
import { placeHelp, placeOf, placeOptions, placeToChange, type Place } from './place.ts';
import { newest } from './source.ts';

/** Where a host keeps the report of its last run. Shape: schemas/output/reconcile.schema.json. */
const reportPath = '/var/lib/croft/report.json';

/** Make this host what git says. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'make this host what git says: one full run',
  help: `croft reconcile: one full run on this host: fetch the newest commit, validate it, compile what this
host must be, look at the host, change what differs, look again, report. Safe to run at any time and
as often as you like: what is as desired is not touched. An owner whose documents have problems is
held at the last good version; one owner's failure never stops another's change.

Usage: croft reconcile [WHERE] [--offline] [--dry-run] [--format text|json]

${placeHelp}

  --offline         do not fetch: use the last good commit
  --dry-run         the same run without its last step
  --format FORMAT   text for people; json: schemas/output/reconcile.schema.json

Example:
  $ sudo croft reconcile
  dynamic @ 4be21c9d03: 3 changes done in 0.8 s

Exit status: 0 as desired, 1 cannot, 3 in part: somebody is held or something failed.`,
  options: { ...placeOptions, offline: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  if (text(call, 'rev') !== null) throw new UsageError('cannot reconcile --rev: a host follows the newest commit of its branch – croft plan --rev shows another');
  const place = await (call.values['dry-run'] === true ? placeOf : placeToChange)(call, world);
  return withLock(place.root, async () => {
    const startedAt = world.now();
    const source = await newest(place, { offline: call.values['offline'] === true, now: startedAt });
    const understood = await catalogOf(source, place.host);
    const { lost, ...planned } = await survey(place.machine, understood, trade);
    const notices = [...source.notices, ...(lost ? ['the inventory could not be read: nothing is pruned in this run'] : [])];
    if (call.values['dry-run'] === true) return show(planned.plan, { format, world });
    const outcomes = await perform(place.machine, planned, { ...trade, progress: progressOf(world, { total: planned.plan.changes.length, quiet: format === 'json' }) });
    const finished: Run = { plan: planned.plan, outcomes, remote: source.remote, notices, startedAt, endedAt: world.now() };
    await tell(finished, { format, world, place });
    return isWhole(finished) ? 0 : 3;
  });
}

function show(plan: Plan, { format, world }: { readonly format: 'text' | 'json'; readonly world: World }): ExitStatus {
  world.print(format === 'json' ? JSON.stringify(planFacts(plan), null, 2) : formatPlan(plan, world.paint));
  return plan.holds.length > 0 ? 3 : 0;
}

async function tell(finished: Run, { format, world, place }: { readonly format: 'text' | 'json'; readonly world: World; readonly place: Place }): Promise<void> {
  await place.machine.perform({ do: 'write', path: reportPath, text: `${JSON.stringify(runFacts(finished))}\n`, mode: '0644', owner: 'root', group: 'root' });
  world.logger.info({ ...runFacts(finished), mirror: join(place.stateDirectory, 'repository.git') }, 'run ended');
  world.print(format === 'json' ? JSON.stringify(runFacts(finished), null, 2) : formatRun(finished, world.paint));
}

/** A line for each settled change as it happens: on a terminal all of them, elsewhere only what went wrong. */
function progressOf(world: World, { total, quiet }: { readonly total: number; readonly quiet: boolean }): (change: Change, outcome: Outcome) => void {
  let settled = 0;
  return (change, outcome) => {
    settled += 1;
    if (outcome.result !== 'done') world.logger.warn(outcome, 'not done');
    if (!quiet && world.interactive) world.note(`${String(settled).padStart(String(total).length)}/${total}${formatOutcome(change, outcome, world.paint)}`);
  };
}
