import type { Hold, Inventory, InventoryEntry } from '../model/plan.ts';
import type { Catalog, Id, KindName, Resource } from '../model/resource.ts';
import { hasAccount, isKeys, undeclaredIn } from './before.ts';

/** What the inventory knows and no catalog declares: what is to go, and what is to be left alone. */
export interface Undeclared {
  /** The same resources with nothing desired. */
  readonly tombstones: readonly Resource[];
  /**
   * Whatever an owner made whose declarations are wrong and were never right (law 4): not looked at, and nobody's to remove. But for the
   * keys to an account that is not there: it may be made again, and be somebody else's.
   */
  readonly spared: readonly Resource[];
}

/** Find what croft made and nobody declares any more. */
export function undeclared(catalog: Catalog, inventory: Inventory, holds: readonly Hold[]): Undeclared {
  const untouched = new Set(holds.filter(({ lastGood }) => lastGood === null).map(({ owner }) => owner));
  const gone = undeclaredIn(inventory, catalog).flatMap((id) => tombstone(id, inventory.entries.get(id)) ?? []);
  const isSpared = ({ id, owner }: Resource): boolean => untouched.has(owner) && (!isKeys(id) || hasAccount(catalog, id));
  return { tombstones: gone.filter((each) => !isSpared(each)), spared: gone.filter(isSpared) };
}

function tombstone(id: Id, entry: InventoryEntry | undefined): Resource | null {
  return entry === undefined ? null : Object.freeze({ id, ...parts(id), owner: entry.owner, source: entry.source, desired: null, needs: [], after: [] });
}

function parts(id: Id): { readonly kind: KindName; readonly name: string } {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, colon) as KindName, name: id.slice(colon + 1) };
}
