import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../../reconciler/git/changes.ts';
import { writeTreeWith } from '../../../reconciler/git/commit.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { snapshotOfTree } from '../../../reconciler/git/snapshot.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import type { Entry } from '../../../reconciler/model/authority.ts';
import { bare, blob, commitOf, git, tree, treeOf } from './fixture.ts';

type Wanted = readonly (readonly [path: string, content: string | null])[];

async function put(repository: string, base: string | null, wanted: Wanted): Promise<string> {
  const entries = new Map(wanted.map(([path, content]): [string, Entry | null] => [path, content === null ? null : { mode: '100644', oid: blob(repository, content) }]));
  return writeTreeWith(await openRepository(repository), base, entries);
}

const base = { 'a.b': '1', 'a/x': '2', 'a/y/z': '3', a0: '4' };

describe('a tree with other entries', () => {
  const cases: readonly { readonly name: string; readonly entries: Wanted; readonly expected: { readonly [path: string]: string } }[] = [
    { name: 'has new files, changed ones, and directories as they are needed', entries: [['a/n/m', '5'], ['a0', '6']], expected: { ...base, 'a/n/m': '5', a0: '6' } },
    { name: 'loses a directory with its last file, and the one above it', entries: [['a/x', null], ['a/y/z', null]], expected: { 'a.b': '1', a0: '4' } },
    { name: 'has a file where a directory was, when all of that goes', entries: [['a', '7'], ['a/x', null], ['a/y/z', null]], expected: { 'a.b': '1', a: '7', a0: '4' } },
    { name: 'has a directory where a file was, when that goes', entries: [['a0', null], ['a0/b', '8']], expected: { 'a.b': '1', 'a/x': '2', 'a/y/z': '3', 'a0/b': '8' } },
    { name: 'keeps a directory of which only a part goes', entries: [['a', '7'], ['a/x', null]], expected: { 'a.b': '1', 'a/y/z': '3', a0: '4' } },
    { name: 'keeps a file that is not said to go', entries: [['a0/b', '8']], expected: base },
    { name: 'loses a directory that stands for itself', entries: [['a', null]], expected: { 'a.b': '1', a0: '4' } },
    { name: 'is the same when what is not there goes', entries: [['q', null], ['q/r', null]], expected: base },
  ];

  test.each(cases)('$name', async ({ entries, expected }) => {
    const repository = bare();
    expect(await put(repository, treeOf(repository, base), entries)).toBe(treeOf(repository, expected));
  });

  test('may be empty, and may begin with nothing', async () => {
    const repository = bare();
    const empty = git(repository, ['mktree']);
    expect(await put(repository, null, [])).toBe(empty);
    expect(await put(repository, treeOf(repository, { a: '1' }), [['a', null]])).toBe(empty);
    expect(await put(repository, null, [['a/x', '2']])).toBe(treeOf(repository, { 'a/x': '2' }));
  });

  test('has entries of any mode and name, and directories by their id, as git would write them', async () => {
    const repository = bare();
    const opened = await openRepository(repository);
    const [content, sub] = [blob(repository, '1'), commitOf(repository, { a: '1' })];
    const inside = treeOf(repository, { x: '1' });
    const entries = new Map<string, Entry>([['d\xff', { mode: '120000', oid: content }], ['d', { mode: '40000', oid: inside }], ['d.x', { mode: '100755', oid: content }], ['s', { mode: '160000', oid: sub }]]);
    const lines = [`120000 blob ${content}\td\xff`, `040000 tree ${inside}\td`, `100755 blob ${content}\td.x`, `160000 commit ${sub}\ts`];
    expect(await writeTreeWith(opened, null, entries)).toBe(git(repository, ['mktree', '-z'], Buffer.from(lines.map((line) => `${line}\0`).join(''), 'latin1')));
  });

  test('takes over, with all the changes between two trees, the second one', async () => {
    const repository = bare();
    const opened = await openRepository(repository);
    const trees = [treeOf(repository, base), treeOf(repository, { a: '1', 'a0/b/c': '2' }), treeOf(repository, { 'a/x/q': '2', 'a.b': '9' })];
    for (const from of trees) {
      for (const to of trees) {
        const changes = await changesBetween(opened, from, to);
        expect(await writeTreeWith(opened, from, new Map(changes.map(({ path, after }) => [path, after])))).toBe(to);
      }
    }
  });

  test('keeps two entries of one name as they are, until they go, and never takes any over', async () => {
    const repository = bare();
    const opened = await openRepository(repository);
    const twice = [['x', '100644', blob(repository, '1')], ['x', '100644', blob(repository, '2')]] as const;
    const more = ['y', '100644', blob(repository, '3')] as const;
    expect(await put(repository, tree(repository, twice), [['y', '3']])).toBe(tree(repository, [...twice, more]));
    expect(await put(repository, tree(repository, [...twice, more]), [['x', null]])).toBe(tree(repository, [more]));
    const changes = await changesBetween(opened, treeOf(repository, base), tree(repository, twice));
    await expect(writeTreeWith(opened, treeOf(repository, base), new Map(changes.map(({ path, after }) => [path, after])))).rejects.toThrow('nobody can say what it is');
  });

  test('is kept beside git\'s objects, where croft finds it again and git can be pointed at it', async () => {
    const repository = bare();
    const oid = commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n', 'desired-state/members/ada/a.yaml': '1' });
    const opened = await openRepository(repository);
    const { tree: own, revision } = await readCommit(opened, oid);
    const made = await put(repository, own, [['desired-state/members/ada/a.yaml', '2']]);
    const { files, revision: said } = await snapshotOfTree(await openRepository(repository), revision, made);
    expect(said).toEqual(revision);
    expect(files.map(({ path, bytes }) => `${path} ${Buffer.from(bytes).toString().trim()}`)).toEqual(['desired-state/cluster.yaml name: x', 'desired-state/members/ada/a.yaml 2']);
    expect(() => git(repository, ['cat-file', '-t', made])).toThrow();
    const env = { PATH: process.env['PATH'], GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repository, 'croft-trees') };
    expect(execFileSync('git', ['-C', repository, 'cat-file', '-p', `${made}:desired-state/members/ada/a.yaml`], { env }).toString()).toBe('2');
  });
});
