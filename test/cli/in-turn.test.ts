/** Two runs at once: the second has its turn when the first is over. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { inTurn } from '../../reconciler/commands/run/in-turn.ts';
import { AtWork } from '../../reconciler/machines/lock.ts';
import { stage, type Stage } from './croft.ts';

const root = join(import.meta.dirname, '../..');
let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterEach(() => vi.useRealTimers());
afterAll(() => rmSync(on.directory, { recursive: true }));

it('says whom it waits for, and runs as soon as that is over', async () => {
  const lock = join(on.directory, 'one/run/croft/lock');
  mkdirSync(join(lock, '..'), { recursive: true });
  const started = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  writeFileSync(lock, JSON.stringify({ pid: process.pid, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), started }));
  const run = spawn(process.execPath, [join(root, 'dist/croft.cjs'), 'reconcile', ...on.where]);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) run[name].setEncoding('utf8').on('data', (text: string) => { said[name] += text; });
  const ended = new Promise<number | null>((resolve) => run.on('close', resolve));
  await expect.poll(() => said.stderr, { timeout: 20_000 }).toMatch(new RegExp(`^croft: waiting for another run: process ${process.pid} has been at work since \\S+Z \\(/run/croft/lock\\)\\n$`));
  expect([said.stdout, run.exitCode]).toEqual(['', null]);
  rmSync(lock);
  expect(await ended, said.stderr).toBe(0);
  expect(said.stdout).toMatch(/^one @ [0-9a-f]{10}: \d+ changes done/m);
});

it('does not wait for ever', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const notes: string[] = [];
  let tries = 0;
  const busy = async (): Promise<never> => {
    tries += 1;
    vi.advanceTimersByTime(250_000);
    throw new AtWork('process 7 has been at work since then');
  };
  await expect(inTurn(busy, { first: new AtWork('process 7 has been at work since then'), world: { note: (text) => notes.push(text) } })).rejects.toThrow('cannot begin a run: process 7 has been at work since then');
  expect([tries, notes]).toEqual([3, ['croft: waiting for another run: process 7 has been at work since then']]);
});
