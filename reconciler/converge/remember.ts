import type { Inventory, InventoryEntry, Outcome } from '../model/plan.ts';
import type { Id, Resource, Scalar, State } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { managed } from '../model/state.ts';
import { entryOf } from '../plan/inventory.ts';
import type { Planned } from '../plan/plan.ts';

/**
 * Add to the inventory what is about to be made, so that a crash leaves nothing that croft would not know as its own, and what guards let
 * pass, so that a crash lets nothing more pass. null when there is nothing to add.
 */
export function inventoryBefore({ inventory, plan, ledger = inventory.ledger }: Planned): Inventory | null {
  const made = plan.changes.filter(({ resource }) => resource.desired !== null && !inventory.entries.has(resource.id));
  if (made.length === 0 && same(inventory.ledger, ledger)) return null;
  const entries = new Map(inventory.entries);
  for (const { resource } of made) entries.set(resource.id, entryOf(resource, null));
  return { revision: inventory.revision, entries, ledger };
}

/**
 * The inventory after a run: how everything was left. What failed keeps the state that it was last left in; what failed to go
 * stays listed; what belongs to a held owner is as it was. null when nothing about it changed.
 */
export function inventoryAfter(planned: Planned, run: { readonly observed: ReadonlyMap<Id, State | null>; readonly outcomes: ReadonlyMap<Id, Outcome> }): Inventory | null {
  const { inventory, resources, catalog, ledger = inventory.ledger } = planned;
  const declared = new Set(catalog.resources.map(({ id }) => id));
  const entries = new Map(inventory.entries);
  for (const resource of resources) {
    const result = run.outcomes.get(resource.id)?.result ?? 'done';
    if (result === 'done' && !declared.has(resource.id)) entries.delete(resource.id);
    else {
      const before = inventory.entries.get(resource.id);
      if (before !== undefined && !run.outcomes.has(resource.id) && isAsLeft(before, resource, left(resource, run.observed, planned))) continue;
      const entry = entryOf(resource, result === 'done' ? left(resource, run.observed, planned) : (before?.left ?? null));
      if (before === undefined || !same(before, entry)) entries.set(resource.id, entry);
    }
  }
  const after = { revision: catalog.revision, entries, ledger };
  return isUnchanged(inventory, after) ? null : after;
}

/** Nearly everything is, nearly always: so that is found out before anything is made. Whose the rows of a table are is looked into there. */
function isAsLeft(before: InventoryEntry, { owner, source, parts }: Resource, state: State): boolean {
  return parts === undefined && Object.keys(before).length === 3 && before.owner === owner && same(before.source, source) && same(before.left, state);
}

function left(resource: Resource, observed: ReadonlyMap<Id, State | null>, { untouched, inventory }: Planned): State {
  const state = managed(observed.get(resource.id) ?? null, resource) ?? {};
  const rows = untouched?.get(resource.id);
  const before = inventory.entries.get(resource.id)?.left ?? null;
  if (rows === undefined || before === null) return state;
  const isTheirs = ([attribute]: readonly [string, Scalar]): boolean => rows.has(attribute.slice(0, Math.max(0, attribute.lastIndexOf('.'))));
  return Object.fromEntries([...Object.entries(state).filter((entry) => !isTheirs(entry)), ...Object.entries(before).filter(isTheirs)]);
}

/** Nothing is made anew that is as it was, so what is the same is the very same. */
function isUnchanged(a: Inventory, b: Inventory): boolean {
  return a.revision === b.revision && a.entries.size === b.entries.size && same(a.ledger, b.ledger) && [...b.entries].every(([id, entry]) => a.entries.get(id) === entry);
}
