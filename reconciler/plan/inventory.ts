import { emptyLedger } from '../model/guard.ts';
import type { Machine, Node, Want } from '../model/machine.ts';
import type { Inventory } from '../model/plan.ts';
import { formatInventory, parseFormer, parseInventory } from './inventory-text.ts';

/** Where a host keeps what croft made on it. */
export const inventoryPath = '/var/lib/croft/inventory.jsonl';

/** Where former crofts kept it. */
export const formerInventoryPath = '/var/lib/croft/inventory.json';

/** Where it keeps what was handed over last and made true. Who has that has made something. */
export const handoverPath = '/var/lib/croft/handover.jsonl';

/** Where older crofts kept it. */
export const formerHandoverPath = '/var/lib/croft/handover.json';

/** Read a host's inventory. A bare host's is empty; one that cannot be understood, or is gone, is empty too, and `lost` says so. */
export async function readInventory(machine: Machine): Promise<Inventory & { readonly lost: boolean }> {
  const [lines, former] = [await nodeOn(machine, inventoryPath, 'text'), await nodeOn(machine, formerInventoryPath, 'stat')];
  // An older croft that was put back for a while knows nothing of the lines, and what it wrote is the newer.
  const isFormer = former !== null && (lines === null || former.changedAt > lines.changedAt);
  const text = (isFormer ? await nodeOn(machine, formerInventoryPath, 'text') : lines)?.text;
  const found = text === undefined ? null : isFormer ? parseFormer(text) : parseInventory(text);
  if (found !== null) return { ...found, lost: false };
  return { revision: null, entries: new Map(), ledger: emptyLedger, lost: text !== undefined || (await hasMade(machine)) };
}

async function hasMade(machine: Machine): Promise<boolean> {
  return (await nodeOn(machine, handoverPath, 'stat')) !== null || (await nodeOn(machine, formerHandoverPath, 'stat')) !== null;
}

/** Keep an inventory on the host, in one atomic write. Only then a former one goes: of both the newer counts. */
export async function writeInventory(machine: Machine, inventory: Inventory): Promise<void> {
  await machine.perform({ do: 'write', path: inventoryPath, text: formatInventory(inventory), mode: '0600', owner: 'root', group: 'root' });
  if ((await nodeOn(machine, formerInventoryPath, 'stat')) !== null) await machine.perform({ do: 'remove', path: formerInventoryPath });
}

async function nodeOn(machine: Machine, path: string, want: Want): Promise<Node | null> {
  const [answer] = await machine.observe([{ ask: 'path', path, want }]);
  return answer?.ask === 'path' ? answer.node : null;
}
