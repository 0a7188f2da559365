import type { Id, Load, Resource, State } from './resource.ts';
import { fingerprint, isRead } from './state.ts';

/** Of some resources, those at or below each path that a unit among them reads, by their number. */
type ByPath = ReadonlyMap<string, readonly number[]>;

/** Lists of resources are never changed, so one is gone through once for all the units in it, however many they are. */
const known = new WeakMap<readonly Resource[], { readonly byPath: ByPath; readonly inputs: WeakMap<Load, readonly Resource[]> }>();

/** Everything of a list that a unit reads, in the list's order; no units, for nobody loads those. */
export function inputsIn(resources: readonly Resource[], { load }: Resource): readonly Resource[] {
  if (load === undefined) return [];
  const { byPath, inputs } = known.get(resources) ?? { byPath: byPathIn(resources), inputs: new WeakMap<Load, readonly Resource[]>() };
  known.set(resources, { byPath, inputs });
  const found = inputs.get(load) ?? inputsOf(resources, byPath, load);
  inputs.set(load, found);
  return found;
}

function inputsOf(resources: readonly Resource[], byPath: ByPath, load: Load): readonly Resource[] {
  // A unit that is not among them: nobody looked for what it reads.
  if (!load.reads.every((path) => byPath.has(path))) return resources.filter((input) => input.load === undefined && isRead(load.reads, input));
  const numbers = new Set(load.reads.flatMap((path) => byPath.get(path) ?? []));
  return [...numbers].sort((a, b) => a - b).flatMap((number) => resources[number] ?? []);
}

/** Give each unit that loads something the fingerprint of what it is to have loaded: all that it reads among these, as that is desired. */
export function loading(resources: readonly Resource[]): readonly Resource[] {
  const desired = new Map<Id, State | null>(resources.map((resource) => [resource.id, resource.desired]));
  return resources.map((resource) => {
    if (resource.load === undefined || resource.desired === null) return resource;
    const loaded = fingerprint(inputsIn(resources, resource), desired);
    return resource.desired['loaded'] === loaded ? resource : Object.freeze({ ...resource, desired: Object.freeze({ ...resource.desired, loaded }) });
  });
}

function byPathIn(resources: readonly Resource[]): ByPath {
  const byPath = new Map<string, number[]>(resources.flatMap(({ load }) => (load?.reads ?? []).map((path) => [path, []] as const)));
  const above = new Map<string, readonly number[][]>();
  resources.forEach(({ name, load }, number) => {
    if (load !== undefined) return;
    byPath.get(name)?.push(number);
    if (!name.endsWith('/')) byPath.get(`${name}/`)?.push(number);
    const directory = name.slice(0, name.lastIndexOf('/', name.length - 2) + 1);
    const readers = above.get(directory) ?? directoriesOf(directory).map((path) => byPath.get(path)).filter((numbers) => numbers !== undefined);
    above.set(directory, readers);
    for (const numbers of readers) numbers.push(number);
  });
  return byPath;
}

/** A directory, and each that it is in, as units name what they read (isRead in state.ts). */
function directoriesOf(directory: string): readonly string[] {
  const ways: string[] = [];
  for (let end = directory.indexOf('/'); end >= 0; end = directory.indexOf('/', end + 1)) ways.push(directory.slice(0, end + 1));
  return ways;
}
