import { recover } from '../converge/recover.ts';
import { withLock } from '../machines/lock.ts';
import { oneLine } from '../report/printable.ts';
import type { Call, Command, ExitStatus, World } from './command.ts';
import { directoryToChange, machineAt } from './place.ts';

/** Put back what a run that did not end had half exchanged, and nothing else: before daemons start, where nothing can be asked of anybody. */
export const recovery: Command = {
  name: 'recover',
  summary: 'put back what a run that did not end left half exchanged',
  help: `croft recover: the first step of every run, alone. When a run was cut short between a change of files and
the daemon's answer, these files go back to what they were. croft-recover.service does it at boot, before
any daemon reads them: after a power cut the host comes up as it was, and not with what nobody has tried.
It needs no network, no repository and no configuration, and waits for no run and goes on in none.

Usage: croft recover [--root DIR]

  --root DIR        a directory instead of this machine

Example:
  $ sudo croft recover
  apache2.service: what was half exchanged is put back

Exit status: 0 nothing is half exchanged any more, 3 something could not be put back.`,
  options: { root: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const directory = directoryToChange(call, world);
  const machine = await machineAt(directory);
  const { putBack, notices } = await withLock(directory ?? '/', () => recover(machine));
  for (const unit of putBack) world.print(`${oneLine(unit)}: what was half exchanged is put back`);
  for (const notice of notices) world.note(oneLine(notice));
  return notices.length === 0 ? 0 : 3;
}
