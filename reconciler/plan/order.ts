import { inputsIn } from '../model/inputs.ts';
import type { Id, KindName, Resource } from '../model/resource.ts';
import { inSequence, type Sequence } from '../model/sequence.ts';
import { compareText } from '../model/source.ts';

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
  const { ordered, circle } = sequenceOf(resources);
  if (circle !== null) throw new Error(`${circle.id} comes after itself`);
  return ordered;
}

/**
 * Name something of a catalog that would have to come after itself, whatever else there is on the host by then: what it only names (to come
 * after, or to be read) may be there, dropped, and in a directory that is not. null when nothing would.
 */
export function circleIn(resources: readonly Resource[]): Id | null {
  const [ids, names] = [new Set(resources.map(({ id }) => id)), new Set(resources.map(({ name }) => name))];
  const named = resources.flatMap(({ after, load }): readonly Id[] => [...after, ...(load?.reads ?? []).flatMap((path) => (names.has(path) ? [] : [`directory:${path}` as const]))]);
  const dropped = [...new Set(named)].filter((id) => !ids.has(id)).map((id): Resource => {
    const name = id.slice(id.indexOf(':') + 1);
    return { id, kind: 'directory', name, owner: 'coop', source: { file: '', line: 1, column: 1 }, desired: null, needs: [], after: [] };
  });
  return sequenceOf([...resources, ...dropped]).circle?.id ?? null;
}

function sequenceOf(resources: readonly Resource[]): Sequence<Resource> {
  const named = isSorted(resources) ? resources : [...resources].sort((a, b) => compareText(a.id, b.id));
  const sorted = inRanks(named);
  const byId = new Map(sorted.map((resource) => [resource.id, resource]));
  const before = predecessors(sorted);
  return inSequence(sorted, (resource) => {
    const found: Resource[] = [];
    for (const id of before(resource)) {
      const one = byId.get(id);
      if (one !== undefined) found.push(one);
    }
    return found;
  });
}

function isSorted(resources: readonly Resource[]): boolean {
  return resources.every(({ id }, index) => index === 0 || compareText(resources[index - 1]?.id ?? '', id) <= 0);
}

/** Put what stands first first, and leave the rest as it is. */
function inRanks(resources: readonly Resource[]): readonly Resource[] {
  const ranks = new Map<number, Resource[]>();
  for (const resource of resources) {
    const at = standing(resource);
    const those = ranks.get(at);
    if (those === undefined) ranks.set(at, [resource]);
    else those.push(resource);
  }
  return [...ranks].sort(([a], [b]) => a - b).flatMap(([, those]) => those);
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
    if (holder?.desired !== null) continue;
    const those = inside.get(holder.name);
    if (those === undefined) inside.set(holder.name, [resource.id]);
    else those.push(resource.id);
  }
  return (resource) => {
    const holder = directories.get(parentOf(resource.name));
    const all = [...resource.needs, ...resource.after];
    if (holder !== undefined && holder.desired !== null) all.push(holder.id);
    if (resource.load !== undefined) for (const { id } of inputsIn(sorted, resource)) all.push(id);
    if (resource.kind === 'directory' && resource.desired === null) all.push(...(inside.get(resource.name) ?? []));
    return all.includes(resource.id) ? all.filter((id) => id !== resource.id) : all;
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
