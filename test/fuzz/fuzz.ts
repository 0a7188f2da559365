/**
 * The runner of fuzz tests. Every case is made from the run's seed and its own number, and one that fails says both:
 * CROFT_FUZZ_SEED and CROFT_FUZZ_CASE make exactly that one again. CROFT_FUZZ_SECONDS goes on with fresh cases for so long instead of
 * stopping at the number that an ordinary run does; without a seed of one's own it starts where nobody has been. A case that does not
 * end is stopped from outside (vm, `timeout`), whatever it is doing, and fails as that.
 */
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { dice, mixed, type Dice } from './dice.ts';

/** What one run tries. */
export interface Tries {
  /** How many cases an ordinary run makes. */
  readonly cases: number;
  readonly try: (dice: Dice, index: number) => void;
  /** Looks at what all cases together came to. */
  readonly after?: (cases: number) => void;
}

/** So long may a case take before it counts as one that never ends. */
const hangMs = 20_000;
const chunk = 500;
const long = Number(process.env['CROFT_FUZZ_SECONDS'] ?? 0);
const only = process.env['CROFT_FUZZ_CASE'];
const ordinarySeed = 20_261_128;

/** The seed of this run. */
export const seed = Number(process.env['CROFT_FUZZ_SEED'] ?? (long > 0 ? process.hrtime.bigint() % 1_000_000_000n : ordinarySeed));

/** Test with cases that nobody thought of. Prints how many they were and the processor time that they took. */
export function fuzz(name: string, tries: Tries): void {
  test(name, () => {
    const begin = process.cpuUsage();
    const until = performance.now() + long * 1000;
    let done = 0;
    if (only !== undefined) {
      attempt(tries, Number(only));
      return;
    }
    while (done < tries.cases || (long > 0 && performance.now() < until)) {
      const [from, end] = [done, long > 0 ? done + chunk : Math.min(done + chunk, tries.cases)];
      bounded(tries, from, end);
      done = end;
    }
    const { user, system } = process.cpuUsage(begin);
    console.info(`fuzz: ${name}: ${done} cases, ${((user + system) / 1e6).toFixed(1)} s of processor time, seed ${seed}`);
    expect(done).toBeGreaterThanOrEqual(tries.cases);
    tries.after?.(done);
  }, Math.max(600_000, long * 1000 + 120_000));
}

/** Run some cases under a watch that can end even a loop or a regular expression. */
function bounded(tries: Tries, from: number, end: number): void {
  let index = from;
  const here = globalThis as { croftFuzz?: () => void };
  here.croftFuzz = () => {
    for (; index < end; index += 1) attempt(tries, index);
  };
  try {
    run.runInThisContext({ timeout: hangMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw failed(index, new Error(`it does not end within ${hangMs / 1000} s`));
    throw error;
  } finally {
    delete here.croftFuzz;
  }
}

const run = new Script('croftFuzz()');

function attempt({ try: one }: Tries, index: number): void {
  try {
    one(dice(mixed(seed, index)), index);
  } catch (error) {
    throw failed(index, error);
  }
}

function failed(index: number, cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Error(`case ${index} of seed ${seed} (CROFT_FUZZ_SEED=${seed} CROFT_FUZZ_CASE=${index}): ${said}`, { cause });
}
