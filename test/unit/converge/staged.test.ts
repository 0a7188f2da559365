import { expect, test } from 'vitest';
import { needed } from '../../../reconciler/converge/staged.ts';
import type { Change } from '../../../reconciler/model/plan.ts';
import type { Id, Resource } from '../../../reconciler/model/resource.ts';

function file(name: string, needs: readonly Id[]): Resource {
  return { id: `file:${name}`, kind: 'file', name, owner: 'coop', source: { file: 'x', line: 1, column: 1 }, desired: {}, needs, after: [] };
}

function staged(resources: readonly Resource[]): ReadonlyMap<Id, { readonly change: Change; readonly places: readonly { readonly path: string; readonly token: string }[] }> {
  return new Map(resources.map((resource) => [resource.id, { change: { resource } as Change, places: [{ path: resource.name, token: 'x' }] }]));
}

const paths = (resource: Resource, waiting: readonly Resource[]): readonly string[] => needed(resource, staged(waiting)).map(({ path }) => path);

test('a check finds what is staged of all that its file needs, each once, what others need first', () => {
  const [a, b, c] = [file('/a', ['file:/b', 'file:/c', 'file:/elsewhere']), file('/b', ['file:/c']), file('/c', [])];
  expect(paths(a, [a, b, c])).toEqual(['/c', '/b']);
});

test('along a chain of a hundred thousand, too', () => {
  const chain = Array.from({ length: 100_000 }, (_, index) => file(`/${index}`, [`file:/${index + 1}`]));
  expect(paths(file('/first', ['file:/0']), chain)).toHaveLength(100_000);
});
