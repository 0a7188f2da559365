/** What a thing costs in system calls: how many more of each there are for one more of it, where many are looked at or made in one go. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Probe, Step } from '../../reconciler/model/machine.ts';
import { rootedBench, write, type Bench } from './bench.ts';

const counted = ['chmodSync', 'fstatSync', 'lstatSync', 'mkdirSync', 'openSync', 'readFileSync', 'readSync', 'readdirSync', 'readlinkSync', 'renameSync', 'writeSync'] as const;
type Calls = { readonly [name in (typeof counted)[number]]?: number };

const real = Object.fromEntries(counted.map((name) => [name, fs[name]]));
let calls: { [name: string]: number } = {};
let bench: Bench;

beforeAll(() => {
  for (const name of counted) {
    const call = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, { [name]: (...args: unknown[]) => {
      calls[name] = (calls[name] ?? 0) + 1;
      return call(...args);
    } });
  }
  syncBuiltinESMExports();
});
afterAll(() => {
  Object.assign(fs, real);
  syncBuiltinESMExports();
});
beforeEach(() => { bench = rootedBench(); });
afterEach(() => bench.clear());

/** Count what is called for ten, and then for thirty others. Shape: what one comes to. */
async function each(work: (names: readonly string[]) => Promise<unknown>): Promise<Calls> {
  const [few, many] = [10, 30].map((count) => Array.from({ length: count }, (_none, index) => `${count}-${index}`));
  const [less, more] = [await callsOf(() => work(few ?? [])), await callsOf(() => work(many ?? []))];
  return Object.fromEntries(counted.map((name) => [name, ((more[name] ?? 0) - (less[name] ?? 0)) / 20] as const).filter(([, count]) => count !== 0));
}

async function callsOf(work: () => Promise<unknown>): Promise<{ readonly [name: string]: number }> {
  // Nothing is held open from before.
  await new Promise((resolve) => { setImmediate(resolve); });
  calls = {};
  await work();
  return calls;
}

async function perform(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await bench.machine.perform(step);
}

function looking(names: readonly string[], want: 'stat' | 'digest' | 'text'): readonly Probe[] {
  return names.map((name) => ({ ask: 'path', path: bench.path(name), want }));
}

async function made(names: readonly string[]): Promise<void> {
  await perform(names.map((name) => write(bench.path(name), 'a line\n')));
}

test.each([
  { want: 'stat', costs: { lstatSync: 1 } },
  { want: 'digest', costs: { lstatSync: 1, openSync: 1, fstatSync: 1, readSync: 1 } },
  { want: 'text', costs: { lstatSync: 1, openSync: 1, fstatSync: 1, readSync: 1 } },
] as const)('a file of which nothing is known is looked at once, also where it is read: $want', async ({ want, costs }) => {
  await made(Array.from({ length: 30 }, (_none, index) => [`10-${index}`, `30-${index}`]).flat());
  expect(await each((names) => bench.machine.observe(looking(names, want)))).toEqual(costs);
});

test('where there is no directory nothing is looked for', async () => {
  expect(await each((names) => bench.machine.observe(looking(names.map((name) => `none/${name}`), 'digest')))).toEqual({});
});

test('a directory is made beside its place, and whose it is is written down once', async () => {
  const directory = (name: string): Step => ({ do: 'directory', path: bench.path(name), mode: '0750', owner: 'www-data', group: 'www-data' });
  await perform([directory('first')]);
  expect(await each((names) => perform(names.map(directory)))).toEqual({ lstatSync: 1, mkdirSync: 1, openSync: 1, fstatSync: 2, chmodSync: 1, renameSync: 1, writeSync: 1 });
});

test('a table of a rooted machine that programs amend is not opened again for each of them', async () => {
  const limit = (name: string): Step => ({ do: 'run', argv: ['btrfs', 'qgroup', 'limit', '1000', `0/${name.replace('-', '')}`, '/home/first'] });
  await perform([{ do: 'run', argv: ['btrfs', 'subvolume', 'create', '/home/first'] }, limit('256')]);
  // The root and a directory on the way to what is limited, and the log.
  expect(await each((names) => perform(names.map(limit)))).toMatchObject({ openSync: 3 });
});
