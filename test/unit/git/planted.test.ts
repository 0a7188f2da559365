import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineBetween } from '../../../reconciler/git/line.ts';
import { openRepository, withQuarantine } from '../../../reconciler/git/repository.ts';
import { signedPartsOf } from '../../../reconciler/git/signed.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import { readCommit, readTree } from '../../../reconciler/git/store.ts';
import { bare, blob, commitOf, git, room, tree } from './fixture.ts';

/** All that croft says of a commit and of the way to it. */
async function read(repository: string, from: string, to: string): Promise<unknown> {
  const opened = await openRepository(repository);
  const { parents, tree: root } = await readCommit(opened, to);
  const { files, problems } = await snapshotOf(opened, to);
  const { payload } = await signedPartsOf(opened, to);
  return { parents, root, files, problems, payload: Buffer.from(payload).toString(), entries: await readTree(opened, root), line: (await lineBetween(opened, from, to))?.map((stride) => stride.to.oid) };
}

const planted: readonly { readonly name: string; readonly plant: (repository: string, oids: { readonly first: string; readonly second: string; readonly forged: string }) => void; readonly fools: readonly string[] | null }[] = [
  { name: 'a replacement of the commit', plant: (repository, { second, forged }) => git(repository, ['replace', second, forged]), fools: ['show', 'main:desired-state/cluster.yaml'] },
  { name: 'a replacement of a file', plant: (repository) => git(repository, ['replace', '-f', blob(repository, 'name: true\n'), blob(repository, 'name: forged\n')]), fools: ['show', 'main:desired-state/cluster.yaml'] },
  { name: 'grafts', plant: (repository, { second, forged }) => writeFileSync(join(repository, 'info/grafts'), `${second} ${forged}\n`), fools: ['rev-list', '--parents', '-1', 'main'] },
  { name: 'the end of a shallow clone', plant: (repository, { second }) => writeFileSync(join(repository, 'shallow'), `${second}\n`), fools: ['rev-list', '--parents', '-1', 'main'] },
  { name: 'a config that leads elsewhere', plant: (repository) => appendFileSync(join(repository, 'config'), `[core]\n\tworktree = ${room()}\n\tbare = false\n[include]\n\tpath = /nonexistent\n[extensions]\n\tpartialClone = origin\n\tworktreeConfig = true\n`), fools: null },
];

describe('what a commit id reads as', () => {
  test.each(planted)('is the same after somebody planted $name', async ({ plant, fools }) => {
    const repository = bare();
    mkdirSync(join(repository, 'info'), { recursive: true });
    const first = commitOf(repository, { 'desired-state/cluster.yaml': 'name: first\n' });
    const forged = commitOf(repository, { 'desired-state/cluster.yaml': 'name: forged\n' });
    const second = commitOf(repository, { 'desired-state/cluster.yaml': 'name: true\n' }, first);
    const [before, gits] = [await read(repository, first, second), fools === null ? null : git(repository, fools)];
    plant(repository, { first, second, forged });
    if (fools !== null) expect(git(repository, fools)).not.toBe(gits);
    expect(await read(repository, first, second)).toEqual(before);
  });

  test('is not taken from alternates', async () => {
    const [repository, other] = [bare(), bare()];
    const oid = commitOf(other, { 'desired-state/cluster.yaml': 'name: x\n' });
    writeFileSync(join(repository, 'objects/info/alternates'), `${join(other, 'objects')}\n`);
    expect(git(repository, ['cat-file', '-t', oid])).toBe('commit');
    await expect(readCommit(await openRepository(repository), oid)).rejects.toThrow('it is missing');
  });
});

describe('a parent that is not here', () => {
  test('is missing, not absent, unless the repository is a shallow clone', async () => {
    const repository = bare();
    const root = tree(repository, []);
    const oid = git(repository, ['hash-object', '-w', '-t', 'commit', '--literally', '--stdin'], `tree ${root}\nparent ${'ab'.repeat(20)}\nauthor a <a@b.example> 1 +0000\ncommitter a <a@b.example> 1 +0000\n\nx\n`);
    await expect(lineBetween(await openRepository(repository), commitOf(repository, { a: '1' }), oid)).rejects.toThrow('it is missing');
    expect((await readCommit(await openRepository(repository), oid)).parents).toEqual(['ab'.repeat(20)]);
  });

  test('counts only where git reads it: right after the tree', async () => {
    const repository = bare();
    const first = commitOf(repository, { a: '1' });
    const people = 'author a <a@b.example> 1 +0000\ncommitter a <a@b.example> 1 +0000\n';
    const oid = git(repository, ['hash-object', '-w', '-t', 'commit', '--literally', '--stdin'], `tree ${tree(repository, [])}\n${people}parent ${first}\n\nx\n`);
    expect(git(repository, ['rev-list', '--parents', '-1', oid])).toBe(oid);
    expect((await readCommit(await openRepository(repository), oid)).parents).toEqual([]);
  });
});

describe('a push in quarantine', () => {
  test.each([['loose objects', '100'], ['a pack', '1']])('of %s is seen by a hook, and only with the directory that git names to it', async (_, limit) => {
    const repository = bare();
    git(repository, ['config', 'receive.unpackLimit', limit]);
    const seen = join(room(), 'seen');
    commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n' });
    const work = join(room(), 'work');
    git(room(), ['clone', '-q', repository, work]);
    const pushed = git(work, ['commit-tree', '-m', 'next', '-p', 'HEAD', 'HEAD^{tree}']);
    const copy = join(room(), 'objects');
    writeFileSync(join(repository, 'hooks/pre-receive'), `#!/bin/sh\necho "$GIT_QUARANTINE_PATH" > ${seen}\ncp -r "$GIT_QUARANTINE_PATH" ${copy}\nexit 1\n`);
    chmodSync(join(repository, 'hooks/pre-receive'), 0o755);
    expect(() => execFileSync('git', ['-C', work, 'push', '-q', 'origin', `${pushed}:refs/heads/main`], { stdio: 'pipe' })).toThrow('pre-receive hook declined');
    expect(readFileSync(seen, 'utf8')).toContain('/objects/tmp_objdir-incoming-');
    const opened = await openRepository(repository);
    expect((await readCommit(withQuarantine(opened, copy), pushed)).parents).toHaveLength(1);
    expect((await snapshotOf(withQuarantine(opened, copy), pushed)).files).toHaveLength(1);
    await expect(readCommit(opened, pushed)).rejects.toThrow('it is missing');
  });
});
