import { withLock } from '../machines/lock.ts';
import type { Pause } from '../model/aside.ts';
import { readInventory } from '../plan/inventory.ts';
import { readPauses, readRollbacks, writePauses } from '../plan/standing.ts';
import { momentOf, rolledBack, scopeName } from '../report/aside.ts';
import { shortRevision } from '../report/plan.ts';
import { oneLine } from '../report/printable.ts';
import { choice, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { placeHelp, placeOf, placeOptions, placeToChange, type Place } from './place.ts';
import { afterOthers } from './run/after-others.ts';
import { scopeOf } from './scope.ts';
import { untilOf, whoOf, whyOf } from './until.ts';

/** Keep runs from changing something on this host for a while. */
export const pause: Command = {
  name: 'pause',
  summary: 'keep runs from changing this host, or something on it, until a time',
  help: `croft pause: from now on no run changes what you name, until croft resume. It is still looked at and
planned, and every run, croft status and croft plan say what waits, who said so and why. Everything else
goes on. A pause does not end by itself: when its time is over it alarms until somebody resumes it.
A run that is going on now ends first, and croft pause waits for that. Without --until it lists what is
paused.

Usage: croft pause [SCOPE] --until WHEN --why TEXT [--by-hand] [--who NAME] [WHERE]
       croft pause [--format text|json] [WHERE]

  SCOPE             host (when left out); an owner: ada, coop; a service or unit with all that it reads:
                    apache, bind, mail, apache2.service; or one thing: its path, or its id (file:/etc/…)
  --until WHEN      90m, 2h, 3d, 1w; 2026-12-01 (to its end); 2026-12-01T18:00Z
  --why TEXT        for whoever finds it
  --by-hand         you change this one thing by hand: it stays as you leave it, and at its time the next
                    run puts back what git says, keeps a copy, and writes a receipt
  --who NAME        instead of the name behind sudo
  --format FORMAT   of the list: text for people; json: schemas/output/pause.schema.json

${placeHelp}

A member who is suspended while her things (or the host) are paused can still come in: every run says so
and ends with status 3.

Example:
  $ sudo croft pause --until 2h --why 'the disk is being replaced'
  this host is paused until 2026-11-23 16:03 UTC: no run changes it
  $ sudo croft pause ada --until 2026-12-01 --why 'she asked us to wait'
  $ sudo croft pause /etc/postfix/main.cf --by-hand --until 6h --why 'relay around the outage'

Exit status: 0 done, 1 cannot; of the list: 3 when a pause is overdue or something is rolled back.`,
  operand: 'SCOPE',
  options: { ...placeOptions, until: { type: 'string' }, why: { type: 'string' }, who: { type: 'string' }, 'by-hand': { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [word = 'host', ...others] = call.positionals;
  if (others.length > 0) throw new UsageError(`cannot pause ${[word, ...others].join(' ')} at once: name one thing, and pause each by itself`);
  const until = untilOf(call, world);
  if (until === null) return list(call, world);
  const said = { who: whoOf(call, world), why: whyOf(call), since: Math.floor(world.now() / 1000), until };
  const place = await placeToChange(call, world);
  const meant = scopeOf(word, await readInventory(place.machine));
  const byHand = call.values['by-hand'] === true;
  if (byHand && !/^[a-z]+:\/|^unit:/.test(meant.scope)) throw new UsageError(`cannot announce changes by hand to ${scopeName(meant.scope)}: name one thing, by its path or id`);
  const made: Pause = { ...meant, ...said, units: byHand ? [] : meant.units, byHand };
  const { value: before, lost } = await readPauses(place.machine);
  if (lost) world.note('note: /var/lib/croft/pauses.json could not be understood as a whole: what was damaged in it is gone now');
  await writePauses(place.machine, [...before.filter(({ scope }) => scope !== made.scope), made]);
  world.logger.info({ pause: made }, 'paused');
  // A run that began before does not know of it.
  await afterOthers(() => withLock(place.root, async () => undefined), world);
  const what = byHand ? 'what you change by hand stays until then, and is put back with a receipt' : made.scope === 'host' ? 'no run changes it' : 'no run changes anything of it';
  world.print(`${scopeName(made.scope)} is paused until ${momentOf(until)}: ${what}`);
  return 0;
}

async function list(call: Call, world: World): Promise<ExitStatus> {
  for (const option of ['why', 'who', 'by-hand']) if (call.values[option] !== undefined) throw new UsageError('cannot pause without a time: say --until WHEN, e.g. --until 2h');
  if (call.positionals.length > 0) throw new UsageError(`cannot pause ${call.positionals[0]} without a time: say --until WHEN, e.g. --until 2h, and --why`);
  const format = choice(call, 'format', ['text', 'json']);
  const place = await placeOf(call, world);
  const now = Math.floor(world.now() / 1000);
  const { pauses, rollbacks } = await standingOf(place, now);
  world.print(format === 'json' ? JSON.stringify({ host: place.host, pauses, rollbacks }, null, 2) : formatList({ pauses, rollbacks }).join('\n'));
  return rollbacks.length > 0 || pauses.some(({ overdue }) => overdue) ? 3 : 0;
}

type Listed = Awaited<ReturnType<typeof standingOf>>;

async function standingOf({ machine }: Place, now: number) {
  const pauses = (await readPauses(machine)).value.map((each) => ({ ...each, overdue: !each.byHand && each.until <= now }));
  const rollbacks = (await readRollbacks(machine)).value.map((each) => ({ ...each, overdue: each.until !== null && each.until <= now }));
  return { pauses, rollbacks };
}

function formatList({ pauses, rollbacks }: Listed): readonly string[] {
  if (pauses.length + rollbacks.length === 0) return ['nothing is paused or rolled back on this host'];
  return [
    ...pauses.map(({ scope, who, why, until, byHand, overdue }) => oneLine(`${scopeName(scope)}: ${byHand ? 'changed by hand, announced' : overdue ? 'OVERDUE, paused' : 'paused'} until ${momentOf(until)} by ${who}: ${why}`)),
    ...rollbacks.map((each) => oneLine(`${rolledBack(each)}: rolled back to ${shortRevision(each.to)}, away from ${shortRevision(each.bad)}${each.until === null ? '' : `, until ${momentOf(each.until)}${each.overdue ? ' (OVERDUE)' : ''}`} by ${each.who}: ${each.why}`)),
  ];
}
