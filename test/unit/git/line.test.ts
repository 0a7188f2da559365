import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineBetween } from '../../../reconciler/git/line.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bare, commitOf, git, room } from './fixture.ts';

/** Commits by letter, each with the letters of its parents; and how the branch went from one to another, as `from>to+merged`. */
async function line(history: readonly string[], from: string, to: string): Promise<string | null> {
  const repository = bare();
  const oids = new Map<string, string>();
  for (const [name = '', ...parents] of history) oids.set(name, commitOf(repository, { a: name }, ...parents.map((parent) => oids.get(parent) ?? '')));
  const names = new Map([...oids].map(([name, oid]) => [oid, name]));
  const found = await lineBetween(await openRepository(repository), oids.get(from) ?? '', oids.get(to) ?? '');
  return found === null ? null : found.map((each) => `${names.get(each.from.oid)}>${names.get(each.to.oid)}${each.merged.map((oid) => `+${names.get(oid)}`).join('')}`).join(' ');
}

describe('the line of a branch', () => {
  const cases: readonly { readonly name: string; readonly history: readonly string[]; readonly from: string; readonly to: string; readonly expected: string | null }[] = [
    { name: 'is empty from a commit to itself', history: ['a'], from: 'a', to: 'a', expected: '' },
    { name: 'goes commit by commit, oldest first', history: ['a', 'ba', 'cb'], from: 'a', to: 'c', expected: 'a>b b>c' },
    { name: 'takes a merge in one stride', history: ['a', 'sa', 'ts', 'ba', 'mbt'], from: 'a', to: 'm', expected: 'a>b b>m+t' },
    { name: 'takes an octopus in one stride', history: ['a', 'sa', 'ta', 'mast'], from: 'a', to: 'm', expected: 'a>m+s+t' },
    { name: 'takes a foxtrot, where somebody merged the branch into her own, in one stride', history: ['a', 'ba', 'sa', 'ts', 'mtb', 'nm'], from: 'b', to: 'n', expected: 'b>m+t m>n' },
    { name: 'takes a merge of what came after in one stride', history: ['a', 'ba', 'cb', 'sa', 'msc'], from: 'b', to: 'm', expected: 'b>m+s+c' },
    { name: 'goes along first parents where histories cross', history: ['a', 'ba', 'ca', 'dbc', 'ecb', 'fde'], from: 'b', to: 'f', expected: 'b>d+c d>f+e' },
    { name: 'goes from what was merged where histories cross', history: ['a', 'ba', 'ca', 'dbc', 'ecb', 'fde'], from: 'c', to: 'f', expected: 'c>d+b d>f+e' },
    { name: 'takes in a history of its own', history: ['a', 'x', 'max'], from: 'a', to: 'm', expected: 'a>m+x' },
    { name: 'is none to what does not descend', history: ['a', 'ba', 'ca'], from: 'b', to: 'c', expected: null },
    { name: 'is none backwards', history: ['a', 'ba'], from: 'b', to: 'a', expected: null },
    { name: 'is none between unrelated histories', history: ['a', 'x'], from: 'a', to: 'x', expected: null },
  ];

  test.each(cases)('$name', async ({ history, from, to, expected }) => {
    expect(await line(history, from, to)).toBe(expected);
  });

  test('is not guessed where a shallow clone ends, and is told where it is whole', async () => {
    const repository = bare();
    const first = commitOf(repository, { a: '1' });
    const second = commitOf(repository, { a: '2' }, first);
    const third = commitOf(repository, { a: '3' }, second);
    const stranger = commitOf(bare(), { a: '4' });
    const clone = join(room(), 'clone');
    git(room(), ['clone', '-q', '--depth', '2', '-b', 'main', `file://${repository}`, clone]);
    const opened = await openRepository(clone);
    expect((await lineBetween(opened, second, third))?.map(({ to }) => to.oid)).toEqual([third]);
    const other = git(clone, ['commit-tree', '-m', 'other', git(clone, ['rev-parse', 'HEAD^{tree}'])]);
    await expect(lineBetween(opened, other, third)).rejects.toThrow(/since it is a shallow clone; git fetch --unshallow brings the rest$/);
    await expect(lineBetween(opened, stranger, third)).rejects.toThrow(/^cannot read object /);
  });
});
