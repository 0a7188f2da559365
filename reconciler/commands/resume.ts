import type { Pause, Rollback } from '../model/aside.ts';
import { readPauses, readRollbacks, writePauses, writeRollbacks } from '../plan/standing.ts';
import { rolledBack, scopeName } from '../report/aside.ts';
import { shortRevision } from '../report/plan.ts';
import { list } from '../report/words.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { placeHelp, placeOptions, placeToChange } from './place.ts';

/** Let runs go on with what was paused or rolled back. */
export const resume: Command = {
  name: 'resume',
  summary: 'let runs go on with what was paused or rolled back on this host',
  help: `croft resume: ends what croft pause or croft rollback began. The next run does what waited, and uses
the newest documents again. What was announced as changed by hand is put back by the next run, with a
receipt, as at the end of its time.

Usage: croft resume [SCOPE] [--all] [WHERE]

  SCOPE             as it was paused: host (when left out), ada, apache, a path, …; of a rollback: host, or
                    the owner
  --all             everything that is paused or rolled back on this host

${placeHelp}

Example:
  $ sudo croft resume ada
  ada is no longer paused
  the next run does what waited; croft reconcile does it now

Exit status: 0 done, 1 nothing of that name is paused or rolled back, or cannot.`,
  operand: 'SCOPE',
  options: { ...placeOptions, all: { type: 'boolean' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [word = 'host', ...others] = call.positionals;
  const all = call.values['all'] === true;
  if (others.length > 0 || (all && call.positionals.length > 0)) throw new UsageError('cannot tell what to resume: name one thing, or say --all');
  const { machine } = await placeToChange(call, world);
  const [pauses, rollbacks] = [(await readPauses(machine)).value, (await readRollbacks(machine)).value];
  const [ended, over] = [pauses.filter((pause) => all || isNamed(pause, word)), rollbacks.filter((rollback) => all || isOf(rollback, word))];
  if (ended.length + over.length === 0) {
    const names = [...pauses.map(({ scope }) => scopeName(scope)), ...rollbacks.map(rolledBack)];
    throw new UsageError(`cannot resume ${word}: ${names.length === 0 ? 'nothing is paused or rolled back on this host' : `what stands on this host is ${list(names)}`}`);
  }
  const now = Math.floor(world.now() / 1000);
  // What was changed by hand goes back in a run, which keeps a copy and writes the receipt.
  const left = pauses.flatMap((pause) => (!ended.includes(pause) ? [pause] : pause.byHand ? [{ ...pause, until: Math.min(pause.until, now) }] : []));
  if (ended.length > 0) await writePauses(machine, left);
  if (over.length > 0) await writeRollbacks(machine, rollbacks.filter((rollback) => !over.includes(rollback)));
  world.logger.info({ pauses: ended, rollbacks: over, who: world.person }, 'resumed');
  const said = [
    ...ended.map(({ scope, byHand }) => (byHand ? `${scopeName(scope)} goes back to what git says` : `${scopeName(scope)} is no longer paused`)),
    ...over.map((rollback) => `${rolledBack(rollback)} is no longer rolled back to ${shortRevision(rollback.to)}`),
  ];
  world.print([...said, 'the next run does what waited; croft reconcile does it now'].join('\n'));
  return 0;
}

function isNamed({ scope }: Pause, word: string): boolean {
  const name = scopeName(scope);
  return [scope, name, name.replace(/\.service$/, ''), scope.replace(/^member:/, '')].includes(word);
}

function isOf({ owner }: Rollback, word: string): boolean {
  return owner === null ? word === 'host' : [owner, owner.replace(/^member:/, '')].includes(word);
}
