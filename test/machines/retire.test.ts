/** Moving data aside and back, and removing it for good: on a rooted machine, and on the real host where the tests run as root. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { access, ask, type Bench, isRoot, localBench, type Open, rootedBench } from './bench.ts';

function contract(open: Open): void {
  let bench: Bench;
  beforeEach(async () => {
    bench = open();
    mkdirSync(bench.real('ada'), { mode: 0o710 });
    writeFileSync(bench.real('ada/letter'), 'precious');
    await bench.machine.perform({ do: 'directory', path: bench.path('.retired'), ...access, mode: '0700' });
  });
  afterEach(() => bench.clear());
  const aside = (): string => bench.path('.retired/ada@2026-11-28');
  const retire = (): Promise<void> => bench.machine.perform({ do: 'retire', path: bench.path('ada'), to: aside() });
  const restore = (owner = 'root'): Promise<void> => bench.machine.perform({ do: 'restore', path: bench.path('ada'), from: aside(), owner });

  describe('retire and restore', () => {
    test('are one rename each way: the same inode, mode and content', async () => {
      const before = statSync(bench.real('ada'));
      await retire();
      expect([existsSync(bench.real('ada')), statSync(bench.real('.retired/ada@2026-11-28')).ino]).toEqual([false, before.ino]);
      await restore();
      const after = statSync(bench.real('ada'));
      expect([after.ino, after.mode, readFileSync(bench.real('ada/letter'), 'utf8')]).toEqual([before.ino, before.mode, 'precious']);
      expect(readdirSync(bench.real('.retired'))).toEqual([]);
    });

    test('what is gone already is not moved again', async () => {
      await retire();
      await retire();
      expect(readdirSync(bench.real('.retired'))).toEqual(['ada@2026-11-28']);
    });

    test('nothing is overwritten, not even an empty directory, and nothing moves then', async () => {
      mkdirSync(bench.real('.retired/ada@2026-11-28'));
      await expect(retire()).rejects.toThrow('is in the way');
      expect(readFileSync(bench.real('ada/letter'), 'utf8')).toBe('precious');
      rmSync(bench.real('.retired/ada@2026-11-28'), { recursive: true });
      await retire();
      mkdirSync(bench.real('ada'));
      await expect(restore()).rejects.toThrow('something is there by now');
      expect(readdirSync(bench.real('.retired'))).toEqual(['ada@2026-11-28']);
    });

    test('a link in the place of data is not moved, and what it leads to stays', async () => {
      rmSync(bench.real('ada'), { recursive: true });
      mkdirSync(bench.real('victim'));
      symlinkSync('victim', bench.real('ada'));
      await expect(retire()).rejects.toThrow('it is no directory');
      expect(readdirSync(bench.real('.')).sort()).toEqual(['.retired', 'ada', 'victim']);
    });

    test('only the same user gets it back', async () => {
      await retire();
      await expect(restore('www-data')).rejects.toThrow('a name is never used twice');
      expect(existsSync(bench.real('ada'))).toBe(false);
    });

    test('what was put aside and is gone cannot come back', async () => {
      await expect(bench.machine.perform({ do: 'restore', path: bench.path('bob'), from: bench.path('.retired/bob@2026-11-28'), owner: 'root' })).rejects.toThrow('it is not there');
    });
  });

  describe('purge', () => {
    const purge = (name = 'ada'): Promise<void> => bench.machine.perform({ do: 'purge', path: bench.path(name) });

    test('removes what is in it and follows nothing: links and other names lead to what stays', async () => {
      mkdirSync(bench.real('victim'));
      writeFileSync(bench.real('victim/secret'), 'precious');
      symlinkSync('../victim', bench.real('ada/way'));
      symlinkSync('/', bench.real('ada/root'));
      linkSync(bench.real('victim/secret'), bench.real('ada/second'));
      execFileSync('mkfifo', [bench.real('ada/pipe')]);
      mkdirSync(bench.real('ada/dark'), { mode: 0 });
      await purge();
      expect(readdirSync(bench.real('.')).sort()).toEqual(['.retired', 'victim']);
      expect([readFileSync(bench.real('victim/secret'), 'utf8'), statSync(bench.real('victim/secret')).nlink]).toEqual(['precious', 1]);
    });

    test('takes a tree that is deeper than there are descriptors, with names in no encoding', async () => {
      execFileSync('perl', ['-e', 'chdir shift; for (1 .. 1200) { mkdir "d" or die; chdir "d" or die } open F, ">", "\\xff\\n .croft-purge-0"; mkdir ".croft-purge-1"', bench.real('ada')]);
      await purge();
      expect(existsSync(bench.real('ada'))).toBe(false);
    });

    test('a link in its place is refused, and what is gone is gone', async () => {
      symlinkSync('ada', bench.real('link'));
      await expect(purge('link')).rejects.toThrow('it is no directory');
      await purge('none');
      expect(existsSync(bench.real('ada/letter'))).toBe(true);
    });
  });
}

describe('a rooted machine', () => contract(rootedBench));

describe('a rooted machine (its sessions)', () => {
  test('whoever is still logged in is put out first', async () => {
    const bench = rootedBench();
    try {
      execFileSync('sh', ['-c', 'mkdir -p "$1/var/lib/extrausers"; echo "ada:x:10002:10002:ada:/home/ada:/bin/bash" > "$1/var/lib/extrausers/passwd"; echo "ada:x:10002:" > "$1/var/lib/extrausers/group"; echo "{\\"ada\\":\\"1\\"}" > "$1/var/lib/croft/rooted/sessions.json"', '-', bench.real('../..')]);
      await bench.machine.perform({ do: 'directory', path: bench.path('ada'), mode: '0710', owner: 'ada', group: 'ada' });
      await bench.machine.perform({ do: 'retire', path: bench.path('ada'), to: bench.path('aside') });
      expect(await ask(bench.machine, bench.path('aside'))).toMatchObject({ owner: 'ada' });
      expect(readFileSync(bench.real('../../var/lib/croft/rooted/log'), 'utf8')).toContain('user-10002.slice');
    } finally {
      bench.clear();
    }
  });
});

describe.skipIf(!isRoot)('the real host (left out without root)', () => {
  contract(localBench);

  test('what somebody still has open stays, and who it is is said', async () => {
    const bench = localBench();
    mkdirSync(bench.real('ada'));
    const sleeper = spawn('sleep', ['60'], { cwd: bench.real('ada') });
    try {
      await expect(bench.machine.perform({ do: 'retire', path: bench.path('ada'), to: bench.path('aside') })).rejects.toThrow(`process ${sleeper.pid} (sleep) still has it open; the next run tries again`);
      expect(existsSync(bench.real('ada'))).toBe(true);
    } finally {
      sleeper.kill();
      bench.clear();
    }
  });

  test('what is mounted inside is not gone into', async () => {
    const bench = localBench();
    mkdirSync(bench.real('ada/mnt/deep'), { recursive: true });
    mkdirSync(bench.real('victim'));
    writeFileSync(bench.real('victim/secret'), 'precious');
    let mounted = false;
    try {
      execFileSync('mount', ['--bind', bench.real('victim'), bench.real('ada/mnt/deep')], { stdio: 'ignore' });
      mounted = true;
      await expect(bench.machine.perform({ do: 'purge', path: bench.path('ada') })).rejects.toThrow('another file system is mounted in it');
      expect(readFileSync(bench.real('victim/secret'), 'utf8')).toBe('precious');
    } finally {
      if (mounted) execFileSync('umount', [bench.real('ada/mnt/deep')]);
      bench.clear();
    }
  });
});
