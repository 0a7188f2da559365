import { describe, expect, it } from 'vitest';
import type { Id, Resource } from '../../../reconciler/model/resource.ts';
import { circleIn, inOrder, pulledIn } from '../../../reconciler/plan/order.ts';

const source = { file: 'desired-state/hosts/one.yaml', line: 1, column: 1 };

function resource(id: Id, more: Partial<Resource> = {}): Resource {
  const [kind, name] = id.split(':') as [Resource['kind'], string];
  return { id, kind, name, owner: 'coop', source, desired: {}, needs: [], after: [], ...more };
}

const daemon = (reads: readonly string[], more: Partial<Resource> = {}): Resource => resource('unit:a.service', { load: { reads, reload: ['reload'] }, ...more });

describe('a catalog', () => {
  const fine: readonly (readonly [string, readonly Resource[]])[] = [
    ['with a directory, what is in it, and a unit that reads both', [resource('directory:/etc/a'), resource('file:/etc/a/b', { after: ['directory:/etc/a'] }), daemon(['/etc/a/', '/etc/c'])]],
    ['with something after what is not there', [resource('file:/etc/a/b', { after: ['file:/etc/a/gone'] }), resource('directory:/etc/a')]],
    ['with a link that goes, in a directory that stays', [resource('link:/etc/a/b', { desired: null }), resource('directory:/etc/a')]],
  ];
  it.each(fine)('%s has an order', (_, resources) => {
    expect(circleIn(resources)).toBeNull();
    expect(inOrder(resources).length).toBe(resources.length);
  });

  const circles: readonly (readonly [string, readonly Resource[]])[] = [
    ['a directory after what is in it', [resource('directory:/etc/a', { after: ['file:/etc/a/b'] }), resource('file:/etc/a/b')]],
    ['what a unit reads after the unit', [resource('file:/etc/a', { after: ['unit:a.service'] }), daemon(['/etc/a'])]],
    ['a directory after the unit that reads what is in it', [resource('directory:/etc/a', { needs: ['unit:a.service'] }), resource('file:/etc/a/b'), daemon(['/etc/a/b'])]],
    ['what is in a directory that goes after that directory', [resource('directory:/etc/a', { desired: null }), resource('file:/etc/a/b', { after: ['directory:/etc/a'] })]],
  ];
  it.each(circles)('with %s has none', (_, resources) => {
    expect(circleIn(resources)).not.toBeNull();
    expect(() => inOrder(resources)).toThrow('comes after itself');
  });

  const dropped: readonly (readonly [string, readonly Resource[], Resource])[] = [
    ['a directory after what was in it', [resource('directory:/etc/a', { after: ['file:/etc/a/old'] })], resource('file:/etc/a/old', { desired: null })],
    ['a directory after a unit that reads what was in it', [resource('directory:/etc/a', { after: ['unit:a.service'] }), daemon(['/etc/a/old'])], resource('file:/etc/a/old', { desired: null })],
    ['what is in a directory that was dropped after that', [resource('file:/etc/a/b', { after: ['directory:/etc/a'] })], resource('directory:/etc/a', { desired: null })],
  ];
  it.each(dropped)('with %s has none on a host that still has it, and is refused everywhere', (_, resources, tombstone) => {
    expect(() => inOrder([...resources, tombstone])).toThrow('comes after itself');
    expect(circleIn(resources)).not.toBeNull();
  });

  it('with a chain of a hundred thousand has an order', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => resource(`file:/${index}`, { needs: [`file:/${index + 1}`] }));
    expect(inOrder(chain)[0]?.id).toBe('file:/99999');
  });
});

describe('what stands before its own place', () => {
  it('is what something before that place comes after, and what that comes after', () => {
    const [late, first] = [resource('file:/etc/z'), resource('directory:/etc/a', { after: ['file:/etc/z'] })];
    expect([...pulledIn([late, first])]).toEqual([[late.id, first.id]]);
    expect([...pulledIn([resource('file:/etc/z', { needs: ['key:/etc/y'] }), resource('key:/etc/y'), first])]).toEqual([['key:/etc/y', first.id], [late.id, first.id]]);
  });

  it('is nothing where all stands as its kind and name say', () => {
    expect([...pulledIn([daemon(['/etc/a/']), resource('file:/etc/a/b', { after: ['directory:/etc/a'] }), resource('directory:/etc/a')])]).toEqual([]);
  });
});
