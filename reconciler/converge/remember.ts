import type { Inventory, InventoryEntry, Outcome } from '../model/plan.ts';
import type { Id, Resource, Scalar, State } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { managed } from '../model/state.ts';
import { declaredIn } from '../plan/before.ts';
import { altered, isListed } from '../plan/entries.ts';
import { entryOf } from '../plan/entry.ts';
import type { Planned } from '../plan/plan.ts';

/**
 * Add to the inventory what is about to be made, so that a crash leaves nothing that croft would not know as its own, and what guards let
 * pass, so that a crash lets nothing more pass. null when there is nothing to add.
 */
export function inventoryBefore({ inventory, plan, ledger = inventory.ledger }: Planned): Inventory | null {
  const made = plan.changes.filter(({ resource }) => resource.desired !== null && !inventory.entries.has(resource.id));
  if (made.length === 0 && same(inventory.ledger, ledger)) return null;
  const entries = altered(inventory.entries, { made: new Map(made.map(({ resource }) => [resource.id, entryOf(resource, null)])) });
  return { revision: inventory.revision, entries, ledger };
}

/** What a run came to. */
interface Ended {
  readonly observed: ReadonlyMap<Id, State | null>;
  readonly outcomes: ReadonlyMap<Id, Outcome>;
}

/**
 * The inventory after a run: how everything was left. What failed keeps the state that it was last left in; what failed to go
 * stays listed; what belongs to a held owner is as it was. null when nothing about it changed.
 */
export function inventoryAfter(planned: Planned, run: Ended): Inventory | null {
  const { inventory, resources, catalog, ledger = inventory.ledger } = planned;
  const declared = declaredIn(planned);
  const [made, gone] = [new Map<Id, InventoryEntry>(), new Set<Id>()];
  for (const resource of resources) {
    const { id } = resource;
    if (isUnmoved(resource, planned, run)) continue;
    const isDone = (run.outcomes.get(id)?.result ?? 'done') === 'done';
    if (isDone && !declared.has(id)) {
      if (inventory.entries.has(id)) gone.add(id);
      continue;
    }
    const state = isDone ? left(resource, run.observed, planned) : (inventory.entries.get(id)?.left ?? null);
    const entry = entryOf(resource, state);
    if (!isListed(inventory.entries, id, entry)) made.set(id, entry);
  }
  const isSame = made.size + gone.size === 0 && inventory.revision === catalog.revision && same(inventory.ledger, ledger);
  return isSame ? null : { revision: catalog.revision, entries: altered(inventory.entries, { made, gone }), ledger };
}

/** What nobody looked at or touched is listed as it is. */
function isUnmoved(resource: Resource, { unmoved, inventory }: Planned, { observed, outcomes }: Ended): boolean {
  return unmoved?.has(resource) === true && observed.get(resource.id) === resource.desired && !outcomes.has(resource.id) && inventory.entries.has(resource.id);
}

function left(resource: Resource, observed: ReadonlyMap<Id, State | null>, { untouched, inventory }: Planned): State {
  const state = managed(observed.get(resource.id) ?? null, resource) ?? {};
  const rows = untouched?.get(resource.id);
  const before = rows === undefined ? null : (inventory.entries.get(resource.id)?.left ?? null);
  if (rows === undefined || before === null) return state;
  const isTheirs = ([attribute]: readonly [string, Scalar]): boolean => rows.has(attribute.slice(0, Math.max(0, attribute.lastIndexOf('.'))));
  return Object.fromEntries([...Object.entries(state).filter((entry) => !isTheirs(entry)), ...Object.entries(before).filter(isTheirs)]);
}
