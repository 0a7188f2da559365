import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rooted } from '../../reconciler/machines/rooted.ts';
import { inventoryPath, readInventory } from '../../reconciler/plan/inventory.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-inventory-'));
const machine = rooted(directory);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const kept = { owner: 'coop', source: { file: 'a', line: 1, column: 1 }, left: null };

async function read(entries: unknown): Promise<{ readonly lost: boolean; readonly size: number }> {
  await machine.perform({ do: 'directory', path: '/var/lib/croft', mode: '0755', owner: 'root', group: 'root' });
  writeFileSync(join(directory, inventoryPath), JSON.stringify({ version: 1, revision: null, entries }));
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
