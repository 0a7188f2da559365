import type { Id, Resource } from '../model/resource.ts';
import { isRead } from '../model/state.ts';
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
  const dropped = resources.filter(({ kind, desired }) => kind === 'directory' && desired === null).map(({ name }) => `${name}/`);
  const members = new Map<Id, Id>();
  for (const resource of resources) {
    if (!placed.includes(resource.kind) || dropped.some((directory) => `${resource.name}/`.startsWith(directory))) continue;
    const unit = units.find(({ load }) => isRead(load?.reads ?? [], resource));
    if (unit !== undefined) members.set(resource.id, unit.id);
  }
  return withoutAwaited(members, resources);
}

/** Whoever is staged is not there yet for those who come before the unit's turn. */
function withoutAwaited(members: Map<Id, Id>, resources: readonly Resource[]): ReadonlyMap<Id, Id> {
  const turn = new Map(resources.map(({ id }, index) => [id, index]));
  const awaited = resources.flatMap((resource) => [...resource.needs, ...resource.after].filter((id) => {
    const unit = members.get(id);
    return unit !== undefined && members.get(resource.id) !== unit && (turn.get(resource.id) ?? 0) < (turn.get(unit) ?? 0);
  }));
  if (awaited.length === 0) return members;
  for (const id of awaited) members.delete(id);
  return withoutAwaited(members, resources);
}
