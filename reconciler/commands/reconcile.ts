import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { recover } from '../converge/recover.ts';
import { GitError } from '../git/error.ts';
import { tipOf, type Handover } from '../handover/handover.ts';
import { withLock } from '../machines/lock.ts';
import { needsLook, type Aside, type Waiting } from '../model/aside.ts';
import type { Guarded } from '../model/guard.ts';
import { MachineError } from '../model/machine.ts';
import type { Change, Outcome, Plan } from '../model/plan.ts';
import { perform as makeSo, survey } from '../reconcile.ts';
import { formatWaiting } from '../report/aside.ts';
import { formatGuards } from '../report/guard.ts';
import { hostReportOf, liveNote } from '../report/host-report.ts';
import { oneLine } from '../report/printable.ts';
import { formatPlan, planFacts } from '../report/plan.ts';
import { formatOutcome, formatRun, isWhole, runFacts, type Run } from '../report/run.ts';
import { restrain, type Restrained } from '../restrain.ts';
import { asideNotices, beginReturns, setAside, settleAside, standingOn, standingRollbacks, type Standing } from './aside.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { ask, askOrRecall, remember, type Given } from './halves/ask.ts';
import { halfOf, Lost, type Half } from './halves/half.ts';
import { beginRun, type Mark } from './halves/marker.ts';
import { assertForward, record, recorded, share } from './halves/record.ts';
import { trade } from './look.ts';
import { configPath, placeHelp, placeOf, placeOptions, placeToChange, type Place } from './place.ts';

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

What failed is tried again after 1, 2, 4 … minutes, at most an hour, and at once when anything is new; a
run that a person starts tries everything.

