import { groupBy } from '../model/group.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Id, KindName, Resource } from '../model/resource.ts';
import { inSequence, type Sequence } from '../model/sequence.ts';
import { compareText } from '../model/source.ts';

/** Where a kind stands when nothing else decides: what others stand on comes first. */
const rank: { readonly [kind in KindName]: number } = {
  packages: 0, table: 1, directory: 2, home: 3, quota: 4, key: 5, secret: 5, file: 5, zone: 5, link: 5, unit: 6, sessions: 7,
};

/** All kinds. */
export const kindNames = Object.keys(rank) as readonly KindName[];

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
  return sequenceOf(dropped.length === 0 ? resources : [...resources, ...dropped]).circle?.id ?? null;
}

/** Lists of resources are never changed: a catalog that was looked through for circles is in order then. */
const known = new WeakMap<readonly Resource[], Sequence<Resource>>();

function sequenceOf(resources: readonly Resource[]): Sequence<Resource> {
  const before = known.get(resources);
  if (before !== undefined) return before;
  const named = isSorted(resources) ? resources : [...resources].sort((a, b) => compareText(a.id, b.id));
  const sorted = inRanks(named);
  const sequence = inSequence(sorted, predecessors(sorted));
  known.set(resources, sequence);
  return sequence;
}

function isSorted(resources: readonly Resource[]): boolean {
  return resources.every(({ id }, index) => index === 0 || compareText(resources[index - 1]?.id ?? '', id) <= 0);
}

/** Put what stands first first, and leave the rest as it is. */
function inRanks(resources: readonly Resource[]): readonly Resource[] {
  return [...groupBy(resources, standing)].sort(([a], [b]) => a - b).flatMap(([, those]) => those);
}

function standing(resource: Place): number {
  // What holds data goes aside only when nobody can reach it any more, and nothing is set on it.
  if (resource.desired === null) return resource.kind === 'unit' ? -1 : resource.kind === 'home' ? 8 : rank[resource.kind];
  return rank[resource.kind];
}

/** As much of a resource as says where it stands. */
export type Place = Pick<Resource, 'id' | 'kind' | 'desired'>;

/** Compare where two resources stand as long as neither must come before the other. */
export function comparePlaces(one: Place, other: Place): number {
  return standing(one) - standing(other) || compareText(one.id, other.id);
}

/** What stands before its own place, since something before that place comes after it; and the first thing that does, at whose turn it stands. */
export type Pulled = ReadonlyMap<Id, Id>;

/** Find what of some resources stands before its own place. Errors: as of inOrder. */
export function pulledIn(resources: readonly Resource[]): Pulled {
  const ordered = inOrder(resources);
  const [seen, pulled] = [new Set<Id>(), new Map<Id, Id>()];
  let next = 0;
  for (const { id: turn } of resources.toSorted(comparePlaces)) {
    while (!seen.has(turn)) {
      const id = ordered[next]?.id ?? turn;
      next += 1;
      seen.add(id);
      if (id !== turn) pulled.set(id, turn);
    }
  }
  return pulled;
}

/** For each resource, those among all that must come before it. */
function predecessors(sorted: readonly Resource[]): (resource: Resource) => readonly Resource[] {
  const byId = new Map(sorted.map((resource) => [resource.id, resource]));
  const directories = new Map(sorted.filter((one) => one.kind === 'directory').map((one) => [one.name, one]));
  const dropped = [...directories.values()].filter(({ desired }) => desired === null);
  const inside = new Map(dropped.map(({ name }): readonly [string, Resource[]] => [name, []]));
  if (inside.size > 0) for (const resource of sorted) inside.get(parentOf(resource.name))?.push(resource);
  return (resource) => {
    const { id: own, needs, after, load, kind, name, desired } = resource;
    const all: Resource[] = [];
    const add = (one: Resource | undefined): void => {
      if (one !== undefined && one.id !== own) all.push(one);
    };
    for (const id of needs) add(byId.get(id));
    for (const id of after) add(byId.get(id));
    const holder = directories.get(parentOf(name));
    if (holder?.desired !== null) add(holder);
    if (load !== undefined) inputsIn(sorted, resource).forEach(add);
    if (kind === 'directory' && desired === null) inside.get(name)?.forEach(add);
    return all;
  };
}

/** Name what something comes after by its own words: what it needs, what it says, and the directory that it is in. */
export function edgesOf({ needs, after, name }: Pick<Resource, 'needs' | 'after' | 'name'>): readonly Id[] {
  return [...needs, ...after, `directory:${parentOf(name)}`];
}

/** Name the directory that a path is in; nothing where it is in none. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
