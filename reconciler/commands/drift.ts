import type { Change } from '../model/plan.ts';
import type { Machine } from '../model/machine.ts';
import type { Id } from '../model/resource.ts';
import type { Pause } from '../model/aside.ts';
import { coveredBy } from '../plan/pause.ts';
import type { Planned } from '../plan/plan.ts';
import { readPauses } from '../plan/standing.ts';
import { momentOf } from '../report/aside.ts';
import { oneLine } from '../report/printable.ts';
import type { Texts } from '../report/patch.ts';
import { textsOf } from './texts.ts';
import { changeFacts, shortRevision } from '../report/plan.ts';
import { formatShare, shares } from '../report/changes.ts';
import { ago, count } from '../report/words.ts';
import { choice, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { survey } from '../reconcile.ts';
import { inForceOn } from './halves/ask.ts';
import { halfOf } from './halves/half.ts';
import { trade } from './look.ts';
import { placeHelp, placeOf, placeOptions } from './place.ts';

/** Say what was changed by hand on this host. */
export const drift: Command = {
  name: 'drift',
  summary: 'say what was changed by hand on this host, attribute by attribute, and whose it is',
  help: `croft drift: everything on this host that is not as croft left it: which attribute, what it is and what
it should be, whose it is, the line that wants it, and when the path was last changed. Changes that git
asks for and that no run has made yet are only counted. The next run heals drift, but for what is
paused: of that it says who left it so, until when, and why.

Usage: croft drift [WHERE] [--diff] [--format text|json] [--exit-code]

${placeHelp}

  --diff            show the changed lines; nothing secret
  --format FORMAT   text for people; json: schemas/output/drift.schema.json
  --exit-code       exit 2 when there is drift

Example:
  $ sudo croft drift
  ada
    ~ table /var/lib/extrausers/passwd  desired-state/members/ada/member.yaml:9:8
        ada.shell: /bin/zsh → /bin/bash (drift)
        changed 3 minutes ago

Exit status: 0 shown, 1 cannot, 2 drift with --exit-code.`,
  options: { ...placeOptions, diff: { type: 'boolean' }, format: { type: 'string' }, 'exit-code': { type: 'boolean' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const place = await placeOf(call, world);
  const { catalog, holds } = await inForceOn({ place, half: halfOf(place, world), now: world.now() });
  const planned = await survey(place.machine, { catalog, holds }, trade);
  const drifted = planned.plan.changes.filter(({ cause }) => cause === 'drift').map(onlyDrift);
  const paused = pausesOf(drifted, planned, (await readPauses(place.machine)).value);
  const pending = planned.plan.changes.filter((change) => change.cause === 'pending' && !follows(change)).length;
  const changedAt = await whenChanged(place.machine, drifted);
  if (format === 'json') {
    const facts = drifted.map((change) => ({ ...changeFacts(change), changedAt: changedAt.get(change) ?? null, paused: paused.get(change) ?? null }));
    world.print(JSON.stringify({ host: planned.plan.host, revision: planned.plan.revision, drift: facts, pending }, null, 2));
  } else {
    const texts = call.values['diff'] === true ? await textsOf(place.machine, drifted) : undefined;
    world.print(formatDrift(drifted, { world, texts, changedAt, paused, heading: `${planned.plan.host} @ ${shortRevision(planned.plan.revision)}`, pending }));
  }
  return drifted.length > 0 && call.values['exit-code'] === true ? 2 : 0;
}

/** A unit that has only to load what is put right again is nobody's change. */
function follows({ differences }: Change): boolean {
  return differences.length > 0 && differences.every(({ actual }) => actual === 'stale');
}

function onlyDrift(change: Change): Change {
  return { ...change, differences: change.differences.filter(({ cause }) => cause === 'drift') };
}

function formatDrift(drifted: readonly Change[], { world, texts, changedAt, paused, heading, pending }: { readonly world: World; readonly texts: ReadonlyMap<Id, Texts> | undefined; readonly changedAt: ReadonlyMap<Change, number>; readonly paused: ReadonlyMap<Change, Pause>; readonly heading: string; readonly pending: number }): string {
  const summary = drifted.length === 0 ? 'no drift' : `${count(drifted.length, 'thing')} changed by hand`;
  const dates = drifted.flatMap((change) => (changedAt.has(change) ? [`  ${change.resource.name} changed ${ago(world.now() - (changedAt.get(change) ?? 0))}`] : []));
  return [
    `${world.paint('bold', heading)}: ${summary}${pending === 0 ? '' : `; ${count(pending, 'change')} from git not made yet`}`,
    ...shares(drifted).map((share) => `\n${formatShare(share, world.paint, texts)}`),
    ...(dates.length === 0 ? [] : ['', ...dates]),
    ...[...paused].map(([{ resource }, { who, why, until, byHand }]) => `  ${resource.name} stays until ${momentOf(until)}: ${byHand ? 'announced' : 'paused'} by ${oneLine(who)}: ${oneLine(why)}`),
  ].join('\n');
}

/** Which pause keeps the next run from healing a change. A change by hand whose time is over is put back. */
function pausesOf(drifted: readonly Change[], { resources }: Planned, pauses: readonly Pause[]): ReadonlyMap<Change, Pause> {
  const covers = pauses.map((pause) => ({ pause, isCovered: coveredBy(pause, resources) }));
  return new Map(drifted.flatMap((change) => {
    const found = covers.find(({ pause, isCovered }) => isCovered(change.resource, change) || change.differences.every(({ owner }) => owner === pause.scope))?.pause;
    return found === undefined ? [] : [[change, found] as const];
  }));
}

/** When each drifted path was last changed: the inode's own change time, which no `touch` sets back. */
async function whenChanged(machine: Machine, drifted: readonly Change[]): Promise<ReadonlyMap<Change, number>> {
  const onPaths = drifted.filter(({ resource }) => resource.name.startsWith('/'));
  const answers = await machine.observe(onPaths.map(({ resource }) => ({ ask: 'path', path: resource.name, want: 'stat' })));
  return new Map(answers.flatMap((answer, index) => {
    const change = onPaths[index];
    return change !== undefined && answer.ask === 'path' && answer.node !== null ? [[change, answer.node.changedAt] as const] : [];
  }));
}
