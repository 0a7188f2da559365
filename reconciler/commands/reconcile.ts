import { dirname, join } from 'node:path';
import { withLock } from '../machines/lock.ts';
import type { Host } from '../model/desired.ts';
import type { Guarded } from '../model/guard.ts';
import type { Change, Outcome, Plan } from '../model/plan.ts';
import { perform, recover, survey } from '../reconcile.ts';
import { formatGuards } from '../report/guard.ts';
import { formatPlan, planFacts } from '../report/plan.ts';
import { formatOutcome, formatRun, isWhole, runFacts, type Run } from '../report/run.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { catalogOf, trade } from './look.ts';
import { configPath, placeHelp, placeOf, placeOptions, placeToChange, type Place } from './place.ts';
import { publish } from './publish.ts';
import { hearReports } from './reports.ts';
import { restrain } from '../restrain.ts';
import { newest, type Newest } from './source.ts';
import { withheld } from './withheld.ts';

/** Where a host keeps the report of its last run. Shape: schemas/output/reconcile.schema.json. */
const reportPath = '/var/lib/croft/report.json';

/** Make this host what git says. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'make this host what git says: one full run',
  help: `croft reconcile: one full run on this host: fetch the newest commit, validate it, compile what this
host must be, look at the host, change what differs, look again, report. Safe to run at any time and
as often as you like: what is as desired is not touched. An owner whose documents have problems is
held at the last good version; one owner's failure never stops another's change. What would destroy too
much is kept back until an allowance for it is in the reviewed commit.

Usage: croft reconcile [WHERE] [--offline] [--dry-run] [--format text|json]

${placeHelp}

  --offline         do not fetch: use the last good commit
  --dry-run         the same run without its last step
  --format FORMAT   text for people; json: schemas/output/reconcile.schema.json

Example:
  $ sudo croft reconcile
  dynamic @ 4be21c9d03: 3 changes done in 0.8 s

Exit status: 0 as desired, 1 cannot, 3 in part: somebody is held or something failed, 4 a guard kept
something back: what would let it pass is printed.`,
  options: { ...placeOptions, offline: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  if (text(call, 'rev') !== null) throw new UsageError('cannot reconcile --rev: a host follows the newest commit of its branch – croft plan --rev shows another');
  const place = await (call.values['dry-run'] === true ? placeOf : placeToChange)(call, world);
  return withLock(place.root, async () => {
    await assertSameHost(place);
    const startedAt = world.now();
    const source = await newest(place, { offline: call.values['offline'] === true, now: startedAt });
    const understood = await catalogOf(source, place.host);
    if (call.values['dry-run'] !== true) await recover(place.machine);
    const { lost, ...surveyed } = await survey(place.machine, understood, trade);
    const { planned, guarded, stopped, ...restrained } = await restrain(place.machine, { ...understood, wanted: source.wanted, planned: surveyed, now: startedAt }, trade);
    const notices = [...source.notices, ...restrained.notices, ...(lost ? ['the inventory could not be read: nothing is pruned in this run'] : [])];
    if (call.values['dry-run'] === true) return show(planned.plan, { format, world, guarded });
    if (stopped) return refuse({ plan: planned.plan, outcomes: [], guarded, remote: source.remote, notices, startedAt, endedAt: world.now() }, { format, world, place });
    const outcomes = await perform(place.machine, planned, { ...trade, progress: progressOf(world, { total: planned.plan.changes.length, quiet: format === 'json' }) });
    await source.keep();
    const finished: Run = { plan: planned.plan, outcomes, guarded, remote: source.remote, notices, startedAt, endedAt: world.now() };
    const heard = await converse(finished, { place, source, hosts: understood.state.hosts });
    await tell({ ...finished, notices: [...notices, ...heard] }, { format, world, place });
    if (guarded.length > 0) return 4;
    return isWhole(finished) ? 0 : 3;
  });
}

/** One word in config.yaml makes a machine another host, and takes away all that it is. Errors: UsageError when its last run was as another one. */
async function assertSameHost({ machine, host }: Place): Promise<void> {
  const [answer] = await machine.observe([{ ask: 'path', path: reportPath, want: 'text' }]);
  const was = /^\{"host":"([a-z0-9-]+)"/.exec((answer?.ask === 'path' ? answer.node?.text : null) ?? '')?.[1] ?? host;
  if (was !== host) throw new UsageError(`cannot make this machine ${host}: its last run was as ${was}, and all that it does for the co-op would be taken away – say host: ${was} in ${configPath}, or remove ${reportPath} if that is meant`);
}

/** Hear what the other hosts say, and tell them how this run went. Only now: nobody waits for it. Shape: notices. */
async function converse(run: Run, { place, source, hosts }: { readonly place: Place; readonly source: Newest; readonly hosts: readonly Host[] }): Promise<readonly string[]> {
  const host = hosts.find(({ name }) => name === place.host);
  const tree = source.trusted.tree;
  // Whoever kicked again waits for the next run, which then tells of this one as well.
  if (await isKicked(place)) return host === undefined ? [] : publish({ place, run: { ...run, remote: null }, host, tree, refs: null });
  const { notices, ...heard } = await hearReports({ ...place, remote: source.remote }, hosts);
  const kept = await withheld({ place, repository: source.repository, commit: source.trusted.commit, ...heard, hosts, now: run.startedAt });
  const told = host === undefined ? [] : await publish({ place, run, host, tree, refs: heard.refs });
  return [...notices, ...kept, ...told];
}

/** Has a git server said, since this run began, that there is news? The file is croft-kick's, and croft.path starts the next run for it. */
async function isKicked({ machine }: Place): Promise<boolean> {
  const [answer] = await machine.observe([{ ask: 'path', path: '/run/croft-kick/now', want: 'stat' }]);
  return answer?.ask === 'path' && answer.node !== null;
}

interface Shown {
  readonly format: 'text' | 'json';
  readonly world: World;
  readonly guarded: readonly Guarded[];
}

function show(plan: Plan, { format, world, guarded }: Shown): ExitStatus {
  const text = [formatPlan(plan, world.paint), ...formatGuards(guarded, world.paint)].join('\n');
  world.print(format === 'json' ? JSON.stringify(planFacts(plan, guarded), null, 2) : text);
  if (guarded.length > 0) return 4;
  return plan.holds.length > 0 ? 3 : 0;
}

interface Telling {
  readonly format: 'text' | 'json';
  readonly world: World;
  readonly place: Place;
}

/** Nothing was made, so nothing is believed from now on, and there is nothing to tell the others. */
async function refuse(run: Run, telling: Telling): Promise<ExitStatus> {
  await telling.place.machine.perform({ do: 'directory', path: dirname(reportPath), mode: '0755', owner: 'root', group: 'root' });
  await tell(run, telling);
  return 4;
}

async function tell(finished: Run, { format, world, place }: Telling): Promise<void> {
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
