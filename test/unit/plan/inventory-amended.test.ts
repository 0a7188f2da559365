/** A great inventory is amended: what is written of a change, and that no damage to either text is taken for an inventory. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Machine } from '../../../reconciler/model/machine.ts';
import type { Inventory, InventoryEntry } from '../../../reconciler/model/plan.ts';
import type { Id } from '../../../reconciler/model/resource.ts';
import { AllNeeded } from '../../../reconciler/plan/all-needed.ts';
import { altered } from '../../../reconciler/plan/entries.ts';
import { amendmentPath, inventoryPath, readInventory, writeInventory } from '../../../reconciler/plan/inventory.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-amended-'));
const machine = rooted(directory);
const [great, small] = [join(directory, inventoryPath), join(directory, amendmentPath)];
mkdirSync(join(directory, 'var/lib/croft'), { recursive: true });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const entry = (mode: string): InventoryEntry => ({ owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 }, left: { mode } });
const idAt = (at: number): Id => `file:/etc/${String(at).padStart(5, '0')}`;
const thousands: Inventory = { revision: 'one', entries: new Map(Array.from({ length: 4000 }, (_, at) => [idAt(at * 2), entry('0644')])), ledger: emptyLedger };

beforeEach(async () => {
  rmSync(small, { force: true });
  await writeInventory(machine, thousands);
});

async function change(made: readonly (readonly [number, string])[], gone: readonly number[], revision = 'two'): Promise<void> {
  const { entries, ledger } = await readInventory(machine);
  await writeInventory(machine, { revision, entries: altered(entries, { made: new Map(made.map(([at, mode]) => [idAt(at), entry(mode)])), gone: new Set(gone.map(idAt)) }), ledger });
}

test('of a change no more is written than what is another one, and all is read', async () => {
  const whole = readFileSync(great, 'utf8');
  const model = new Map(thousands.entries);
  for (let turn = 0; turn < 30; turn += 1) {
    const [made, gone] = [[[turn * 37 + 1, '0600'], [turn * 2, '0640'], [3, `0${turn}`]] as const, [turn * 4 + 100, turn * 37 - 36]];
    await change(made, gone, `at ${turn}`);
    for (const at of gone) model.delete(idAt(at));
    for (const [at, mode] of made) model.set(idAt(at), entry(mode));
    const { lost, revision, entries } = await readInventory(machine);
    expect([lost, revision, [...entries]]).toEqual([false, `at ${turn}`, [...model].sort(([a], [b]) => (a < b ? -1 : 1))]);
  }
  expect(readFileSync(great, 'utf8')).toBe(whole);
  expect(readFileSync(small, 'utf8').length).toBeLessThan(whole.length / 20);
});

test('of a few lines no more is read than where they are, and in a text that is damaged there nothing is found', async () => {
  await change([[1, '0600'], [4, '0640']], [6]);
  const asked: unknown[] = [];
  const listening: Machine = { ...machine, observe: (probes) => { asked.push(...probes.filter((probe) => 'path' in probe && probe.path === inventoryPath)); return machine.observe(probes); } };
  const { lost, revision, entries } = await readInventory(listening, true);
  expect(asked).toEqual([{ ask: 'excerpts', path: inventoryPath }]);
  expect([lost, revision, entries.size, ...[0, 1, 4, 6, 7000].map((at) => entries.get(idAt(at))?.left?.['mode'])]).toEqual([false, 'two', 4000, '0644', '0600', '0640', undefined, '0644']);
  writeFileSync(great, readFileSync(great, 'utf8').replace(/(07996.*)0644/, '$10666'));
  const damaged = (await readInventory(machine, true)).entries;
  expect(damaged.get(idAt(0))?.left).toEqual({ mode: '0644' });
  expect(() => damaged.get(idAt(7996))).toThrow(AllNeeded);
  writeFileSync(great, readFileSync(great, 'utf8').replace('"blocks":[["', '"blocks":[["x'));
  expect((await readInventory(machine, true)).lost).toBe(true);
  rmSync(great);
  expect((await readInventory(machine, true)).entries.size).toBe(0);
});

test('where much is another one all of it is written, and nothing amends it', async () => {
  await change([[1, '0600']], []);
  expect(existsSync(small)).toBe(true);
  await change(Array.from({ length: 1500 }, (_, at) => [at, '0600']), []);
  expect(existsSync(small)).toBe(false);
  expect((await readInventory(machine)).entries.size).toBe(4750);
});

test('what amends one that is gone by now counts for nothing', async () => {
  await change([[1, '0600']], []);
  const amendment = readFileSync(small, 'utf8');
  await change(Array.from({ length: 1500 }, (_, at) => [at, '0640']), [2]);
  writeFileSync(small, amendment);
  const { lost, revision, entries } = await readInventory(machine);
  expect([lost, revision, entries.get(idAt(1))?.left]).toEqual([false, 'two', { mode: '0640' }]);
});

test.each([
  ['one character of what amends it is another', () => writeFileSync(small, readFileSync(small, 'utf8').replace('0600', '0666'))],
  ['what amends it is cut off', () => writeFileSync(small, readFileSync(small, 'utf8').slice(0, -30))],
  ['what amends it is empty', () => writeFileSync(small, '')],
  ['what amends it has a backslash in a line', () => writeFileSync(small, readFileSync(small, 'utf8').replaceAll('file:/etc/00001', 'file:\\etc/00001'))],
  ['it names what is no resource', () => writeFileSync(small, readFileSync(small, 'utf8').replaceAll('file:/etc/00001', 'fyle:/etc/00001'))],
  ['one character of the great one is another', () => writeFileSync(great, readFileSync(great, 'utf8').replace('0644', '0666'))],
  ['the great one is gone', () => rmSync(great)],
])('is lost where %s', async (_, damage) => {
  await change([[1, '0600']], [4]);
  damage();
  writeFileSync(join(directory, 'var/lib/croft/handover.jsonl'), '');
  expect(await readInventory(machine)).toMatchObject({ lost: true, revision: null });
});