Exit status: 0 as desired, 1 cannot, 3 in part: somebody is held, something failed, is rolled back, or is
paused for longer than was said or with a way in that should be closed, 4 a guard kept something back:
what would let it pass is printed.`,
  options: { ...placeOptions, offline: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  if (text(call, 'rev') !== null) throw new UsageError('cannot reconcile --rev: a host follows the newest commit of its branch – croft plan --rev shows another');
  const isDry = call.values['dry-run'] === true;
  const place = await (isDry ? placeOf : placeToChange)(call, world);
  const running = { place, world, format, what: call.values['offline'] === true ? 'stay' : 'follow' } as const;
  return withLock(place.root, () => (isDry ? rehearse(running) : perform(running)));
}

interface Running extends Telling {
  readonly what: 'follow' | 'stay';
}

/** What a run would do: the same without its last step. */
async function rehearse({ place, world, format, what }: Running): Promise<ExitStatus> {
  await assertSameHost(place);
  const now = world.now();
  const standing = await standingAt({ place, world, what }, now);
  const given = await ask({ place: { ...place, remotes: standing.remotes.asked }, half: halfOf(place, world), now }, what);
  const { planned: allowed, guarded } = await weigh(place, given, now);
  const { planned, waiting, pauses } = await setAside(place.machine, allowed, standing);
  const aside = { pauses, rollbacks: standingRollbacks(given.handover.rollbacks, standing.now), receipts: [] };
  return show(planned.plan, { format, world, guarded, aside, waiting });
}

/** What stands between this run and what git says: only a timer's run leaves alone what failed a moment ago. */
function standingAt({ place, world, what }: Pick<Running, 'place' | 'world' | 'what'>, now: number): Promise<Standing> {
  return standingOn(what === 'stay' ? { ...place, remotes: [] } : place, { now, patient: world.scheduled });
}

/** One full run. Of one that is cut short the next one tells where it was. */
async function perform({ place, world, format, what }: Running): Promise<ExitStatus> {
  await assertSameHost(place);
  const startedAt = world.now();
  const mark = await beginRun(place.machine, startedAt);
  const half = halfOf(place, world);
  const known = await recorded(place.machine);
  await share(place.machine);
  const standing = await standingAt({ place, world, what }, startedAt);
  const given = await askOrRecall({ place: { ...place, remotes: standing.remotes.asked }, half, now: startedAt }, what);
  if (given.lost === null) assertForward(known, given.handover);
  const { notices: unmended } = await recover(place.machine);
  await mark.at('looking at the host');
  const { planned: allowed, guarded, stopped, notices: weighed } = await weigh(place, given, startedAt);
  const looked = await setAside(place.machine, allowed, standing);
  const { rollbacks } = given.handover;
  const found = { pauses: looked.pauses, rollbacks: standingRollbacks(rollbacks, standing.now), receipts: [] };
  const notices = [...mark.notices, ...standing.remotes.notices, ...standing.notices, ...(given.lost === null ? given.handover.notices : [given.lost]), ...unmended, ...weighed];
  const remote = given.lost === null ? given.handover.remote : null;
  const ended = { guarded, remote, startedAt };
  if (stopped) return refuse({ ...ended, plan: looked.planned.plan, outcomes: [], aside: found, notices: [...notices, ...asideNotices(found)], endedAt: world.now() }, { format, world, place, mark });
  const { set, returning, ...begun } = await beginReturns(place.machine, allowed, { standing, set: looked });
  const { planned } = set;
  if (planned.plan.changes.length > 0) await mark.at('changing the host');
  const shown = progressOf(world, { total: planned.plan.changes.length, quiet: format === 'json' });
  const marking = markingOf(mark, world);
  const done = await makeSo(place.machine, planned, { ...trade, now: startedAt, deferred: set.deferred.outcomes, progress: (change, outcome) => { shown(change, outcome); marking.settled(outcome.id); } });
  const lost: string[] = [];
  await orSay(lost, marking.done);
  const handover = given.inForce();
  await orSay(lost, () => record(place.machine, known, handover));
  await orSay(lost, () => remember(place.machine, handover));
  const { outcomes, aside, ...settled } = await orSay(lost, () => settleAside(place.machine, { standing, set, returning, outcomes: done, source: { remote, rollbacks }, now: world.now() }))
    ?? { outcomes: done, aside: found, notices: asideNotices(found) };
  await orSay(lost, () => mark.at('telling how it went'));
  const said = [...notices, ...begun.notices, ...settled.notices];
  const finished: Run = { ...ended, plan: planned.plan, outcomes, aside, notices: [...said, ...lost], endedAt: world.now() };
  const heard = known?.tip.oid === handover.trusted.commit && handover.hosts.every(({ key }) => key === null) ? [] : await orSay(lost, () => converse(finished, { place, half, handover }));
  const isKept = await tell({ ...finished, notices: [...said, ...lost, ...(heard ?? [])] }, { format, world, place, mark });
  if (guarded.length > 0) return 4;
  return isWhole(finished) && given.lost === null && lost.length === 0 && isKept ? 0 : 3;
}

/** Do what only writes down how a run went: where the host refuses that, what was done is told all the same, and this with it. */
async function orSay<Value>(lost: string[], work: () => Promise<Value>): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    lost.push(`what this run did is not written down as a whole: ${error.message}`);
    return null;
  }
}

/** Compare what was handed over with the host, and keep back what would destroy too much. */
async function weigh({ machine, remotes }: Place, { handover: { catalog, declared, holds }, reader }: Given, now: number): Promise<Restrained> {
  const { lost, ...planned } = await survey(machine, { catalog, holds }, trade);
  const restrained = await restrain(machine, { state: declared, planned, now, remotes }, { ...trade, reader });
  return { ...restrained, notices: [...restrained.notices, ...(lost ? ['the inventory could not be read: nothing is pruned in this run'] : [])] };
}

/** One word in config.yaml makes a machine another host, and takes away all that it is. Errors: UsageError when its last run was as another one. */
async function assertSameHost({ machine, host }: Place): Promise<void> {
  const [answer] = await machine.observe([{ ask: 'path', path: reportPath, want: 'text' }]);
  const was = /^\{"host":"([a-z0-9-]+)"/.exec((answer?.ask === 'path' ? answer.node?.text : null) ?? '')?.[1] ?? host;
  if (was !== host) throw new UsageError(`cannot make this machine ${host}: its last run was as ${was}, and all that it does for the co-op would be taken away – say host: ${was} in ${configPath}, or remove ${reportPath} if that is meant`);
}

/** Have the other half hear what the other hosts say, and tell them how this run went. Only now: nobody waits for it. Shape: notices. */
async function converse(run: Run, { place, half, handover }: { readonly place: Place; readonly half: Half; readonly handover: Handover }): Promise<readonly string[]> {
  const { trusted: { commit, tree }, hosts } = handover;
  const told = { report: hostReportOf(run, { tree, since: 0, version: packageFile.version }), note: liveNote(run), whole: isWhole(run), endedAt: run.endedAt };
  const telling = { version: 1, id: `${run.startedAt}`, host: place.host, remote: run.remote, tip: tipOf(handover), commit, hosts, told, startedAt: run.startedAt } as const;
  try {
    return await half.tell({ ...telling, hurried: await isKicked(place) });
  } catch (error) {
    if (error instanceof Lost) return [`cannot tell the others how this run went: ${error.message}`];
    if (error instanceof GitError) return [error.message];
    throw error;
  }
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

interface Telling {
  readonly format: 'text' | 'json';
  readonly world: World;
  readonly place: Place;
}

/** Nothing was made, so nothing is believed from now on, and there is nothing to tell the others. */
async function refuse(run: Run, telling: Telling & { readonly mark: Mark }): Promise<ExitStatus> {
  await tell(run, telling);
  return 4;
}

/** Tell how a run went, in the host's report, too, where that can be written. Comes back with whether it could. */
async function tell(finished: Run, { format, world, place, mark }: Telling & { readonly mark: Mark }): Promise<boolean> {
  const lost: string[] = [];
  await orSay(lost, () => place.machine.perform({ do: 'write', path: reportPath, text: `${JSON.stringify(runFacts(finished))}\n`, mode: '0644', owner: 'root', group: 'root' }));
  await orSay(lost, mark.end);
  const facts = { ...finished, notices: [...finished.notices, ...lost] };
  world.logger.info({ ...runFacts(facts), mirror: join(place.stateDirectory, 'repository.git') }, 'run ended');
  world.print(format === 'json' ? JSON.stringify(runFacts(facts), null, 2) : formatRun(facts, world.paint));
  return lost.length === 0;
}

/** Mark where a long run is, every few seconds: a mark is synced, and a run of a thousand changes must not wait for a thousand of them. */
function markingOf(mark: Mark, { now }: World): { settled(id: string): void; done(): Promise<void> } {
  let last = now();
  let writing = Promise.resolve();
  return {
    settled: (id) => {
      if (now() - last < 2000) return;
      last = now();
      writing = writing.then(() => mark.at('changing the host', id));
      // Whoever waits for it in the end hears what went wrong.
      writing.catch(() => undefined);
    },
    done: () => writing,
  };
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
