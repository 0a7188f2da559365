import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownCommits, mergedIn } from '../../../reconciler/git/known.ts';
import { lineBetween } from '../../../reconciler/git/line.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bare, commitOf, git, room } from './fixture.ts';

/** main: a b m n, where m merges the side s t, which left at a. */
function history(): { readonly repository: string; readonly a: string; readonly b: string; readonly s: string; readonly t: string; readonly m: string; readonly n: string } {
  const repository = bare();
  const a = commitOf(repository, { f: 'a' });
  const s = commitOf(repository, { f: 's' }, a);
  const t = commitOf(repository, { f: 't' }, s);
  const b = commitOf(repository, { f: 'b' }, a);
  const m = commitOf(repository, { f: 'm' }, b, t);
  return { repository, a, b, s, t, m, n: commitOf(repository, { f: 'n' }, m) };
}

describe('the commits that a branch knows', () => {
  test('are all that it reaches, through all parents', async () => {
    const { repository, a, b, s, t, m, n } = history();
    const known = await knownCommits(await openRepository(repository), m);
    expect([a, b, s, t, m, n].map((oid) => known.has(oid))).toEqual([true, true, true, true, true, false]);
    expect(existsSync(join(repository, 'croft-known'))).toBe(false);
  });

  test('grow by a commit with all that it reaches', async () => {
    const { repository, b, s, t, m } = history();
    const known = await knownCommits(await openRepository(repository), b);
    expect(known.has(s)).toBe(false);
    await known.add(m);
    expect([s, t, m].map((oid) => known.has(oid))).toEqual([true, true, true]);
  });

  test('are kept: the next time nothing is walked', async () => {
    const { repository, a, b, n } = history();
    await (await knownCommits(await openRepository(repository), b)).keep(n);
    const kept = readFileSync(join(repository, 'croft-known'));
    expect(kept).toHaveLength(14 + 20 + 6 * 20 + 32);
    expect(kept.toString('hex', 14, 34)).toBe(n);
    const opened = await openRepository(repository);
    expect((await knownCommits(opened, n)).has(a)).toBe(true);
    expect(opened.cache.commits.size).toBe(0);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['changed', (bytes: Buffer) => bytes.fill(0xff, 40, 60)],
    ['empty', () => Buffer.alloc(0)],
    ['of another format', (bytes: Buffer) => Buffer.concat([Buffer.from('x'), bytes.subarray(1)])],
  ])('are worked out anew when what was kept is %s, or of another tip', async (_, damage) => {
    const { repository, a, b, m, n } = history();
    await (await knownCommits(await openRepository(repository), n)).keep(n);
    expect((await knownCommits(await openRepository(repository), b)).has(m)).toBe(false);
    const file = join(repository, 'croft-known');
    writeFileSync(file, damage(readFileSync(file)));
    const known = await knownCommits(await openRepository(repository), n);
    expect([known.has(a), known.has('ff'.repeat(20))]).toEqual([true, false]);
  });

  test('are not guessed where a shallow clone ends', async () => {
    const { repository, n } = history();
    const clone = join(room(), 'clone');
    git(room(), ['clone', '-q', '--depth', '2', `file://${repository}`, clone]);
    await expect(knownCommits(await openRepository(clone), n)).rejects.toThrow('since it is a shallow clone');
  });
});

describe('what a stride merges', () => {
  test('are the commits that were not on the branch before, also when less is known than where it began', async () => {
    const { repository, a, b, s, t, n } = history();
    const opened = await openRepository(repository);
    const strides = (await lineBetween(opened, a, n)) ?? [];
    const found = [];
    for (const stride of strides) found.push((await mergedIn(opened, stride, await knownCommits(opened, a))).map(({ oid }) => oid));
    expect(strides.map(({ from }) => from.oid).slice(0, 2)).toEqual([a, b]);
    expect(found).toEqual([[], [t, s], []]);
  });

  test('is nothing when the branch has it already', async () => {
    const { repository, a, b, t, m } = history();
    const again = commitOf(repository, { f: 'again' }, m, t, a, b);
    const opened = await openRepository(repository);
    const [stride] = (await lineBetween(opened, m, again)) ?? [];
    expect(stride?.merged).toEqual([t, a, b]);
    expect(stride && (await mergedIn(opened, stride, await knownCommits(opened, m)))).toEqual([]);
  });
});
