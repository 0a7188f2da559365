import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bare, blob, commitOf, git, room } from './fixture.ts';
import { copyObjects } from '../../../reconciler/git/copying.ts';
import { objectFiles } from '../../../reconciler/git/objectfiles.ts';
import { path, run, textAt, served } from './follow.ts';

describe('from a directory', () => {
  test('loose objects, packed refs and a repacked repository are copied, and nothing else', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    expect((await run(mirror, [repository])).tip).toBe(first);
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    git(repository, ['gc', '-q']);
    expect(existsSync(join(repository, 'refs/heads/main'))).toBe(false);
    expect((await run(mirror, [`file://${repository}`])).tip).toBe(second);
    expect(await textAt(mirror, second)).toBe('two\n');
    mkdirSync(join(repository, 'hooks'), { recursive: true });
    writeFileSync(join(repository, 'hooks/post-checkout'), '#!/bin/sh\n');
    git(repository, ['config', 'core.fsmonitor', '/bin/false']);
    git(repository, ['replace', second, first]);
    const third = commitOf(repository, { [path]: 'three\n' }, second);
    expect((await run(mirror, [repository])).tip).toBe(third);
    expect(existsSync(join(mirror, 'hooks/post-checkout'))).toBe(false);
    expect(existsSync(join(mirror, 'refs/replace'))).toBe(false);
    expect(readFileSync(join(mirror, 'config'), 'utf8')).not.toContain('fsmonitor');
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
  });

  test('a repository that borrows its objects from another one is incomplete', async () => {
    const lender = bare();
    const first = commitOf(lender, { [path]: 'one\n' });
    const borrower = bare();
    writeFileSync(join(borrower, 'objects/info/alternates'), `${join(lender, 'objects')}\n`);
    git(borrower, ['update-ref', 'refs/heads/main', first]);
    await expect(run(join(room(), 'mirror'), [borrower])).rejects.toThrow(`cannot read object ${first}`);
  });

  test('links among the objects are not followed', async () => {
    const repository = bare();
    commitOf(repository, { [path]: 'one\n' });
    const id = blob(repository, 'one\n');
    const file = join(repository, 'objects', id.slice(0, 2), id.slice(2));
    rmSync(file);
    symlinkSync('/etc/hostname', file);
    await expect(run(join(room(), 'mirror'), [repository])).rejects.toThrow(`cannot copy ${file}`);
  });

  test('what git packs while it is copied is copied as a pack', async () => {
    const repository = bare();
    const [last, into] = [commitOf(repository, { [path]: 'one\n' }), bare()];
    const turns: (readonly string[])[] = [];
    await copyObjects({ from: repository, into, isHere: () => false, maxBytes: 1e6 }, async (gitdir) => {
      const files = await objectFiles(gitdir);
      turns.push(files);
      if (turns.length === 1) git(repository, ['gc', '-q']);
      return files;
    });
    expect(turns.map((files) => files.some((file) => file.endsWith('.pack')))).toEqual([false, true]);
    git(into, ['update-ref', 'refs/heads/main', last]);
    expect(git(into, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  test('a repository that goes on losing what it lists is given up', async () => {
    const [from, into] = [bare(), bare()];
    const lost = `objects/00/${'0'.repeat(38)}`;
    await expect(copyObjects({ from, into, isHere: () => false, maxBytes: 1e6 }, async () => [lost])).rejects.toThrow(`cannot copy ${join(from, lost)}: it vanished`);
  });

  test('a shallow clone is refused', async () => {
    const repository = bare();
    commitOf(repository, { [path]: 'two\n' }, commitOf(repository, { [path]: 'one\n' }));
    const clone = join(room(), 'clone.git');
    execFileSync('git', ['clone', '-q', '--bare', '--depth', '1', `file://${repository}`, clone]);
    await expect(run(join(room(), 'mirror'), [clone])).rejects.toThrow('it is a shallow clone');
    const { url } = await served(clone);
    await expect(run(join(room(), 'mirror'), [url])).rejects.toThrow('the repository is a shallow clone');
  });

  test('an incomplete commit leaves the old one in force, until it is whole', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    const missing = 'three\n';
    const second = commitOf(repository, { [path]: missing }, first);
    const id = blob(repository, missing);
    rmSync(join(repository, 'objects', id.slice(0, 2), id.slice(2)));
    const followed = await run(mirror, [repository]);
    expect(followed).toMatchObject({ tip: first, remote: null });
    expect(followed.failures[0]?.message).toMatch(/it is missing$/);
    blob(repository, missing);
    expect((await run(mirror, [repository])).tip).toBe(second);
  });

  test('a commit in between that is incomplete is refused as well, and a good remote asked next in the same run helps', async () => {
    const good = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(good, { [path]: 'one\n' });
    await run(mirror, [good]);
    const second = commitOf(good, { [path]: 'two\n' }, first);
    const third = commitOf(good, { [path]: 'three\n' }, second);
    const broken = join(room(), 'broken.git');
    execFileSync('cp', ['-a', good, broken]);
    const id = blob(good, 'two\n');
    rmSync(join(broken, 'objects', id.slice(0, 2), id.slice(2)));
    expect(await run(mirror, [broken])).toMatchObject({ tip: first, remote: null });
    expect(await run(mirror, [broken, good])).toMatchObject({ tip: third, remote: good });
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
  });
});
