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
const timeoutMs = Math.max(600_000, long * 1000 + 120_000);

/** The seed of this run. */
export const seed = Number(process.env['CROFT_FUZZ_SEED'] ?? (long > 0 ? process.hrtime.bigint() % 1_000_000_000n : ordinarySeed));

/** Test with cases that nobody thought of. Prints how many they were and the processor time that they took. */
export function fuzz(name: string, tries: Tries): void {
  test(name, () => {
    const begin = process.cpuUsage();
    const until = performance.now() + long * 1000;
    let done = 0;
    if (only !== undefined) return void attempt(tries, Number(only));
    while (done < tries.cases || (long > 0 && performance.now() < until)) {
      done = bounded(tries, done, long > 0 ? done + chunk : Math.min(done + chunk, tries.cases));
    }
    finished(name, begin, { ...tries, done });
  }, timeoutMs);
}

/** What one run tries that has to wait for something, e.g. for a disk. */
export interface SlowTries extends Pick<Tries, 'cases' | 'after'> {
  readonly try: (dice: Dice, index: number) => Promise<void>;
}

/** The same for what waits: each case has its time, and all of it is on this side of the watch. */
export function fuzzSlowly(name: string, tries: SlowTries): void {
  test(name, async () => {
    const begin = process.cpuUsage();
    const until = performance.now() + long * 1000;
    let done = only === undefined ? 0 : Number(only);
    for (; only === undefined ? done < tries.cases || (long > 0 && performance.now() < until) : done === Number(only); done += 1) {
      await Promise.race([tries.try(dice(mixed(seed, done)), done), hanging()]).catch((error: unknown) => {
        throw failed(done, error);
      });
    }
    if (only === undefined) finished(name, begin, { ...tries, done });
  }, timeoutMs);
}

function hanging(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`it does not end within ${hangMs / 1000} s`)), hangMs).unref());
}

function finished(name: string, begin: NodeJS.CpuUsage, { cases, after, done }: Pick<Tries, 'cases' | 'after'> & { readonly done: number }): void {
  const { user, system } = process.cpuUsage(begin);
  console.info(`fuzz: ${name}: ${done} cases, ${((user + system) / 1e6).toFixed(1)} s of processor time, seed ${seed}`);
  expect(done).toBeGreaterThanOrEqual(cases);
  after?.(done);
}

/** Run some cases, for a second at the most, under a watch that can end even a loop or a regular expression. Shape: the case to go on with. */
function bounded(tries: Tries, from: number, end: number): number {
  let index = from;
  const here = globalThis as { croftFuzz?: () => void };
  const until = performance.now() + 1000;
  here.croftFuzz = () => {
    for (; index < end && (index === from || performance.now() < until); index += 1) attempt(tries, index);
  };
  try {
    run.runInThisContext({ timeout: hangMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw failed(index, new Error(`it does not end within ${hangMs / 1000} s`));
    throw error;
  } finally {
    delete here.croftFuzz;
  }
  return index;
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
