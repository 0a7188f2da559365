import { emptyLedger, guardNames, type GuardName, type Ledger } from '../model/guard.ts';
import type { Machine } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id, Part, Resource, State } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { isKindName } from './order.ts';

/** Where a host keeps what croft made on it. */
export const inventoryPath = '/var/lib/croft/inventory.json';

/** Where it keeps what was handed over last and made true. Who has that has made something. */
export const handoverPath = '/var/lib/croft/handover.jsonl';

/** Where older crofts kept it. */
export const formerHandoverPath = '/var/lib/croft/handover.json';

const version = 1;

interface Written {
  readonly version: number;
  readonly revision: string | null;
  readonly entries: readonly (readonly [Id, InventoryEntry])[];
  /** Left out while there is nothing to remember. */
  readonly ledger?: Ledger;
}

/** Read a host's inventory. A bare host's is empty; one that cannot be understood, or is gone, is empty too, and `lost` says so. */
export async function readInventory(machine: Machine): Promise<Inventory & { readonly lost: boolean }> {
  const [answer] = await machine.observe([{ ask: 'path', path: inventoryPath, want: 'text' }]);
  const text = answer?.ask === 'path' ? answer.node?.text : undefined;
  const written = text === undefined ? null : parseInventory(text);
  if (written === null) return { revision: null, entries: new Map(), ledger: emptyLedger, lost: text !== undefined || (await hasMade(machine)) };
  return { revision: written.revision, entries: new Map(written.entries), ledger: written.ledger ?? emptyLedger, lost: false };
}

async function hasMade(machine: Machine): Promise<boolean> {
  const answers = await machine.observe([handoverPath, formerHandoverPath].map((path) => ({ ask: 'path', path, want: 'stat' })));
  return answers.some((answer) => answer.ask === 'path' && answer.node !== null);
}

/** Keep an inventory on the host, in one atomic write. */
export async function writeInventory(machine: Machine, inventory: Inventory): Promise<void> {
  await machine.perform({ do: 'write', path: inventoryPath, text: formatInventory(inventory), mode: '0600', owner: 'root', group: 'root' });
}

/** Write down what croft made, how it left it, and whose rows are in it. */
export function entryOf(resource: Resource, left: State | null): InventoryEntry {
  const { owner, source, parts } = resource;
  const rows = parts === undefined ? null : rowsOf(resource, parts);
  return { owner, source, left, ...(rows === null ? {} : { rows }) };
}

/** Of a table with thousands of rows these are found once, for the inventory before a run and the one after it. */
const known = new WeakMap<Resource, InventoryEntry['rows'] | null>();

/** An attribute is a row's key, a dot, and a column without one. Some parts are one column only. null: no row is anybody's. */
function rowsOf(resource: Resource, parts: readonly Part[]): NonNullable<InventoryEntry['rows']> | null {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const owners = new Map(parts.map(({ attribute, owner }) => [attribute, owner]));
  const rows = keysIn(resource.desired ?? {}).flatMap((key) => {
    const owner = owners.get(key) ?? 'coop';
    return owner === 'coop' ? [] : [[key, owner] as const];
  });
  const found = rows.length === 0 ? null : Object.fromEntries<Owner>(rows);
  known.set(resource, found);
  return found;
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
  const isEmpty = JSON.stringify(inventory.ledger) === JSON.stringify(emptyLedger);
  const written: Written = { version, revision: inventory.revision, entries, ...(isEmpty ? {} : { ledger: inventory.ledger }) };
  return `${JSON.stringify(written)}\n`;
}

function parseInventory(text: string): Written | null {
  try {
    const written = JSON.parse(text) as Partial<Written>;
    const isWhole = written.version === version && Array.isArray(written.entries) && written.entries.every(isEntry) && (written.ledger === undefined || isLedger(written.ledger));
    return isWhole ? (written as Written) : null;
  } catch {
    return null;
  }
}

/** A half-written or foreign entry would lead to steps that nobody meant, or to none at all in every later run. */
function isEntry(entry: unknown): boolean {
  const [id, kept]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof id !== 'string' || !isResourceName(id) || typeof kept !== 'object' || kept === null) return false;
  const { owner, source, left, rows = {} } = fieldsOf(kept);
  return isText(owner) && isText(fieldsOf(source)['file']) && typeof left === 'object' && typeof rows === 'object' && rows !== null && Object.values(rows).every(isText);
}

type Fields = { readonly [field: string]: unknown };

/** Whoever counts on what is damaged lets more pass than there is to pass. */
function isLedger(ledger: unknown): boolean {
  const { gone, spent, since } = fieldsOf(ledger);
  return Array.isArray(gone) && gone.every(isGone) && Array.isArray(spent) && spent.every(isSpent) && (since === null || isCount(since));
}

function isGone(one: unknown): boolean {
  const { guard, id, owner, file, at } = fieldsOf(one);
  return isGuardName(guard) && [id, owner, file].every(isText) && isCount(at);
}

function isSpent(one: unknown): boolean {
  const { guard, object, reason, until, count, going } = fieldsOf(one);
  return isGuardName(guard) && [object, reason].every(isText) && isText(until) && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(until) && (count === null || isCount(count))
    && Array.isArray(going) && going.every(isText);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isGuardName(value: unknown): boolean {
  return guardNames.includes(value as GuardName);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isResourceName(id: string): boolean {
  const colon = id.indexOf(':');
  const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
  if (!isKindName(kind)) return false;
  return ['packages', 'unit', 'sessions'].includes(kind) ? /^[a-z]/.test(name) : name.startsWith('/') && !/\/(?:\.{0,2})(?:\/|$)/.test(name);
}
