/**
 * What stays of an owner of whom no documents can be used (law 4): all that root made of them last, out of its own copy of what it made. It
 * is put into the new catalog as if it had been declared again – whole things, rows of shared tables, lines of shared files – so that it is
 * looked after like everything else, and what others have changes beside it. What somebody else declares now is theirs.
 */
import { loading } from '../model/inputs.ts';
import type { Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import type { Catalog, Id, Part, Resource } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { withSections } from '../resources/sections.ts';
import { addRows } from '../resources/table.ts';
import { accounts, isWayIn } from './before.ts';

/** Name everybody of whom nothing can be used, and who was not sent out in documents that cannot be used. */
export function spared(holds: readonly Hold[]): ReadonlySet<Owner> {
  return new Set(holds.flatMap(({ owner, lastGood, sentOut }) => (owner === 'coop' || lastGood !== null || sentOut === true ? [] : [owner])));
}

/** Add to a catalog whatever some owners had in the one that was made last and have no longer. Nobody who is still known gets a way in back. */
export function keepMade(catalog: Catalog, made: Catalog, owners: ReadonlySet<Owner>): Catalog {
  if (owners.size === 0) return catalog;
  const before = new Map(made.resources.map((resource) => [resource.id, resource]));
  const known = new Set((catalog.resources.find(({ id }) => id === accounts)?.parts ?? []).map(({ owner }) => owner));
  const unknown = new Set([...owners].filter((owner) => !known.has(owner)));
  const shared = catalog.resources.map((resource) => shareOf(resource, before.get(resource.id), isWayIn(resource.id) ? unknown : owners));
  const gone = made.resources.filter(({ id, owner, desired }) => owners.has(owner) && desired !== null && (!isWayIn(id) || unknown.has(owner)));
  return withResources(catalog, [...shared, ...standing(gone, shared)]);
}

/** Make a catalog of other things: in order, each unit with what it is to have loaded then. */
export function withResources(catalog: Catalog, resources: readonly Resource[]): Catalog {
  return Object.freeze({ ...catalog, resources: Object.freeze(loading(resources.toSorted((a, b) => compareText(a.id, b.id)))) });
}

function shareOf(resource: Resource, before: Resource | undefined, owners: ReadonlySet<Owner>): Resource {
  const isTheirs = ({ owner }: Part): boolean => owners.has(owner);
  if (before?.parts === undefined || resource.desired === null) return resource;
  if (resource.kind === 'table') return addRows(resource, before, owners);
  const parts = before.parts.filter(isTheirs);
  return parts.length === 0 ? resource : withSections(resource, before.payload?.text ?? '', parts);
}

/** Of what is gone, all that has still what it needs. */
function standing(gone: readonly Resource[], there: readonly Resource[]): readonly Resource[] {
  const taken = new Set<Id>(there.map(({ id }) => id));
  let left = gone.filter(({ id }) => !taken.has(id));
  for (;;) {
    const ids = new Set<Id>([...taken, ...left.map(({ id }) => id)]);
    const next = left.filter(({ needs }) => needs.every((need) => ids.has(need)));
    if (next.length === left.length) return left;
    left = next;
  }
}
