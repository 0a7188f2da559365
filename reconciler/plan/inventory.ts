import type { Machine } from '../model/machine.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { compareText } from '../model/source.ts';

/** Where a host keeps what croft made on it. */
export const inventoryPath = '/var/lib/croft/inventory.json';

const version = 1;

interface Written {
  readonly version: number;
  readonly revision: string | null;
  readonly entries: readonly (readonly [Id, InventoryEntry])[];
}

/** Read a host's inventory. A missing one is empty; one that cannot be understood is empty too, and `lost` says so. */
export async function readInventory(machine: Machine): Promise<Inventory & { readonly lost: boolean }> {
  const [answer] = await machine.observe([{ ask: 'path', path: inventoryPath, want: 'text' }]);
  const text = answer?.ask === 'path' ? answer.node?.text : undefined;
  const written = text === undefined ? null : parseInventory(text);
  if (written === null) return { revision: null, entries: new Map(), lost: text !== undefined };
  return { revision: written.revision, entries: new Map(written.entries), lost: false };
}

/** Keep an inventory on the host, in one atomic write. */
export async function writeInventory(machine: Machine, inventory: Inventory): Promise<void> {
  await machine.perform({ do: 'write', path: inventoryPath, text: formatInventory(inventory), mode: '0600', owner: 'root', group: 'root' });
}

function formatInventory(inventory: Inventory): string {
  const entries = [...inventory.entries].sort(([a], [b]) => compareText(a, b));
  const written: Written = { version, revision: inventory.revision, entries };
  return `${JSON.stringify(written)}\n`;
}

function parseInventory(text: string): Written | null {
  try {
    const written = JSON.parse(text) as Partial<Written>;
    return written.version === version && Array.isArray(written.entries) ? (written as Written) : null;
  } catch {
    return null;
  }
}
