import type { Id, KindName, Resource } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { isRead } from '../model/state.ts';

/** Where a kind stands when nothing else decides: what others stand on comes first. */
const rank: { readonly [kind in KindName]: number } = {
  packages: 0, table: 1, directory: 2, home: 3, quota: 4, key: 5, secret: 5, file: 5, zone: 5, link: 5, unit: 6, sessions: 7,
};

/** Is there a kind of resource of this name? */
export function isKindName(name: string): name is KindName {
  return Object.hasOwn(rank, name);
}

/**
 * Put resources in the order in which they may be changed: after what they need, come after, stand in, or have loaded;
 * else by kind, then by id. Errors: a cycle is a bug of a service.
 */
export function inOrder(resources: readonly Resource[]): readonly Resource[] {
  const sorted = [...resources].sort((a, b) => standing(a) - standing(b) || compareText(a.id, b.id));
  const byId = new Map(sorted.map((resource) => [resource.id, resource]));
  const before = predecessors(sorted);
  const ordered: Resource[] = [];
  const visits = new Map<Id, 'open' | 'closed'>();
  const visit = (resource: Resource): void => {
    const visited = visits.get(resource.id);
    if (visited === 'closed') return;
    if (visited === 'open') throw new Error(`${resource.id} comes after itself`);
    visits.set(resource.id, 'open');
    for (const id of before(resource)) {
      const earlier = byId.get(id);
      if (earlier !== undefined) visit(earlier);
    }
    visits.set(resource.id, 'closed');
    ordered.push(resource);
  };
  sorted.forEach(visit);
  return ordered;
}

function standing(resource: Resource): number {
  // What holds data goes aside only when nobody can reach it any more, and nothing is set on it.
  if (resource.desired === null) return resource.kind === 'unit' ? -1 : resource.kind === 'home' ? 8 : rank[resource.kind];
  return rank[resource.kind];
}

/** For each resource, the ids that must come before it. */
function predecessors(sorted: readonly Resource[]): (resource: Resource) => readonly Id[] {
  const directories = new Map(sorted.filter((one) => one.kind === 'directory').map((one) => [one.name, one]));
  const inside = new Map<string, Id[]>();
  for (const resource of sorted) {
    const holder = directories.get(parentOf(resource.name));
    if (holder?.desired === null) inside.set(holder.name, [...(inside.get(holder.name) ?? []), resource.id]);
  }
  return (resource) => {
    const holder = directories.get(parentOf(resource.name));
    const parent = holder === undefined || holder.desired === null ? [] : [holder.id];
    const read = resource.load === undefined ? [] : sorted.filter((one) => one.load === undefined && isRead(resource.load?.reads ?? [], one)).map(({ id }) => id);
    const within = resource.kind === 'directory' && resource.desired === null ? (inside.get(resource.name) ?? []) : [];
    return [...resource.needs, ...resource.after, ...parent, ...read, ...within].filter((id) => id !== resource.id);
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
