import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitFiles, createRepository, fastForward, type Contribution } from '../../../reconciler/git/commit.ts';
import { git, room } from './fixture.ts';

const ada = { name: 'Ada Example', mail: 'ada@ada.example' };

function change(files: { readonly [path: string]: string | null }, more: Partial<Contribution> = {}): Contribution {
  return { branch: 'main', files: new Map(Object.entries(files)), author: ada, message: 'members/ada: a change', time: 1_700_000_000, ...more };
}

describe('a commit without a working tree', () => {
  test('is what git would have made', async () => {
    const directory = join(room(), 'coop.git');
    const repository = await createRepository(directory);
    const first = await commitFiles(repository, change({ 'a.b': '1', 'a/x': '2', 'a0': '3', 'desired-state/members/ada/member.yaml': 'name: Ada\n' }));
    const second = await commitFiles(repository, change({ 'a/x': null, 'a/y/z': '5', 'a0': 'changed' }));
    expect(git(directory, ['fsck', '--strict'])).toBe('');
    expect(git(directory, ['ls-tree', '-r', '--name-only', first]).split('\n')).toEqual(['a.b', 'a/x', 'a0', 'desired-state/members/ada/member.yaml']);
    expect(git(directory, ['ls-tree', '-r', '--name-only', 'main']).split('\n')).toEqual(['a.b', 'a/y/z', 'a0', 'desired-state/members/ada/member.yaml']);
    expect(git(directory, ['log', '--format=%H %an <%ae> %ct %s', 'main'])).toBe(`${second} Ada Example <ada@ada.example> 1700000000 members/ada: a change\n${first} Ada Example <ada@ada.example> 1700000000 members/ada: a change`);
    expect(git(directory, ['show', 'main:a0'])).toBe('changed');
  });

  test('takes away a directory with its last file', async () => {
    const directory = join(room(), 'coop.git');
    const repository = await createRepository(directory);
    await commitFiles(repository, change({ 'a/b/c': '1', d: '2' }));
    await commitFiles(repository, change({ 'a/b/c': null }));
    expect(git(directory, ['ls-tree', '-r', '-t', '--name-only', 'main'])).toBe('d');
    await commitFiles(repository, change({ d: null }));
    expect(git(directory, ['ls-tree', 'main'])).toBe('');
    expect(git(directory, ['fsck', '--strict'])).toBe('');
  });

  test('goes onto a branch of its own, and main moves there only forward', async () => {
    const directory = join(room(), 'coop.git');
    const repository = await createRepository(directory);
    const first = await commitFiles(repository, change({ a: '1' }));
    const offer = await commitFiles(repository, change({ a: '2' }, { branch: 'ada/blog', from: 'main' }));
    expect(git(directory, ['rev-parse', 'main', 'ada/blog^'])).toBe(`${first}\n${first}`);
    await fastForward(repository, 'main', offer);
    expect(git(directory, ['rev-parse', 'main'])).toBe(offer);
    await expect(fastForward(repository, 'main', first)).rejects.toThrow(/^cannot move main to /);
  });

  test.each(['../x', '/x', 'a//b', '.git/config', 'a/./b', ''])('refuses the path %j', async (path) => {
    const repository = await createRepository(join(room(), 'coop.git'));
    await expect(commitFiles(repository, change({ [path]: '1' }))).rejects.toThrow('it is not a path inside a repository');
  });

  test('refuses a branch or an author that would break the format', async () => {
    const repository = await createRepository(join(room(), 'coop.git'));
    await expect(commitFiles(repository, change({ a: '1' }, { branch: '../x' }))).rejects.toThrow('no branch can have that name');
    await expect(commitFiles(repository, change({ a: '1' }, { author: { name: 'x\ntree 0', mail: 'a@b' } }))).rejects.toThrow('cannot commit as');
  });
});
