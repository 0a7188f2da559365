import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blame } from '../../../reconciler/git/blame.ts';
import { lineBefore, linesOf } from '../../../reconciler/git/lines.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bare, commitOf, git } from './fixture.ts';

const path = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';

/** Commits of one file, each on top of the one before; other files change in between. */
function history(repository: string, texts: readonly string[]): readonly string[] {
  const commits: string[] = [];
  for (const [n, text] of texts.entries()) commits.push(commitOf(repository, { [path]: text, 'desired-state/cluster.yaml': `${n}\n` }, ...commits.slice(-1)));
  return commits;
}

/** What git itself says, line by line. */
function gitBlame(repository: string, tip: string): readonly string[] {
  const output = git(repository, ['blame', '--first-parent', '--line-porcelain', tip, '--', path]);
  return output.split('\n').flatMap((line) => /^([0-9a-f]{40}) \d+ \d+/.exec(line)?.[1] ?? []);
}

async function ourBlame(repository: string, tip: string, lines: number): Promise<readonly (string | undefined)[]> {
  const opened = await openRepository(repository);
  const found: (string | undefined)[] = [];
  for (let line = 1; line <= lines; line += 1) found.push((await blame(opened, tip, { path, line }))?.oid);
  return found;
}

describe('blame', () => {
  test('passes over the commits of a version that is not in force', async () => {
    const repository = bare();
    const commits = history(repository, ['a: 1\n', 'a: 1\nb: 2\n', 'evil: 1\nb: 2\n']);
    const oid = git(repository, ['rev-parse', `${commits[1] ?? ''}:${path}`]).trim();
    const opened = await openRepository(repository);
    const tip = commits.at(-1) ?? '';
    const of = async (line: number, version?: string): Promise<string | undefined> => (await blame(opened, tip, { path, line, ...(version === undefined ? {} : { oid: version }) }))?.oid;
    expect([await of(1), await of(1, oid), await of(2, oid)]).toEqual([commits[2], commits[0], commits[1]]);
    expect(await of(1, '0'.repeat(40))).toBeUndefined();
  });

  test('says the same as git over edits, insertions, removals and moved lines', async () => {
    const repository = bare();
    const commits = history(repository, [
      'a: 1\nb: 2\nc: 3\nd: 4\n',
      'a: 1\nb: 2\nc: 3\nd: 4\n',
      'a: 1\nb: two\nc: 3\nd: 4\n',
      'x: 0\ny: 0\na: 1\nb: two\nc: 3\nd: 4\n',
      'x: 0\ny: 0\na: 1\nc: 3\nd: 4\n',
      'x: 0\na: 1\nc: 3\nd: 4\ny: 0\n',
      'x: 0\na: 1\nnew: 1\nc: 3\nd: four\ny: 0\n',
    ]);
    const tip = commits.at(-1) ?? '';
    expect(await ourBlame(repository, tip, 6)).toEqual(gitBlame(repository, tip));
    const opened = await openRepository(repository);
    expect(await blame(opened, tip, { path, line: 4 })).toEqual({ oid: commits[0], time: 1700000100, author: 'Ada', subject: 'a commit', line: 3 });
    expect(await blame(opened, tip, { path, line: 6 })).toMatchObject({ oid: commits[5], line: 5 });
  });

  test('answers with the merge for what a merge brought in', async () => {
    const repository = bare();
    const first = commitOf(repository, { [path]: 'a: 1\nb: 1\n' });
    const side = commitOf(repository, { [path]: 'a: 1\nb: side\n' }, first);
    const main = commitOf(repository, { [path]: 'a: main\nb: 1\n' }, first);
    const merge = commitOf(repository, { [path]: 'a: main\nb: side\n' }, main, side);
    expect(await ourBlame(repository, merge, 2)).toEqual([main, merge]);
  });

  test('answers with the last change of the file for a line it does not have, and with null for no file', async () => {
    const repository = bare();
    const [, second, third = ''] = history(repository, ['a: 1\n', 'a: 2\n', 'a: 2\n']);
    const opened = await openRepository(repository);
    expect(await blame(opened, third, { path, line: 99 })).toMatchObject({ oid: second });
    expect(await blame(opened, third, { path: 'desired-state/members/bob/member.yaml', line: 1 })).toBeNull();
  });

  test('starts anew where a file came back', async () => {
    const repository = bare();
    const first = commitOf(repository, { [path]: 'a: 1\n' });
    const gone = commitOf(repository, { 'desired-state/cluster.yaml': '' }, first);
    const back = commitOf(repository, { [path]: 'a: 1\n' }, gone);
    expect(await blame(await openRepository(repository), back, { path, line: 1 })).toMatchObject({ oid: back });
  });
});

describe('a line before', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

  test('has the same text and keeps the order', () => {
    fc.assert(fc.property(letters, letters, (older, newer) => {
      const found = newer.map((_, index) => lineBefore(older, newer, index + 1));
      const kept = found.filter((line) => line !== null);
      found.forEach((line, index) => line !== null && expect(older[line - 1]).toBe(newer[index]));
      expect(kept).toEqual([...new Set(kept)].toSorted((a, b) => a - b));
    }));
  });

  test('is every line when nothing changed, and none beyond the end', () => {
    fc.assert(fc.property(letters, (text) => {
      expect(text.map((_, index) => lineBefore(text, text, index + 1))).toEqual(text.map((_, index) => index + 1));
      expect(lineBefore(text, text, text.length + 1)).toBeNull();
      expect(lineBefore(text, text, 0)).toBeNull();
    }));
  });

  test('of texts too large to compare line by line is found when it stands there once', () => {
    const older = Array.from({ length: 5000 }, (_, n) => `line ${n}`);
    const newer = ['first', ...older.slice(0, 4000).toReversed(), 'last', 'line 1', 'end'];
    expect(lineBefore(older, newer, 2)).toBe(4000);
    expect(lineBefore(older, newer, 1)).toBeNull();
    expect(lineBefore(older, newer, newer.length - 1)).toBeNull();
  });

  test('counts lines as editors do', () => {
    expect(linesOf(Buffer.from('a\nb\n'))).toEqual(['a', 'b']);
    expect(linesOf(Buffer.from('a\nb'))).toEqual(['a', 'b']);
    expect(linesOf(Buffer.from(''))).toEqual([]);
  });
});
