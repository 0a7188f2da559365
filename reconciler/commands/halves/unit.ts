/** The other half as a unit of systemd, with a user and a sandbox of its own. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../model/machine.ts';
import { answered, attempt, errandPaths, Lost, waitsBeside, writeDown, type Send } from './errand.ts';
import { nameOf } from './spool.ts';

/**
 * One unit is over when it has answered (croft-publish), and the other may have waited for this request since the last one (croft-compile): an
 * answer is there as soon as its file is another one. One that ends without it was over already, or is not the one to answer, and the next is begun.
 */
export function throughUnit(machine: Machine): Send {
  return async ({ name, text }) => {
    const unit = `croft-${name}.service`;
    const { answer } = errandPaths(name);
    const before = nameOf(answer);
    const wanted: Wanted = { unit, until: performance.now() + mostMilliseconds, isThere: () => nameOf(answer) !== before };
    for (let turn = 0; turn < mostTurns && !wanted.isThere(); turn += 1) {
      const waits = turn === 0 && existsSync(waitsBeside(answer));
      await writeDown(machine, name, text);
      // Where one waits, another would be begun in vain once that has answered.
      const refused = waits ? null : await attempt(machine, { do: 'run', argv: ['systemctl', 'start', unit], timeoutSeconds: mostMilliseconds / 1000 });
      if (refused !== null) throw new Lost(reasonOf(await stateOf(machine, unit), { unit, otherwise: refused.message }));
      await untilOver(machine, wanted);
    }
    return answered(name, before);
  };
}

/** An answer that is waited for. Units: milliseconds, of the process's own clock. */
interface Wanted {
  readonly unit: string;
  readonly until: number;
  isThere(): boolean;
}

/** Nobody is late so often, only what never answers. */
const mostTurns = 3;
/** Longer than a unit may take; for a manager that does not say when that is over. */
const mostMilliseconds = 1_200_000;

/** How often is looked for an answer, soon and later, and how often at the unit. Few rename a file there, and nothing can go wrong with looking. Units: milliseconds. */
const pace = { soon: 4, later: 50, soonUntil: 5_000, unitFrom: 250, unitUpTo: 5_000 } as const;

/** Wait for an answer, or until a unit is over. Errors: Lost when that failed, or there is no end to it. */
async function untilOver(machine: Machine, { unit, until, isThere }: Wanted): Promise<void> {
  const begun = performance.now();
  let [between, next]: [number, number] = [pace.unitFrom, begun + pace.unitFrom];
  for (let now = begun; !isThere(); now = performance.now()) {
    if (now >= next) {
      const state = await stateOf(machine, unit);
      if (state.ActiveState === 'inactive' || isThere()) return;
      if (state.ActiveState === 'failed' || now >= until) throw new Lost(reasonOf(state, { unit, otherwise: 'it took too long' }));
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
