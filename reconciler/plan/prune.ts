import type { Hold, Inventory, InventoryEntry } from '../model/plan.ts';
import type { Catalog, Id, Resource } from '../model/resource.ts';
import { hasAccount, isKeys, undeclaredIn } from './before.ts';
import { resourceOf } from './entry.ts';

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
  const gone = undeclaredIn(inventory, catalog).flatMap((id) => tombstone(id, inventory.entries.get(id)));
  const isSpared = ({ id, owner }: Resource): boolean => untouched.has(owner) && (!isKeys(id) || hasAccount(catalog, id));
  return { tombstones: gone.filter((each) => !isSpared(each)), spared: gone.filter(isSpared) };
}

function tombstone(id: Id, entry: InventoryEntry | undefined): readonly Resource[] {
  return entry === undefined ? [] : [resourceOf(id, entry, null)];
}
