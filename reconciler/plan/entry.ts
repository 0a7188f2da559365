import { digest } from '../model/digest.ts';
import type { Owner } from '../model/owner.ts';
import type { InventoryEntry } from '../model/plan.ts';
import type { Id, KindName, Load, Part, Resource, State } from '../model/resource.ts';
import { isKindName } from './order.ts';

/** Write down what croft made, how it left it, whose rows are in it, and where a unit reads. */
export function entryOf(resource: Resource, left: State | null): InventoryEntry {
  const { owner, source, parts, load } = resource;
  const rows = parts === undefined ? null : rowsOf(resource, parts);
  return { owner, source, left, ...(rows === null ? {} : { rows }), ...(load === undefined ? {} : { reads: readsOf(load) }) };
}

/** Stand for the paths that a unit reads. */
export function readsOf({ reads }: Load): string {
  return digest(JSON.stringify(reads));
}

/** Make of an entry the resource that it is about, of which nothing is known but this. */
export function resourceOf(id: Id, { owner, source }: InventoryEntry, desired: State | null): Resource {
  return Object.freeze({ id, ...kindAndName(id), owner, source, desired, needs: [], after: [] });
}

/** Take an id apart. */
export function kindAndName(id: Id): Pick<Resource, 'kind' | 'name'> {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, colon) as KindName, name: id.slice(colon + 1) };
}

/** Of a table with thousands of rows these are found once, for the inventory before a run and the one after it. */
const known = new WeakMap<Resource, InventoryEntry['rows'] | null>();

/** An attribute is a row's key, a dot, and a column without one. Some parts are one column only. null: no row is anybody's. */
function rowsOf(resource: Resource, parts: readonly Part[]): NonNullable<InventoryEntry['rows']> | null {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const owners = new Map(parts.map(({ attribute, owner }) => [attribute, owner]));
  const rows = new Map<string, Owner>();
  for (const key of keysIn(resource.desired ?? {})) {
    const owner = owners.get(key) ?? 'coop';
    if (owner !== 'coop') rows.set(key, owner);
  }
  const found = rows.size === 0 ? null : Object.fromEntries<Owner>(rows);
  known.set(resource, found);
  return found;
}

/** The columns of a row stand together. */
function* keysIn(desired: State): Generator<string> {
  let last = '';
  for (const attribute of Object.keys(desired)) {
    const end = Math.max(0, attribute.lastIndexOf('.'));
    if (end === last.length && attribute.startsWith(last)) continue;
    last = attribute.slice(0, end);
    yield last;
  }
}

/** Is this an id and what is written down about it? A half-written or foreign entry would lead to steps that nobody meant, or to none at all in every later run. */
export function isEntry(entry: unknown): entry is readonly [Id, InventoryEntry] {
  const [id, kept]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof id !== 'string' || !isResourceName(id) || typeof kept !== 'object' || kept === null) return false;
  const { owner, source, left, rows = {}, reads = '' } = fieldsOf(kept);
  return isText(owner) && isText(fieldsOf(source)['file']) && typeof left === 'object' && typeof rows === 'object' && rows !== null && Object.values(rows).every(isText) && isText(reads);
}

/** Can a thing that croft makes be called this? */
export function isResourceName(id: string): boolean {
  const colon = id.indexOf(':');
  const [kind, name] = [id.slice(0, colon), id.slice(colon + 1)];
  if (!isKindName(kind)) return false;
  return ['packages', 'unit', 'sessions'].includes(kind) ? /^[a-z]/.test(name) : name.startsWith('/') && !/\/(?:\.{0,2})(?:\/|$)/.test(name);
}

/** Look at anything as if it had fields. */
export function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [field: string]: unknown }) : {};
}

/** Is this a text? */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
