/** An inventory in blocks: a run that is about a part looks into few of them, finds what is in them, and knows when one is damaged. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Inventory, InventoryEntry } from '../../../reconciler/model/plan.ts';
import type { Id } from '../../../reconciler/model/resource.ts';
import { AllNeeded } from '../../../reconciler/plan/all-needed.ts';
import { altered, idsBeginning } from '../../../reconciler/plan/entries.ts';
import { formatAmendment, formatInventory, parseInventory } from '../../../reconciler/plan/inventory-text.ts';

const entry = (mode: string): InventoryEntry => ({ owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 }, left: { mode } });
const names = Array.from({ length: 3000 }, (_, at) => `/etc/${String(at * 7).padStart(5, '0')}`);
const ids: readonly Id[] = [...names.map((name): Id => `file:${name}`), ...names.slice(0, 300).map((name): Id => `home:${name}`), 'table:/etc/"quoted"', 'unit:apache2.service'];
const inventory: Inventory = { revision: 'one', entries: new Map(ids.map((id) => [id, entry('0644')])), ledger: emptyLedger };
const text = formatInventory(inventory);
const part = (written: string, amendment?: string): Inventory => {
  const found = parseInventory(written, { amendment, isPart: true });
  if (found === null) throw new Error('no inventory');
  return found;
};
/** The same text with another mode in the line of an id. */
const damagedAt = (id: Id): string => text.replace(new RegExp(`(${JSON.stringify(id)},.*)0644`), '$10666');

test('it is looked into only where somebody asks', () => {
  const { entries, revision } = part(damagedAt('file:/etc/07000'));
  expect([revision, entries.size, entries.get('file:/etc/00007')?.left, entries.has('home:/etc/00007'), entries.has('home:/etc/07000'), entries.has('link:/etc/00007')]).toEqual(['one', ids.length, { mode: '0644' }, true, false, false]);
  expect(idsBeginning(entries, 'file:/etc/0001')).toEqual(['file:/etc/00014']);
  expect(() => entries.get('file:/etc/07000')).toThrow(AllNeeded);
  expect(() => [...entries.keys()]).toThrow(AllNeeded);
});

test('of excerpts no more is read than is asked for', () => {
  let read = 0;
  const excerpts = { length: text.length, slice: (start = 0, end = text.length) => { read += Math.min(end, text.length) - start; return text.slice(start, end); } };
  const entries = parseInventory(excerpts, { isPart: true })?.entries;
  expect([entries?.size, entries?.get('home:/etc/00007')?.left]).toEqual([ids.length, { mode: '0644' }]);
  expect(read).toBeLessThan(text.length / 4);
  expect([...(entries ?? [])]).toEqual([...inventory.entries]);
});

test('of what is not all ASCII there are no excerpts, for octets are no characters there', () => {
  const written = formatInventory({ ...inventory, entries: new Map([...inventory.entries, ['file:/etc/é', entry('0600')]]) });
  const octets = Buffer.from(written);
  expect(parseInventory({ length: octets.length, slice: (start, end) => octets.toString('utf8', start, end) }, { isPart: true })).toBe(null);
  expect(part(written).entries.get('file:/etc/é')?.left).toEqual({ mode: '0600' });
});

test.each([
  ['a block', damagedAt('home:/etc/00007')], ['the list of blocks', text.replace('"blocks":[["file:/etc/00000"', '"blocks":[["file:/etc/00001"')],
  ['a line less', text.replace(/.*\n$/, '')], ['a line more', `${text}x\n`],
])('as a whole it is none where %s is another', (_, damaged) => {
  expect(parseInventory(damaged)).toBe(null);
});

describe('whatever is amended in it', () => {
  const edits = fc.array(fc.record({ at: fc.nat(22_000), kind: fc.constantFrom('file', 'home', 'zone'), isGone: fc.boolean() }), { minLength: 1, maxLength: 12 });

  test('a part finds what the whole has', () => {
    fc.assert(fc.property(fc.array(edits, { minLength: 1, maxLength: 4 }), fc.array(fc.constantFrom('file:/etc/', 'home:/etc/000', 'zone:', 'unit:', 'file:/etc/00700', 'link:/'), { maxLength: 3 }), (turns, starts) => {
      const model = new Map(inventory.entries);
      let amendment: string | undefined;
      for (const turn of turns) {
        const [made, gone] = [new Map<Id, InventoryEntry>(), new Set<Id>()];
        for (const [index, { at, kind, isGone }] of turn.entries()) {
          const id: Id = `${kind as 'file'}:/etc/${String(at).padStart(5, '0')}`;
          if (made.has(id) || gone.has(id)) continue;
          if (isGone) gone.add(id); else made.set(id, entry(`0${index}`));
        }
        for (const id of gone) model.delete(id);
        for (const [id, each] of made) model.set(id, each);
        const { entries, ledger } = part(text, amendment);
        const next = { revision: 'two', entries: altered(entries, { made, gone }), ledger };
        expect(next.entries.size).toBe(model.size);
        amendment = formatAmendment(next) ?? undefined;
        if (amendment === undefined) throw new Error('not amended');
      }
      const [few, all] = [part(text, amendment), parseInventory(text, { amendment })];
      const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const start of starts) expect(idsBeginning(few.entries, start)).toEqual(sorted.flatMap(([id]) => (id.startsWith(start) ? [id] : [])));
      expect([few.entries.size, all?.entries.size]).toEqual([model.size, model.size]);
      expect([...few.entries]).toEqual(sorted);
      expect([...(all?.entries ?? [])]).toEqual(sorted);
    }), { numRuns: 25 });
  });
});
