/** Whatever is changed in a co-op, a host that is handed over only what is new becomes what one becomes that looks at everything. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { examine } from '../../../reconciler/desired/check.ts';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { snapshotOf, type Files } from '../desired/coop.ts';
import { edited, edits, start } from '../recompile/edits.ts';
import type { Ran } from './tick-host.ts';
import { apart, changesIn, newestPart, refusing, said, stateOf, twoHosts } from './two-hosts.ts';

/** Another seed and more commits look further: CROFT_FUZZ_SEED=7 CROFT_RUNS=500. */
const [commits, seed] = [Number(process.env['CROFT_RUNS'] ?? 30), Number(process.env['CROFT_FUZZ_SEED'] ?? 20_261_129)];

/** What goes wrong while a commit is made true: a daemon does not take it, or the run ends after so many steps. */
type Trouble = 'none' | 'refused' | number;

const often = <Value>(value: Value, others: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.oneof({ weight: 8, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });
const turns = fc.record({ edit: edits, isMistaken: often(false, fc.constant(true)), trouble: often<Trouble>('none', fc.oneof(fc.constant('refused' as const), fc.nat(12))) });

const { knowing, forgetful, both, commit, run, alone } = await twoHosts(start);
afterAll(() => both((host) => host.end()));

function endingAfter(steps: number): (machine: Machine) => Machine {
  let left = steps;
  return (machine) => ({
    ...machine,
    perform: (step) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('the power is gone')) : machine.perform(step);
    },
  });
}

/** Both have come to the same, and say the same: in an order in which only what is new stands. Shape: how they ended. */
async function same([one, other]: readonly [Ran | null, Ran | null]): Promise<number> {
  if (one !== null && other !== null) expect(said(one)).toEqual(said(other));
  expect(apart(await stateOf(knowing), await stateOf(forgetful))).toEqual([]);
  expect(knowing.still() === null).toBe(forgetful.still() === null);
  return one?.status ?? 1;
}

/** What was cut short, and where, is told by the run after it. */
async function settled(): Promise<number> {
  await run();
  for (let turn = 0; turn < 3; turn += 1) {
    const ran = await run();
    if (knowing.still() !== null && forgetful.still() !== null) return same(ran);
  }
  return same(await run());
}

async function make(files: Files, trouble: Trouble): Promise<number> {
  await commit(files);
  if (trouble === 'none') return same(await run());
  if (trouble === 'refused') await both((host) => refusing(host, 'no'));
  const ran = await run(trouble === 'refused' ? undefined : () => endingAfter(trouble));
  // What failed waits as long, too.
  for (let turn = 0; trouble === 'refused' && turn < 3; turn += 1) await same(turn === 0 ? ran : await run());
  await both((host) => refusing(host, null));
  return settled();
}

/** Is that what a run can be handed over alone: documents of one member that are new, or other ones? */
function isSmall(before: Files, after: Files): boolean {
  const changes = changesIn(before, after);
  return [...changes].every(([path, text]) => text !== null && path.startsWith('desired-state/members/')) && new Set([...changes.keys()].map((path) => path.split('/')[2])).size === 1;
}

test(`it is the same after every commit (CROFT_FUZZ_SEED=${seed})`, async () => {
  await settled();
  let [now, count, small, parts] = [start, 0, 0, 0];
  for (const { edit, isMistaken, trouble } of fc.sample(turns, { numRuns: commits * 6, seed })) {
    const next = edit.reduce(edited, now);
    if (count === commits || changesIn(now, next).size === 0 || examine(snapshotOf(next)).problems.length > 0 !== isMistaken) continue;
    count += 1;
    const before = newestPart(knowing);
    const mayBe = trouble === 'none' && isSmall(now, next) && knowing.still() !== null;
    const status = await make(next, trouble).catch((error: unknown) => {
      throw new Error(`commit ${count} of seed ${seed}, ${JSON.stringify(trouble)}: ${[...changesIn(now, next)].map(([path, text]) => `${path}: ${text}`).join('\n')}`, { cause: error });
    });
    // What was a mistake, or would destroy too much, is put right by what was there before.
    if (status === 0) now = next;
    else await make(now, 'none');
    if (mayBe && status === 0) small += 1;
    if (mayBe && status === 0 && !['', before].includes(newestPart(knowing))) parts += 1;
    if (knowing.still() === null) continue;
    const quiet = await alone();
    expect(quiet).toMatchObject({ status: 0, count: { steps: 0 } });
    expect(quiet.count.looked).toBeLessThan(15);
    if (count % 10 > 0) continue;
    rmSync(knowing.own('still'));
    const all = await run();
    expect([await same(all), ...all.map((each) => each?.count.steps)]).toEqual([0, 0, 0]);
  }
  expect(count).toBe(commits);
  expect(parts).toBeGreaterThan(small / 3);
  console.info(`${parts} parts of ${small} small edits, of ${count} commits`);
}, 40_000 + commits * 20_000);
