import { inputsIn } from '../model/inputs.ts';
import type { Id, Resource } from '../model/resource.ts';
import type { Planned } from '../plan/plan.ts';

/** The kinds whose changes are one rename each, and the directories that a daemon reads as a whole. */
const placed: readonly string[] = ['file', 'table', 'zone', 'key', 'link', 'directory'];

/**
 * Say of which unit's transaction each resource is a part: of the first that reads it and is to change. Left out, to go their own way as
 * they always did, are those that something outside waits for while the unit waits for that, and what is in a directory that goes.
 */
export function transactionsOf({ plan, resources }: Planned): ReadonlyMap<Id, Id> {
  const changing = new Set(plan.changes.map(({ resource }) => resource.id));
  const units = resources.filter(({ id, load, desired }) => load !== undefined && desired !== null && changing.has(id));
  if (units.length === 0) return new Map();
  const dropped = new Set(resources.filter(({ kind, desired }) => kind === 'directory' && desired === null).map(({ name }) => name));
  const isInDropped = (name: string): boolean => dropped.has(name) || (name !== '' && isInDropped(name.slice(0, Math.max(0, name.lastIndexOf('/')))));
  const members = new Map<Id, Id>();
  for (const unit of units) {
    for (const { id, kind, name } of inputsIn(resources, unit)) if (placed.includes(kind) && !members.has(id) && !isInDropped(name)) members.set(id, unit.id);
  }
  return withoutAwaited(members, resources);
}

/** Whoever is staged is not there yet for those who come before the unit's turn; nor is, then, what that one waits for. However long the chains are: this does not recurse. */
function withoutAwaited(members: Map<Id, Id>, resources: readonly Resource[]): ReadonlyMap<Id, Id> {
  const turn = new Map(resources.map(({ id }, index) => [id, index]));
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const looking = [...resources];
  for (const resource of looking) {
    for (const id of [...resource.needs, ...resource.after]) {
      const unit = members.get(id);
      if (unit === undefined || members.get(resource.id) === unit || (turn.get(resource.id) ?? 0) >= (turn.get(unit) ?? 0)) continue;
      members.delete(id);
      const again = byId.get(id);
      if (again !== undefined) looking.push(again);
    }
  }
  return members;
}
