import { describe, expect, it } from 'vitest';
import { transactionsOf } from '../../../reconciler/converge/group.ts';
import type { Planned } from '../../../reconciler/plan/plan.ts';
import { inOrder } from '../../../reconciler/plan/order.ts';
import type { Id, Resource } from '../../../reconciler/model/resource.ts';

interface Wish {
  readonly needs?: readonly Id[];
  readonly after?: readonly Id[];
  readonly reads?: readonly string[];
  readonly gone?: true;
}

function one(id: Id, { needs = [], after = [], reads, gone }: Wish = {}): Resource {
  const [kind, name = ''] = id.split(':') as [Resource['kind'], string];
  return { id, kind, name, owner: 'coop', source: { file: 'x', line: 1, column: 1 }, desired: gone ? null : {}, needs, after, ...(reads === undefined ? {} : { load: { reads, reload: ['true'] } }) };
}

function group(resources: readonly Resource[], unchanged: readonly Id[] = []): { readonly [id: string]: string } {
  const ordered = inOrder(resources);
  const changes = ordered.filter(({ id }) => !unchanged.includes(id)).map((resource) => ({ resource }));
  return Object.fromEntries(transactionsOf({ plan: { changes }, resources: ordered } as unknown as Planned));
}

const unit = one('unit:a.service', { reads: ['/etc/a/'] });

describe('whose transaction a change belongs to', () => {
  it('is that of the unit that reads it', () => {
    expect(group([unit, one('file:/etc/a/x'), one('link:/etc/a/y', { gone: true }), one('directory:/etc/a'), one('file:/etc/b')])).toEqual({
      'file:/etc/a/x': unit.id, 'link:/etc/a/y': unit.id, 'directory:/etc/a': unit.id,
    });
  });

  it('is the first one’s where two units read it', () => {
    expect(group([unit, one('unit:b.service', { reads: ['/etc/a/x'] }), one('file:/etc/a/x')])).toEqual({ 'file:/etc/a/x': unit.id });
  });

  it('is nobody’s when the unit does not change, or is to go', () => {
    expect(group([unit, one('file:/etc/a/x')], [unit.id])).toEqual({});
    expect(group([one('unit:a.service', { gone: true }), one('file:/etc/a/x')])).toEqual({});
  });

  it('is nobody’s when something that the unit waits for waits for it', () => {
    const packages = one('packages:p', { needs: ['file:/etc/a/x'] });
    expect(group([one('unit:a.service', { reads: ['/etc/a/'], needs: [packages.id] }), packages, one('file:/etc/a/x', { needs: ['file:/etc/a/w'] }), one('file:/etc/a/w'), one('file:/etc/a/z')])).toEqual({ 'file:/etc/a/z': unit.id });
  });

  it('stays where something waits for it that comes after the unit anyway', () => {
    expect(group([unit, one('file:/etc/a/x'), one('sessions:s', { after: ['file:/etc/a/x'] })])).toEqual({ 'file:/etc/a/x': unit.id });
  });

  it('is nobody’s for what lies in a directory that goes', () => {
    expect(group([unit, one('directory:/etc/a/old', { gone: true }), one('file:/etc/a/old/x', { gone: true }), one('file:/etc/a/x')])).toEqual({ 'file:/etc/a/x': unit.id });
  });

  it('is nobody’s along a chain of ten thousand at whose end something waits that the unit waits for', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => one(`file:/etc/a/${index}`, { needs: [`file:/etc/a/${index + 1}`] }));
    const packages = one('packages:p', { needs: ['file:/etc/a/0'] });
    expect(group([one('unit:a.service', { reads: ['/etc/a/'], needs: [packages.id] }), packages, ...chain])).toEqual({});
  });
});
