import { describe, expect, it } from 'vitest';
import { commitsBetween } from '../../../reconciler/git/between.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bare, git, tree } from './fixture.ts';

/** Make commits with these parents, and answer their ids by name. */
function commits(repository: string, history: readonly (readonly [name: string, ...parents: readonly string[]])[]): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  const empty = tree(repository, []);
  for (const [name, ...parents] of history) {
    made.set(name, git(repository, ['commit-tree', empty, '-m', name, ...parents.flatMap((parent) => ['-p', made.get(parent) ?? ''])]));
  }
  return made;
}

describe('the commits of a change', () => {
  it.each([
    ['of a plain branch', [['a'], ['b', 'a'], ['c', 'b'], ['d', 'c']], 'b', 'd', ['c', 'd']],
    ['of nothing', [['a'], ['b', 'a']], 'b', 'b', []],
    ['into which the base was merged', [['a'], ['b', 'a'], ['x', 'a'], ['m', 'x', 'b']], 'b', 'm', ['m', 'x']],
    ['that merges another branch from before the base', [['a'], ['b', 'a'], ['x', 'a'], ['y', 'b'], ['m', 'y', 'x']], 'b', 'm', ['m', 'x', 'y']],
  ] as const)('%s are those that git lists', async (_, history, base, head, expected) => {
    const path = bare();
    const made = commits(path, history);
    const [from, to] = [made.get(base) ?? '', made.get(head) ?? ''];
    const found = await commitsBetween(await openRepository(path), from, to);
    expect(found.map(({ revision }) => revision.subject).toSorted()).toEqual([...expected]);
    expect(found.map(({ oid }) => oid).toSorted()).toEqual(git(path, ['rev-list', `${from}..${to}`]).split('\n').filter((oid) => oid !== '').toSorted());
  });
});
