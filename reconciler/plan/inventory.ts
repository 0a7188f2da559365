import { emptyLedger } from '../model/guard.ts';
import type { Machine, Node, Want } from '../model/machine.ts';
import type { Inventory } from '../model/plan.ts';
import { formatAmendment, formatInventory, leastAmended, parseFormer, parseInventory } from './inventory-text.ts';

/** Where a host keeps what croft made on it. */
export const inventoryPath = '/var/lib/croft/inventory.jsonl';

/** How it differs from that, where that is great. */
export const amendmentPath = '/var/lib/croft/inventory.new';

/** Where former crofts kept it. */
export const formerInventoryPath = '/var/lib/croft/inventory.json';

/** Where it keeps what was handed over last and made true. Who has that has made something. */
export const handoverPath = '/var/lib/croft/handover.jsonl';

/** Where older crofts kept it. */
export const formerHandoverPath = '/var/lib/croft/handover.json';

/** Is it, or a part of it, kept there? */
export function isInventory(path: string): boolean {
  return path === inventoryPath || path === amendmentPath;
}

/** Read a host's inventory. A bare host's is empty; one that cannot be understood, or is gone, is empty too, and `lost` says so. `isPart`: of one in which only a few lines are asked for, no others are read; a damaged one is told by AllNeeded. */
export async function readInventory(machine: Machine, isPart = false): Promise<Inventory & { readonly lost: boolean }> {
  const few = isPart ? await fewOf(machine) : null;
  if (few !== null) return { ...few, lost: false };
  const [lines, former] = [await nodeOn(machine, inventoryPath, 'text'), await nodeOn(machine, formerInventoryPath, 'stat')];
  // An older croft that was put back for a while knows nothing of the lines, and what it wrote is the newer.
  const isFormer = former !== null && (lines === null || former.changedAt > lines.changedAt);
  const text = (isFormer ? await nodeOn(machine, formerInventoryPath, 'text') : lines)?.text;
  const found = text === undefined ? null : isFormer ? parseFormer(text) : parseInventory(text, { amendment: (await nodeOn(machine, amendmentPath, 'text'))?.text, isPart });
  if (found !== null) return { ...found, lost: false };
  return { revision: null, entries: new Map(), ledger: emptyLedger, lost: text !== undefined || (await hasMade(machine)) };
}

/** Shape: null where there is none of this croft's, or nobody knows where its lines are; and where it will be written as a whole: who notes that down must have read it. */
async function fewOf(machine: Machine): Promise<Inventory | null> {
  if ((await nodeOn(machine, formerInventoryPath, 'stat')) !== null) return null;
  const [answer] = await machine.observe([{ ask: 'excerpts', path: inventoryPath }]);
  const text = answer?.ask === 'excerpts' ? answer.excerpts : null;
  return text === null || text.length < leastAmended ? null : parseInventory(text, { amendment: (await nodeOn(machine, amendmentPath, 'text'))?.text, isPart: true });
}

async function hasMade(machine: Machine): Promise<boolean> {
  return (await nodeOn(machine, handoverPath, 'stat')) !== null || (await nodeOn(machine, formerHandoverPath, 'stat')) !== null;
}

/** Keep an inventory on the host, in one atomic write. Only then what it is in the place of goes: of a former one and this the newer counts, and what amends another one does not. */
export async function writeInventory(machine: Machine, inventory: Inventory): Promise<void> {
  const amendment = formatAmendment(inventory);
  const [path, text] = amendment === null ? [inventoryPath, formatInventory(inventory)] : [amendmentPath, amendment];
  await machine.perform({ do: 'write', path, text, mode: '0600', owner: 'root', group: 'root' });
  for (const old of amendment === null ? [formerInventoryPath, amendmentPath] : [formerInventoryPath]) {
    if ((await nodeOn(machine, old, 'stat')) !== null) await machine.perform({ do: 'remove', path: old });
  }
}

async function nodeOn(machine: Machine, path: string, want: Want): Promise<Node | null> {
  const [answer] = await machine.observe([{ ask: 'path', path, want }]);
  return answer?.ask === 'path' ? answer.node : null;
}
