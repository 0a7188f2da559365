/** The inventory after a run: that it says how things were left, and is made of no more than what is otherwise. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { converge } from '../../../reconciler/converge/converge.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import type { Machine } from '../../../reconciler/model/machine.ts';
import type { Owner } from '../../../reconciler/model/owner.ts';
import type { Inventory } from '../../../reconciler/model/plan.ts';
import type { Id, Resource } from '../../../reconciler/model/resource.ts';
import { formerInventoryPath, inventoryPath, readInventory } from '../../../reconciler/plan/inventory.ts';
import { makePlan } from '../../../reconciler/plan/plan.ts';
import { directory } from '../../../reconciler/resources/directory.ts';
import { file } from '../../../reconciler/resources/file.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { table } from '../../../reconciler/resources/table.ts';

let root: string;
let machine: Machine;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'croft-remember-'));
  machine = rooted(root);
  for (const path of ['/var', '/var/lib', '/var/lib/croft']) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
});
afterEach(() => rmSync(root, { recursive: true }));

const source = { file: 'desired-state/cluster.yaml', line: 1, column: 1 };
const coop = { owner: 'coop', source } as const;
const map: Id = 'table:/srv/map';
const rows = (owner: Owner, value = 'x') => table('/srv/map', { layout: 'map', rows: [{ key: 'a@ada.example', columns: { value }, owner, source }, { key: 'b@bob.example', columns: { value: 'y' }, owner: 'member:bob', source }] }, coop);
const things = (text = 'a'): readonly Resource[] => [directory('/srv', {}, coop), file('/srv/a', { text }, coop), file('/srv/b', { text: 'b' }, coop)];

/** Converge, and say what was written down of it. Shape: null for nothing. */
async function made(resources: readonly Resource[], revision = 'directory'): Promise<Inventory | null> {
  const catalog = { host: 'one', revision, time: 0, resources: [...resources].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  const { lost: _, ...inventory } = await readInventory(machine);
  let isWritten = false;
  const watched: Machine = { ...machine, perform: (step) => { isWritten ||= step.do === 'write' && step.path === inventoryPath; return machine.perform(step); } };
  await converge(watched, await makePlan(machine, { catalog, inventory, holds: [], kinds }), { kinds, now: 0 });
  return isWritten ? readInventory(machine) : null;
}

const written = (): readonly string[] => readFileSync(join(root, inventoryPath), 'utf8').split('\n').slice(2);

test('where all is as it was nothing is written, and no entry is parsed; of another commit the lines are the same', async () => {
  await made([...things(), rows('member:ada')]);
  const before = written();
  const parse = vi.spyOn(JSON, 'parse');
  expect(await made([...things(), rows('member:ada')])).toBe(null);
  expect((await made([...things(), rows('member:ada')], '0'.repeat(40)))?.revision).toBe('0'.repeat(40));
  expect(parse.mock.calls.filter(([line]) => line.startsWith('['))).toEqual([]);
  parse.mockRestore();
  expect(written()).toEqual(before);
});

test('one thing that is changed is the one line that is another', async () => {
  await made([...things(), rows('member:ada')]);
  const before = written();
  await made([...things('c'), rows('member:ada')]);
  expect(written().filter((line) => !before.includes(line)).map((line) => line.slice(0, 15))).toEqual(['["file:/srv/a",']);
});

test.each([
  ['a row is somebody else\'s and says the same', rows('member:carol'), { 'a@ada.example': 'member:carol', 'b@bob.example': 'member:bob' }, 'x'],
  ['a row is the co-op\'s now', rows('coop'), { 'b@bob.example': 'member:bob' }, 'x'],
  ['a row says something else', rows('member:ada', 'z'), { 'a@ada.example': 'member:ada', 'b@bob.example': 'member:bob' }, 'z'],
] as const)('of a shared table is written down that %s', async (_, other, owners, value) => {
  await made([...things(), rows('member:ada')]);
  const entry = (await made([...things(), other]))?.entries.get(map);
  expect(entry?.rows).toEqual(owners);
  expect(entry?.left?.['a@ada.example.value']).toBe(value);
});

test('a table that could not be changed stays as it was left, and is written down once it is', async () => {
  await made([...things(), rows('member:ada')]);
  const real = machine;
  machine = { ...real, perform: (step) => (step.do === 'write' && step.path === '/srv/map' ? Promise.resolve() : real.perform(step)) };
  const failed = (await made([...things(), rows('member:ada', 'z')], '1'.repeat(40)))?.entries.get(map);
  expect(failed?.left?.['a@ada.example.value']).toBe('x');
  machine = real;
  expect((await made([...things(), rows('member:ada', 'z')], '1'.repeat(40)))?.entries.get(map)?.left?.['a@ada.example.value']).toBe('z');
  expect((await made([...things(), rows('member:ada')]))?.entries.get(map)?.left?.['a@ada.example.value']).toBe('x');
});

test('what a former croft wrote down stays as it is until there is something to write', async () => {
  await made([...things(), rows('member:ada')]);
  const before = written();
  const { revision, entries } = await readInventory(machine);
  rmSync(join(root, inventoryPath));
  writeFileSync(join(root, formerInventoryPath), JSON.stringify({ version: 1, revision, entries: [...entries] }));
  expect(await made([...things(), rows('member:ada')])).toBe(null);
  expect((await made([...things(), rows('member:ada')], '0'.repeat(40)))?.entries.size).toBe(4);
  expect(written()).toEqual(before);
});
