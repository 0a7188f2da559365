import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { local } from '../../reconciler/machines/local.ts';
import { patience } from '../../reconciler/machines/patience.ts';
import { OutOfTime, type Ran } from '../../reconciler/machines/run.ts';
import { isRoot, localBench, one, write } from './bench.ts';

const well: Ran = { status: 0, stdout: '', stderr: '' };

describe('patience with a checker', () => {
  test('gets shorter once it has hung, and ends; another checker has its own', async () => {
    const check = patience({ first: 30, later: 10, times: 3 });
    const given: number[] = [];
    const hang = (seconds: number): Promise<Ran> => {
      given.push(seconds);
      return Promise.reject(new OutOfTime('unshare, and a long script'));
    };
    const words = ['apache2ctl', '-t', '-f', 'a.conf'];
    expect(await check(words, (seconds) => (given.push(seconds), Promise.resolve(well)))).toBe(well);
    for (const seconds of [30, 10, 10]) await expect(check(words, hang)).rejects.toThrow(`cannot wait for apache2ctl -t -f a.conf: it was still running after ${seconds} s`);
    await expect(check(words, hang)).rejects.toThrow('cannot check by apache2ctl: it did not end 3 times in this run, and is not asked again before the next one');
    expect(await check(['named-checkconf'], (seconds) => (given.push(seconds), Promise.resolve(well)))).toBe(well);
    expect(given).toEqual([30, 30, 10, 10, 30]);
  });

  test('is not lost by one that refuses', async () => {
    const check = patience({ first: 30, later: 10, times: 1 });
    for (let round = 0; round < 3; round += 1) expect(await check(['sshd'], (seconds) => Promise.resolve({ ...well, status: seconds }))).toMatchObject({ status: 30 });
  });
});

describe.skipIf(!isRoot)('a checker that hangs, on the real host (left out without root)', () => {
  const limits = { first: 0.5, later: 0.2, times: 3 };

  test('for a file: nothing is written and nothing stays behind', async () => {
    const bench = localBench();
    try {
      const machine = local({ transactions: bench.path('../transactions'), limits });
      const step = write(bench.path('a'), 'x', { check: ['sh', '-c', 'sleep 60', '-', '{}'] });
      for (const seconds of [0.5, 0.2]) await expect(machine.perform(step)).rejects.toThrow(`it was still running after ${seconds} s`);
      expect(readdirSync(bench.real('.'))).toEqual([]);
    } finally {
      bench.clear();
    }
  });

  test('for the whole: says no, so that whose change it is can be found', async () => {
    const bench = localBench();
    try {
      const machine = local({ transactions: bench.path('../transactions'), limits });
      await machine.perform({ do: 'stage', path: bench.path('a'), token: '0123456789abcdef', make: { do: 'write', path: bench.path('a'), text: 'hang', mode: '0644', owner: 'root', group: 'root' } });
      const argv = ['sh', '-c', '! test -e "$1" || sleep 60', '-', bench.path('a')];
      expect(await one(machine, { ask: 'view', places: [{ path: bench.path('a'), token: '0123456789abcdef' }], argv })).toMatchObject({
        status: 124, stderr: expect.stringMatching(/^cannot wait for sh -c .*: it was still running after 0\.5 s$/),
      });
      expect(await one(machine, { ask: 'view', places: [], argv })).toMatchObject({ status: 0 });
      expect(existsSync(bench.real('a'))).toBe(false);
    } finally {
      bench.clear();
    }
  });
});
