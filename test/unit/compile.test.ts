import { expect, test } from 'vitest';
import { compile } from '../../reconciler/compile/compile.ts';
import { check } from '../../reconciler/desired/check.ts';
import type { Id, Provenance, Resource } from '../../reconciler/model/resource.ts';
import type { Service } from '../../reconciler/model/service.ts';
import { file } from '../../reconciler/resources/file.ts';
import { snapshot } from './desired/coop.ts';

const source = { file: 'desired-state/members/ada/member.yaml', line: 1, column: 1 };
const theirs = (owner: Provenance['owner'], path: string, needs: readonly Id[] = []): Resource => file(path, { text: 'x\n' }, { owner, source, needs });

/** Compile what one service makes for the first host of a small co-op. */
function compiled(...resources: readonly Resource[]): readonly Id[] {
  const { value: state } = check(snapshot());
  const [host] = state?.hosts ?? [];
  if (state === null || host === undefined) throw new Error('no co-op');
  const service: Service = { name: 'odd', compile: () => resources };
  return compile(state, host, [service]).resources.map(({ id }) => id);
}

test.each<[string, readonly Resource[], string]>([
  ['a thing of the co-op that needs a member\'s', [theirs('member:ada', '/etc/a'), theirs('coop', '/etc/b', ['file:/etc/a'])], 'is member:ada\'s (law 2)'],
  ['a thing of one member that needs another one\'s', [theirs('member:ada', '/etc/a'), theirs('member:bob', '/etc/b', ['file:/etc/a'])], 'is member:ada\'s (law 2)'],
  ['a thing that needs what nobody makes', [theirs('coop', '/etc/b', ['file:/etc/a'])], 'which no service makes'],
  ['two things of one name', [theirs('coop', '/etc/a'), theirs('member:ada', '/etc/a')], 'two resources are called file:/etc/a'],
])('no catalog holds %s', (_, resources, said) => {
  expect(() => compiled(...resources)).toThrow(said);
});

test('a thing may need its own owner\'s and the co-op\'s', () => {
  const [own, shared] = [theirs('member:ada', '/etc/a'), theirs('coop', '/etc/b')];
  expect(compiled(own, shared, theirs('member:ada', '/etc/c', [own.id, shared.id]))).toEqual(['file:/etc/a', 'file:/etc/b', 'file:/etc/c']);
});
