/** The other half as a unit of systemd, with a user and a sandbox of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../model/machine.ts';
import { answered, attempt, errandPaths, Lost, writeDown, type Send } from './errand.ts';
import { nameOf } from './spool.ts';

/**
 * One unit is over when it has answered (croft-publish), and the other may have waited for this request since the last one (croft-compile): an
 * answer is there as soon as its file is another one. One that ends without it was over already, or is not the one to answer, and the next is begun.
 */
export function throughUnit(machine: Machine): Send {
  return async ({ name, text }) => {
    const unit = `croft-${name}.service`;
    const before = nameOf(errandPaths(name).answer);
    const isAnswered = (): boolean => nameOf(errandPaths(name).answer) !== before;
    for (let begun = 0; begun < mostBegun && !isAnswered(); begun += 1) {
      await writeDown(machine, name, text);
      const ended = await attempt(machine, { do: 'run', argv: ['systemctl', 'start', unit], timeoutSeconds: 3600 });
      if (ended !== null) throw new Lost(reasonOf(await stateOf(machine, unit), { unit, otherwise: ended.message }));
      await untilOver(machine, unit, isAnswered);
    }
    return answered(name, before);
  };
}

/** Nobody is late so often, only what never answers. */
const mostBegun = 3;

/** How often is looked for an answer, soon and later, and how often at the unit. Few rename a file there, and nothing can go wrong with looking. Units: milliseconds. */
const pace = { soon: 4, later: 50, soonUntil: 5_000, unitFrom: 250, unitUpTo: 5_000 } as const;

/** Wait for an answer, or until a unit is over, which has its own bounds in time and memory. Errors: Lost when it failed. */
async function untilOver(machine: Machine, unit: string, isAnswered: () => boolean): Promise<void> {
  const begun = performance.now();
  let [between, next]: [number, number] = [pace.unitFrom, begun + pace.unitFrom];
  for (let now = begun; !isAnswered(); now = performance.now()) {
    if (now >= next) {
      const state = await stateOf(machine, unit);
      if (state.ActiveState === 'inactive' || isAnswered()) return;
      if (state.ActiveState === 'failed') throw new Lost(reasonOf(state, { unit, otherwise: 'it failed' }));
      between = Math.min(2 * between, pace.unitUpTo);
      next = performance.now() + between;
    }
    await sleep(now - begun < pace.soonUntil ? pace.soon : pace.later);
  }
}

/** What systemd says of a unit; of which nothing is known where it does not answer. */
type UnitState = Partial<Readonly<Record<'ActiveState' | 'Result', string>>>;

async function stateOf(machine: Machine, unit: string): Promise<UnitState> {
  const [shown] = await machine.observe([{ ask: 'run', argv: ['systemctl', 'show', '--property=ActiveState,Result', unit] }]);
  return shown?.ask === 'run' ? Object.fromEntries(shown.stdout.trim().split('\n').map((line) => line.split('=', 2))) : {};
}

function reasonOf({ Result: result = '' }: UnitState, { unit, otherwise }: { readonly unit: string; readonly otherwise: string }): string {
  const words: { readonly [result: string]: string } = { timeout: 'it took too long', 'oom-kill': 'it needed more memory than it may have', signal: 'it was killed', 'core-dump': 'it crashed' };
  return `${words[result] ?? (result === '' || result === 'success' ? otherwise : `it ended with ${result}`)}: journalctl -u ${unit}`;
}
