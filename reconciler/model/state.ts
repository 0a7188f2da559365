import { digest } from './digest.ts';
import { compareText } from './source.ts';
import type { Id, Resource, State } from './resource.ts';

/**
 * Keep of an actual state only what croft manages: the attributes that are desired, or all of them where the resource is a shared
 * table (one with parts), since there a row too many is a difference like a row too few.
 */
export function managed(actual: State | null, resource: Resource): State | null {
  const { desired } = resource;
  if (actual === null || desired === null || resource.parts !== undefined) return actual;
  return Object.fromEntries(Object.entries(actual).filter(([attribute]) => Object.hasOwn(desired, attribute)));
}

/** Digest what a daemon would read if it looked now: the managed state of each of its inputs. Equal fingerprints, equal configuration. */
export function fingerprint(inputs: readonly Resource[], states: ReadonlyMap<Id, State | null>): string {
  const lines = inputs
    .map((input) => ({ id: input.id, state: managed(states.get(input.id) ?? null, input) }))
    .filter(({ state }) => state !== null)
    .sort((a, b) => compareText(a.id, b.id))
    .map(({ id, state }) => JSON.stringify([id, Object.entries(state ?? {}).sort(([a], [b]) => compareText(a, b))]));
  return digest(lines.join('\n'));
}

/** Is this resource's path among those a unit loads? */
export function isRead(reads: readonly string[], resource: { readonly name: string }): boolean {
  return reads.some((path) => (path.endsWith('/') ? resource.name.startsWith(path) || `${resource.name}/` === path : resource.name === path));
}
