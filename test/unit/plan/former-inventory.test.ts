import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import { formerInventoryPath, readInventory } from '../../../reconciler/plan/inventory.ts';

/** Inventories as former crofts wrote them: of those every entry is looked at. */
const directory = mkdtempSync(join(tmpdir(), 'croft-inventory-'));
const machine = rooted(directory);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const kept = { owner: 'coop', source: { file: 'a', line: 1, column: 1 }, left: null };

async function read(entries: unknown, ledger?: unknown): Promise<{ readonly lost: boolean; readonly size: number }> {
  await machine.perform({ do: 'directory', path: '/var/lib/croft', mode: '0755', owner: 'root', group: 'root' });
  writeFileSync(join(directory, formerInventoryPath), JSON.stringify({ version: 1, revision: null, entries, ledger }));
  const { lost, entries: found } = await readInventory(machine);
  return { lost, size: found.size };
}

test.each(['file:/etc/a.conf', 'unit:apache2.service', 'packages:bind', 'sessions:ada', 'table:/a/..b'])('an entry %s is read', async (id) => {
  expect(await read([[id, kept]])).toEqual({ lost: false, size: 1 });
});

test.each([
  [[1, 2]], [[['file:/etc/a', null]]], [[['file:/etc/a', { ...kept, owner: 1 }]]], [[['file:/etc/a', { ...kept, source: 'a' }]]], [[['file:/etc/a', { ...kept, left: 'x' }]]],
  [[['nosuch:/etc/a', kept]]], [[['constructor:/etc/a', kept]]], [[['file:../a', kept]]], [[['file:/etc/../a', kept]]], [[['file:/etc/a/', kept]]], [[['unit:--now', kept]]], [{}],
])('%j is no inventory, and is told as lost', async (entries) => {
  expect(await read(entries)).toEqual({ lost: true, size: 0 });
});

const gone = { guard: 'data', id: 'home:/home/ada', owner: 'member:ada', file: 'a', at: 1 };
const spent = { guard: 'zone', object: 'zone:ada.example', reason: 'it is sold', until: '2026-12-31', count: null, going: ['x'] };
const ledger = { gone: [gone], spent: [spent], since: null };

test('what guards let pass is read with it, and an older croft\'s is one without', async () => {
  for (const [kept, found] of [[ledger, ledger], [undefined, emptyLedger]] as const) {
    expect((await read([], kept)).lost).toBe(false);
    expect((await readInventory(machine)).ledger).toEqual(found);
  }
});

const damages: readonly unknown[] = [
  null, [], 'x', {}, { ...ledger, since: 'now' }, { ...ledger, since: -1 }, { ...ledger, gone: {} }, { ...ledger, spent: null },
  ...[{ guard: 'none' }, { id: 1 }, { owner: null }, { file: undefined }, { at: '1' }, { at: -1 }].map((each) => ({ ...ledger, gone: [gone, { ...gone, ...each }] })),
  ...[{ guard: 'toString' }, { object: 1 }, { reason: null }, { until: 'never' }, { count: -1 }, { count: '1' }, { count: 0.5 }, { going: 'x' }, { going: [1] }].map((each) => ({ ...ledger, spent: [{ ...spent, ...each }] })),
];

test.each(damages.map((damaged) => [JSON.stringify(damaged), damaged] as const))('with %s as what guards let pass it is none, and is told as lost', async (_, damaged) => {
  expect(await read([['file:/etc/a.conf', kept]], damaged)).toEqual({ lost: true, size: 0 });
});
