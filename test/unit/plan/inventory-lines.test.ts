/** The inventory as lines: what of it is parsed, what is written again as it was, and that no damage is taken for an inventory. */
import { readFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import { emptyLedger, type Ledger } from '../../../reconciler/model/guard.ts';
import type { Inventory, InventoryEntry } from '../../../reconciler/model/plan.ts';
import type { Id } from '../../../reconciler/model/resource.ts';
import { altered, isListed } from '../../../reconciler/plan/entries.ts';
import { formerInventoryPath, inventoryPath, readInventory, writeInventory } from '../../../reconciler/plan/inventory.ts';
import { formatInventory, parseInventory } from '../../../reconciler/plan/inventory-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-inventory-'));
const machine = rooted(directory);
const [here, formerly] = [join(directory, inventoryPath), join(directory, formerInventoryPath)];
mkdirSync(join(directory, 'var/lib/croft'), { recursive: true });
beforeEach(() => { for (const path of [here, formerly]) rmSync(path, { force: true }); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const source = { file: 'desired-state/cluster.yaml', line: 1, column: 1 };
const entry = (mode: string): InventoryEntry => ({ owner: 'coop', source, left: { mode } });
const ids: readonly Id[] = ['file:/etc/a', 'file:/etc/b', 'file:/etc/quoted "x\\y"', 'packages:bind', 'table:/etc/c', 'unit:apache2.service'];
const ledger: Ledger = { gone: [{ guard: 'data', id: 'home:/home/ada', owner: 'member:ada', file: 'a', at: 1 }], spent: [], since: null };
const inventory: Inventory = { revision: 'directory', entries: new Map(ids.map((id) => [id, entry('0644')])), ledger };
const text = formatInventory(inventory);

function read(written: string): Inventory {
  const found = parseInventory(written);
  if (found === null) throw new Error('no inventory');
  return found;
}

function plain({ revision, entries, ledger: kept }: Inventory): unknown {
  return { revision, entries: [...entries], ledger: kept };
}

/** Say how often an entry is parsed meanwhile. */
function parsedBy(work: () => void): number {
  const parse = vi.spyOn(JSON, 'parse');
  try {
    work();
    return parse.mock.calls.filter(([line]) => line.startsWith('[')).length;
  } finally {
    parse.mockRestore();
  }
}

test('what is written is what is read, whatever the order in which it was listed', () => {
  expect(plain(read(text))).toEqual(plain(inventory));
  expect(formatInventory({ ...inventory, entries: new Map([...inventory.entries].toReversed()) })).toBe(text);
  expect(plain(read(formatInventory({ revision: null, entries: new Map(), ledger: emptyLedger })))).toEqual({ revision: null, entries: [], ledger: emptyLedger });
});

describe('of an inventory that was read', () => {
  test('nothing is parsed until somebody asks for it, and then once', () => {
    let found = inventory;
    // An id with a quote in it takes the whole line.
    expect(parsedBy(() => { found = read(text); })).toBe(1);
    const { entries } = found;
    expect(parsedBy(() => { expect([entries.size, entries.has('file:/etc/a'), entries.has('file:/etc/z'), [...entries.keys()]]).toEqual([ids.length, true, false, ids]); })).toBe(0);
    expect(parsedBy(() => { for (const id of ['file:/etc/a', 'file:/etc/b', 'file:/etc/a', 'file:/etc/z'] as const) entries.get(id); })).toBe(2);
    expect(entries.get('file:/etc/a')).toBe(entries.get('file:/etc/a'));
    expect(parsedBy(() => { expect([...entries.values()]).toEqual([...inventory.entries.values()]); })).toBe(ids.length - 2);
  });

  test('whatever is not changed is written as the line that it was read from', () => {
    const spaced = text.split('\n').map((line) => line.replace(/^\["file:\/etc\/b",/, '$& ')).slice(1).join('\n');
    const { entries } = read(`${JSON.stringify({ version: 2, digest: digest(spaced) })}\n${spaced}`);
    let lines: readonly string[] = [];
    expect(parsedBy(() => {
      const after = altered(entries, { made: new Map(['file:/etc/a', 'file:/etc/aa', 'zone:/z'].map((id) => [id as Id, entry('0600')])), gone: new Set<Id>(['packages:bind']) });
      lines = formatInventory({ ...inventory, entries: after }).split('\n').slice(2, -1);
    })).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as readonly string[])[0])).toEqual(['file:/etc/a', 'file:/etc/aa', 'file:/etc/b', 'file:/etc/quoted "x\\y"', 'table:/etc/c', 'unit:apache2.service', 'zone:/z']);
    expect(lines.filter((line) => spaced.includes(`\n${line}\n`)).length).toBe(4);
    expect(lines[2]).toBe('["file:/etc/b", {"owner":"coop","source":{"file":"desired-state/cluster.yaml","line":1,"column":1},"left":{"mode":"0644"}}]');
  });

  test('what is listed already is told by its line, and else by what it says', () => {
    const { entries } = read(text);
    const turned: InventoryEntry = { left: { mode: '0644' }, source, owner: 'coop' };
    expect(parsedBy(() => { expect(isListed(entries, 'file:/etc/a', entry('0644'))).toBe(true); })).toBe(0);
    expect(isListed(entries, 'file:/etc/a', turned)).toBe(true);
    expect(isListed(entries, 'file:/etc/a', entry('0600'))).toBe(false);
    expect(isListed(entries, 'file:/etc/z', entry('0600'))).toBe(false);
  });
});

