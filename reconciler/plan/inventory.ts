import { emptyLedger } from '../model/guard.ts';
import type { Machine } from '../model/machine.ts';
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
  const text = await textOn(machine, inventoryPath);
  const former = text === undefined ? await textOn(machine, formerInventoryPath) : undefined;
  const found = text !== undefined ? parseInventory(text) : former !== undefined ? parseFormer(former) : null;
  if (found !== null) return { ...found, lost: false };
  return { revision: null, entries: new Map(), ledger: emptyLedger, lost: (text ?? former) !== undefined || (await isThere(machine, [handoverPath, formerHandoverPath])) };
}

/** Keep an inventory on the host, in one atomic write. Only then a former one goes: where both are, this one counts. */
export async function writeInventory(machine: Machine, inventory: Inventory): Promise<void> {
  await machine.perform({ do: 'write', path: inventoryPath, text: formatInventory(inventory), mode: '0600', owner: 'root', group: 'root' });
  if (await isThere(machine, [formerInventoryPath])) await machine.perform({ do: 'remove', path: formerInventoryPath });
}

async function textOn(machine: Machine, path: string): Promise<string | undefined> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  return answer?.ask === 'path' ? answer.node?.text : undefined;
}

async function isThere(machine: Machine, paths: readonly string[]): Promise<boolean> {
  const answers = await machine.observe(paths.map((path) => ({ ask: 'path', path, want: 'stat' })));
  return answers.some((answer) => answer.ask === 'path' && answer.node !== null);
}
