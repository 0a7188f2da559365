import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../reconciler/machines/lock.ts';

describe('the lock of a run', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'croft-lock-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const lock = (): string => join(root, 'run/croft/lock');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const started = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
  const put = (text: string): void => {
    mkdirSync(join(root, 'run/croft'), { recursive: true });
    writeFileSync(lock(), text);
  };

  test('is there during the work and gone after it, also when the work fails', async () => {
    expect(await withLock(root, async () => JSON.parse(readFileSync(lock(), 'utf8')))).toMatchObject({ pid: process.pid, boot });
    await expect(withLock(root, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(join(root, 'run/croft'))).toEqual([]);
  });

  test('a second run is told who is at work, and the first is not disturbed', async () => {
    await withLock(root, async () => {
      await expect(withLock(root, async () => 1)).rejects.toThrow(/cannot begin a run: this very process has been at work since .*\/run\/croft\/lock/);
      expect(readdirSync(join(root, 'run/croft'))).toEqual(['lock']);
    });
  });

  test('a living process of another number holds it', async () => {
    put(JSON.stringify({ pid: process.ppid, boot, started: started(process.ppid) }));
    await expect(withLock(root, async () => 1)).rejects.toThrow(`process ${process.ppid} has been at work since`);
  });

  test('a living process holds it also where it sees another id of the boot, as a unit in a container does', async () => {
    put(JSON.stringify({ pid: process.ppid, boot: 'another', started: started(process.ppid) }));
    await expect(withLock(root, async () => 1)).rejects.toThrow(`process ${process.ppid} has been at work since`);
  });

  test.each([
    { name: 'of a process that is no more', text: () => JSON.stringify({ pid: 2 ** 22 - 1, boot, started: '1' }) },
    { name: 'of a process whose number another has now', text: () => JSON.stringify({ pid: process.ppid, boot, started: '1' }) },
    { name: 'of another boot', text: () => JSON.stringify({ pid: process.ppid, boot: 'another', started: '1' }) },
    { name: 'that is empty', text: () => '' },
    { name: 'that is no lock', text: () => '[1, "x"' },
  ])('a lock $name is stale', async ({ text }) => {
    put(text());
    expect(await withLock(root, async () => JSON.parse(readFileSync(lock(), 'utf8')))).toMatchObject({ pid: process.pid });
    expect(readdirSync(join(root, 'run/croft'))).toEqual([]);
  });

  test('a recovery that was cut off is recovered too', async () => {
    put('');
    writeFileSync(`${lock()}.recovery`, JSON.stringify({ pid: process.ppid, boot: 'another', started: '1' }));
    expect(await withLock(root, async () => 'done')).toBe('done');
    expect(readdirSync(join(root, 'run/croft'))).toEqual([]);
  });

  test('of many that come at once to a stale lock, one works at a time', async () => {
    put('');
    let working = 0;
    const runs = Array.from({ length: 20 }, () => withLock(root, async () => {
      working += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return working;
    }).catch((error: unknown) => error));
    const done = (await Promise.all(runs)).filter((result) => typeof result === 'number');
    expect(done).toEqual([1]);
  });

  test('a directory in its place, and a link on its way, lead to an error', async () => {
    mkdirSync(lock(), { recursive: true });
    await expect(withLock(root, async () => 1)).rejects.toThrow(/cannot begin a run/);
    rmSync(join(root, 'run'), { recursive: true });
    symlinkSync(tmpdir(), join(root, 'run'));
    await expect(withLock(root, async () => 1)).rejects.toThrow(/cannot begin a run/);
  });
});