/** The same lines with another digest: of a croft that has names which this one has not. */
function rewritten(change: (body: string) => string, version = 2): string {
  const [, , ...lines] = text.split('\n');
  const body = change([JSON.stringify({ revision: inventory.revision, ledger }), ...lines].join('\n'));
  return `${JSON.stringify({ version, digest: digest(body) })}\n${body}`;
}

test.each([
  ['nothing', ''], ['a line end', '\n'], ['its end alone', text.slice(-20)], ['a byte less', text.slice(0, -1)], ['a line less', text.replace(/.*\n$/, '')], ['a line more', `${text}["file:/etc/d",{}]\n`],
  ['a line twice', text.replace(/\n(\["packages.*)\n/, '\n$1\n$1\n')], ['another mode in one line', text.replace('"mode":"0644"', '"mode":"0645"')], ['another moment in what guards let pass', text.replace('"at":1', '"at":2')],
  ['another revision', text.replace('"directory"', '"0000000000000000000000000000000000000000"')], ['two lines in each other\'s place', text.replace(/(.*\n)(.*\n)$/, '$2$1')], ['no first line', text.slice(text.indexOf('\n') + 1)],
  ['a backslash in a line', text.replace('file:/etc/b', 'file:\\etc/b')],
  ['no digest', text.replace(/"digest":"[^"]*"/, '"digest":null')], ['another digest', text.replace(/sha256:./, 'sha256:x')], ['another form', rewritten((body) => body, 4)],
  ['a kind that is not known, in blocks', formatInventory({ ...inventory, entries: new Map([...inventory.entries, ['nosuch:bind' as Id, entry('0644')]]) })],
  ['a kind that is not known', rewritten((body) => body.replace('packages:bind', 'nosuch:bind'))], ['a place that none is', rewritten((body) => body.replace('file:/etc/a', 'file:/etc/../a'))],
  ['a guard that is not known', rewritten((body) => body.replace('"guard":"data"', '"guard":"none"'))], ['no revision', rewritten((body) => body.replace('"revision"', '"rev"'))], ['nothing but its digest', rewritten(() => '')],
])('%s is no inventory, and is told as lost', async (_, damaged) => {
  writeFileSync(formerly, JSON.stringify({ version: 1, revision: null, entries: [] }));
  writeFileSync(here, damaged);
  expect(parseInventory(damaged)).toBe(null);
  expect(await readInventory(machine)).toEqual({ revision: null, entries: new Map(), ledger: emptyLedger, lost: true });
});

describe('a host of a former croft', () => {
  const former = JSON.stringify({ version: 1, revision: 'directory', entries: [...inventory.entries].toReversed(), ledger });

  test('is read, and has the new form and no other from the first time that something is written down', async () => {
    writeFileSync(formerly, former);
    const { lost, ...found } = await readInventory(machine);
    expect([lost, existsSync(formerly)]).toEqual([false, true]);
    await writeInventory(machine, found);
    expect([readFileSync(here, 'utf8'), existsSync(formerly)]).toEqual([text, false]);
    expect((await readInventory(machine)).lost).toBe(false);
  });

  test('goes by the former form where an older croft, put back for a while, has written it since', async () => {
    writeFileSync(here, text);
    // A file system may tell moments of ten milliseconds apart, and no shorter ones.
    await setTimeout(50);
    writeFileSync(formerly, JSON.stringify({ version: 1, revision: null, entries: [] }));
    const { lost, ...found } = await readInventory(machine);
    expect([lost, found.revision, found.entries.size]).toEqual([false, null, 0]);
    await writeInventory(machine, found);
    expect([existsSync(formerly), (await readInventory(machine)).revision]).toEqual([false, null]);
  });

  test('goes by the new form where a crash left both', async () => {
    writeFileSync(formerly, JSON.stringify({ version: 1, revision: null, entries: [] }));
    writeFileSync(here, text);
    const found = await readInventory(machine);
    expect(plain(found)).toEqual(plain(inventory));
    await writeInventory(machine, found);
    expect(existsSync(formerly)).toBe(false);
  });
});
