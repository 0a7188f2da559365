import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import { openRepository, resolveRevision } from '../../../reconciler/git/repository.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import { bare, commitOf, git, room } from './fixture.ts';

describe('a repository', () => {
  test('opens by its path, its .git and a linked worktree, and resolves what people type', async () => {
    const directory = room();
    git(directory, ['init', '-q', '-b', 'main']);
    mkdirSync(join(directory, 'desired-state'));
    writeFileSync(join(directory, 'desired-state/cluster.yaml'), 'name: x\n');
    git(directory, ['add', '.']);
    git(directory, ['commit', '-qm', 'first']);
    git(directory, ['tag', '-am', 'a tag', 'v1']);
    git(directory, ['worktree', 'add', '-q', '-b', 'side', join(directory, 'side')]);
    git(join(directory, 'side'), ['commit', '-q', '--allow-empty', '-m', 'second']);
    git(directory, ['pack-refs', '--all']);
    const main = git(directory, ['rev-parse', 'main']);
    const side = git(directory, ['rev-parse', 'side']);
    for (const path of [directory, join(directory, '.git')]) {
      const opened = await openRepository(path);
      for (const name of ['HEAD', 'main', 'refs/heads/main', 'v1', main, main.slice(0, 8)]) expect(await resolveRevision(opened, name)).toBe(main);
      expect(await resolveRevision(opened, 'side')).toBe(side);
    }
    const worktree = await openRepository(join(directory, 'side'));
    expect(await resolveRevision(worktree, 'HEAD')).toBe(side);
    expect(await resolveRevision(worktree, 'main')).toBe(main);
    expect((await snapshotOf(worktree, side)).files).toHaveLength(1);
  });

  test('resolves what came so many first parents before', async () => {
    const directory = room();
    git(directory, ['init', '-q', '-b', 'main']);
    for (const subject of ['one', 'two', 'three']) git(directory, ['commit', '-q', '--allow-empty', '-m', subject]);
    git(directory, ['checkout', '-q', '-b', 'side', 'HEAD~1']);
    git(directory, ['commit', '-q', '--allow-empty', '-m', 'beside']);
    git(directory, ['checkout', '-q', 'main']);
    git(directory, ['merge', '-q', '--no-ff', '-m', 'merged', 'side']);
    const opened = await openRepository(directory);
    const main = git(directory, ['rev-parse', 'main']);
    for (const name of ['HEAD~1', 'HEAD~', 'HEAD^', 'HEAD^1', 'main~0', 'main~2', 'main^^', 'main^~2', 'side~1', `${main.slice(0, 8)}~3`, `${main}^`]) {
      expect([name, await resolveRevision(opened, name)]).toEqual([name, git(directory, ['rev-parse', name])]);
    }
    await expect(resolveRevision(opened, 'HEAD~4')).rejects.toThrow('does not reach back so far');
    for (const name of ['HEAD^2', 'HEAD@{1}', 'main:desired-state']) await expect(resolveRevision(opened, name)).rejects.toThrow('try "$(git rev-parse NAME)"');
  });

  test('that is none, or of another hash, is told in words', async () => {
    await expect(openRepository(room())).rejects.toThrow(/^cannot find a git repository at /);
    await expect(openRepository('/nonexistent/coop.git')).rejects.toThrow(GitError);
    const other = join(room(), 'other');
    execFileSync('git', ['init', '-q', '--bare', '--object-format=sha256', other]);
    await expect(openRepository(other)).rejects.toThrow('SHA-256');
  });

  test.each(['../../etc/passwd', 'nope', '-x', 'a..b', 'deadbeef', 'ab'.repeat(20), 'main@{1}', ''])('does not resolve %j', async (name) => {
    const repository = bare();
    commitOf(repository, { 'desired-state/a.yaml': '1' });
    await expect(resolveRevision(await openRepository(repository), name)).rejects.toThrow(GitError);
  });
});
