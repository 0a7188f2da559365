import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, type Bench, isRoot, localBench, rootedBench } from './bench.ts';
import { exchange, founding } from './exchange.ts';

describe('a process that is killed before any one system call of a transaction', () => {
  let build: string;
  beforeAll(() => {
    build = mkdtempSync(join(tmpdir(), 'croft-victim-'));
    buildSync({ entryPoints: [join(import.meta.dirname, 'swap-victim.ts')], bundle: true, platform: 'node', format: 'esm', outfile: join(build, 'victim.mjs'), logLevel: 'error' });
  });
  afterAll(() => rmSync(build, { recursive: true }));

  /** The signal that ended it; null when it came to its end. */
  function victim(args: readonly string[]): Promise<string | null> {
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [join(build, 'victim.mjs'), ...args], (error) => (error === null ? resolve(null) : error.signal === 'SIGKILL' ? resolve('SIGKILL') : reject(error)));
    });
  }

  const before = { changed: 'old', made: null, link: 'old', dropped: 'old' };
  const after = { changed: 'new', made: 'new', link: 'new', dropped: null };

  function furnish(bench: Bench): void {
    for (const name of ['changed', 'dropped']) writeFileSync(bench.real(name), 'old');
    symlinkSync('old', bench.real('link'));
  }

  function state(bench: Bench): Record<string, string | null> {
    const read = (name: string): string | null => (existsSync(bench.real(name)) ? readFileSync(bench.real(name), 'utf8') : null);
    return { changed: read('changed'), made: read('made'), link: readlinkSync(bench.real('link')), dropped: read('dropped') };
  }

  /** Every point, each on a bench of its own. Shape: how many, and how many of them ended in the old and the new state. */
  async function everyPoint(open: () => Bench, end: 'keep' | 'put-back', args: (bench: Bench) => readonly string[]): Promise<{ readonly points: number; readonly old: number; readonly fresh: number }> {
    const found = { points: 0, old: 0, fresh: 0 };
    for (;;) {
      const bench = open();
      try {
        furnish(bench);
        const signal = await victim([...args(bench), end, String(found.points)]);
        bench.again();
        // What the next run does first, and once more because it may itself have been killed.
        for (let times = 0; times < 2; times += 1) await bench.machine.perform({ do: 'put-back', unit: 'a.service' });
        const is = state(bench);
        expect([before, after], `killed before call ${found.points}`).toContainEqual(is);
        if (signal === null) {
          expect(is).toEqual(end === 'keep' ? after : before);
          return found;
        }
        found.points += 1;
        if (is.changed === 'old') found.old += 1;
        else found.fresh += 1;
        // And then it converges, and nothing is left over.
        for (const step of exchange(bench.path, 'keep')) await bench.machine.perform(step);
        expect([state(bench), readdirSync(bench.real('.')).sort()], `killed before call ${found.points - 1}`).toEqual([after, ['changed', 'link', 'made']]);
      } finally {
        bench.clear();
      }
    }
  }

  test.each(['keep', 'put-back'] as const)('leaves the old or the new whole on a rooted machine, and the next one finishes: %s', async (end) => {
    const { points, old, fresh } = await everyPoint(() => rootedBench(), end, (bench) => [dirname(dirname(bench.real('.'))), '/srv/work', '-']);
    expect(points).toBeGreaterThan(30);
    expect([old > 0, fresh > 0]).toEqual([true, end === 'keep']);
  });

  test.skipIf(!isRoot).each(['keep', 'put-back'] as const)('leaves the old or the new whole on the real host, and the next one finishes: %s (left out without root)', async (end) => {
    const { points, old, fresh } = await everyPoint(localBench, end, (bench) => ['local', bench.real('.'), '../transactions']);
    expect(points).toBeGreaterThan(30);
    expect([old > 0, fresh > 0]).toEqual([true, end === 'keep']);
  });

  test.skipIf(!isRoot)('leaves no directory, or one with its mode and owner, and the next one finishes (left out without root)', async () => {
    let points = 0;
    for (let signal: string | null = 'SIGKILL'; signal !== null; points += 1) {
      const bench = localBench();
      try {
        signal = await victim(['local', bench.real('.'), '../transactions', 'found', String(points)]);
        bench.again();
        const found = await ask(bench.machine, bench.path('made'));
        if (signal === null || found !== null) expect(found, `killed before call ${points}`).toMatchObject({ type: 'directory', mode: '0750', owner: 'www-data', group: 'www-data' });
        await bench.machine.perform(founding(bench.path));
        expect(await ask(bench.machine, bench.path('made'))).toMatchObject({ mode: '0750', owner: 'www-data' });
        // What was left beside it goes when something is made there next.
        await bench.machine.perform(founding(() => bench.path('another')));
        expect(readdirSync(bench.real('.')).sort(), `killed before call ${points}`).toEqual(['another', 'made']);
      } finally {
        bench.clear();
      }
    }
    expect(points).toBeGreaterThan(3);
  });
});
