import type { Machine } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id, Part, Resource, State } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { isKindName } from './order.ts';

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

/** Write down what croft made, how it left it, and whose rows are in it. */
export function entryOf({ owner, source, desired, parts }: Resource, left: State | null): InventoryEntry {
  const rows = parts === undefined ? [] : rowsOf(desired ?? {}, parts);
  return { owner, source, left, ...(rows.length === 0 ? {} : { rows: Object.fromEntries(rows) }) };
}

/** An attribute is a row's key, a dot, and a column without one. Some parts are one column only. */
function rowsOf(desired: State, parts: readonly Part[]): readonly (readonly [string, Owner])[] {
  const owners = new Map(parts.map(({ attribute, owner }) => [attribute, owner]));
  return keysIn(desired).flatMap((key) => {
    const owner = owners.get(key) ?? 'coop';
    return owner === 'coop' ? [] : [[key, owner] as const];
  });
}

/** The columns of a row stand together. */
function keysIn(desired: State): readonly string[] {
  const keys = new Set<string>();
  let last = '';
  for (const attribute of Object.keys(desired)) {
    const end = Math.max(0, attribute.lastIndexOf('.'));
    if (end === last.length && attribute.startsWith(last)) continue;
    last = attribute.slice(0, end);
    keys.add(last);
  }
  return [...keys];
}

function formatInventory(inventory: Inventory): string {
  const entries = [...inventory.entries].sort(([a], [b]) => compareText(a, b));
  const written: Written = { version, revision: inventory.revision, entries };
  return `${JSON.stringify(written)}\n`;
}

function parseInventory(text: string): Written | null {
  try {
    const written = JSON.parse(text) as Partial<Written>;
    return written.version === version && Array.isArray(written.entries) && written.entries.every(isEntry) ? (written as Written) : null;
  } catch {
    return null;
  }
}

/** A half-written or foreign entry would lead to steps that nobody meant, or to none at all in every later run. */
function isEntry(entry: unknown): boolean {
  const [id, kept]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof id !== 'string' || !isResourceName(id) || typeof kept !== 'object' || kept === null) return false;
  const { owner, source, left }: { readonly owner?: unknown; readonly source?: unknown; readonly left?: unknown } = kept;
  return typeof owner === 'string' && typeof source === 'object' && source !== null && 'file' in source && typeof left === 'object';
}

function isResourceName(id: string): boolean {
  const colon = id.indexOf(':');
  const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
  if (!isKindName(kind)) return false;
  return ['packages', 'unit', 'sessions'].includes(kind) ? /^[a-z]/.test(name) : name.startsWith('/') && !/\/(?:\.{0,2})(?:\/|$)/.test(name);
}
