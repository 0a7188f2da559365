import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { local } from '../../reconciler/machines/local.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Machine } from '../../reconciler/model/machine.ts';
import { type Bench, isRoot, localBench, rootedBench, write } from './bench.ts';

describe('a process that is killed while it writes', () => {
  let build: string;
  beforeAll(() => {
    build = mkdtempSync(join(tmpdir(), 'croft-victim-'));
    const entryPoints = [join(import.meta.dirname, 'victim.ts')];
    buildSync({ entryPoints, bundle: true, platform: 'node', format: 'esm', outfile: join(build, 'victim.mjs'), logLevel: 'error' });
  });
  afterAll(() => rmSync(build, { recursive: true }));

  async function kill(args: readonly string[], milliseconds: number | null): Promise<void> {
    const child = spawn(process.execPath, [join(build, 'victim.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    if (milliseconds !== null) setTimeout(() => child.kill('SIGKILL'), milliseconds);
    expect(await ended).toEqual([null, 'SIGKILL']);
  }

  async function survives(bench: Bench, again: Machine, args: readonly string[]): Promise<void> {
    writeFileSync(bench.real('a'), 'old'.repeat(100_000));
    for (const milliseconds of [40, 90, 150]) {
      await kill([...args, bench.path('a')], milliseconds);
      const text = readFileSync(bench.real('a'), 'utf8');
      expect([text.length, text.startsWith('old') || new Set(text).size === 1]).toEqual([300_000, true]);
    }
    await again.perform(write(bench.path('b'), 'new'));
    expect(readdirSync(bench.real('.'))).toEqual(['a', 'b']);
    bench.clear();
  }

  test('leaves a whole file, old or new, on a rooted machine', async () => {
    const bench = rootedBench();
    const root = dirname(dirname(bench.real('.')));
    await survives(bench, rooted(root), [root]);
  });

  test.skipIf(!isRoot)('leaves a whole file, old or new, on the real host (left out without root)', async () => {
    await survives(localBench(), local(), ['local']);
  });

  test.skipIf(!isRoot)('between staging and renaming leaves the old file and one leftover, which the next write removes (left out without root)', async () => {
    const bench = localBench();
    writeFileSync(bench.real('a'), 'old');
    await kill(['local', bench.path('a'), 'kill', '-9', 'PID'], null);
    expect(readFileSync(bench.real('a'), 'utf8')).toBe('old');
    expect(readdirSync(bench.real('.'))).toEqual([expect.stringMatching(/^\.a\.croft-[0-9a-f]{16}$/), 'a']);
    await bench.machine.perform(write(bench.path('a'), 'new'));
    expect([readFileSync(bench.real('a'), 'utf8'), readdirSync(bench.real('.'))]).toEqual(['new', ['a']]);
    bench.clear();
  });
});
