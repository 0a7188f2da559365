/** What comes while a run is at work: it has its turn when that is over. */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { afterOthers } from '../../reconciler/commands/run/after-others.ts';
import { AtWork } from '../../reconciler/machines/lock.ts';
import { git } from '../unit/git/fixture.ts';
import { croft, stage, workOn, type Said, type Stage } from './croft.ts';

const program = join(import.meta.dirname, '../../dist/croft.cjs');
let on: Stage;
const at = (path: string): string => join(on.directory, 'one', path);

beforeEach(async () => {
  on = await stage();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(on.directory, { recursive: true });
});

interface Waiting {
  readonly pid: number;
  readonly said: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

/** Start croft, and come back when it says that it waits. */
async function waiting(words: readonly string[]): Promise<Waiting> {
  const child = spawn(process.execPath, [program, ...words]);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => { said[name] += text; });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await expect.poll(() => said.stderr, { timeout: 20_000 }).toMatch(new RegExp(`^croft: waiting for another run: process ${process.pid} has been at work since \\S+Z \\(/run/croft/lock\\)\\n$`));
  expect([said.stdout, child.exitCode]).toEqual(['', null]);
  return { pid: child.pid ?? 0, said, ended };
}

it('a run goes by what is so when its turn comes, and none of its tries has left anything open', async () => {
  const lock = workOn(at(''));
  const run = await waiting(['reconcile', ...on.where]);
  const open = (): number => readdirSync(`/proc/${run.pid}/fd`).length;
  const before = open();
  writeFileSync(at('etc/croft/config.yaml'), 'branch: elsewhere\n');
  git(on.repository, ['branch', '-m', 'main', 'elsewhere']);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  // In the midst of a try it has a few more; what eight tries left behind would stay.
  await expect.poll(open).toBeLessThan(before + 4);
  rmSync(lock);
  expect(await run.ended, run.said.stderr).toBe(0);
  expect(run.said.stdout).toMatch(/^one @ [0-9a-f]{10}: \d+ changes done/m);
});

it('a pause stands at once, and says so when the run that began before it has ended', async () => {
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
  const lock = workOn(at(''));
  const paused = await waiting(['pause', '--until', '2h', '--why', 'the disk', '--who', 'dana', ...on.where]);
  expect(readFileSync(at('var/lib/croft/pauses.json'), 'utf8')).toContain('the disk');
  rmSync(lock);
  expect(await paused.ended, paused.said.stderr).toBe(0);
  expect(paused.said.stdout).toMatch(/^this host is paused until .*: no run changes it$/m);
});

it('the timer leaves it to whoever is at work, and says so, as long as that may end', async () => {
  const lock = workOn(at(''));
  const tick = (): Said => croft(['reconcile', ...on.where], undefined, { env: { INVOCATION_ID: '0', JOURNAL_STREAM: '0:0' } });
  expect(tick()).toMatchObject({ status: 0, stdout: '', stderr: expect.stringMatching(/^croft: left to another run: process \d+ has been at work since/) });
  const long = Date.now() / 1000 - 601;
  utimesSync(lock, long, long);
  expect(tick()).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(/^croft: cannot begin a run: process \d+ has been at work since/) });
});

it('nobody waits for ever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const notes: string[] = [];
  const busy = async (): Promise<never> => Promise.reject(new AtWork('process 7 has been at work since then', Date.now()));
  let ended: unknown = null;
  afterOthers(busy, { note: (text) => notes.push(text) }).catch((error: unknown) => (ended = error));
  await vi.advanceTimersByTimeAsync(599_000);
  expect(ended).toBeNull();
  await vi.advanceTimersByTimeAsync(2000);
  expect(ended).toMatchObject({ message: 'cannot begin a run: process 7 has been at work since then' });
  expect(notes).toEqual(['croft: waiting for another run: process 7 has been at work since then']);
});
