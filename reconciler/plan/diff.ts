import type { Cause, Difference } from '../model/plan.ts';
import type { Part, Resource, Scalar, State } from '../model/resource.ts';
import { managed } from '../model/state.ts';

/**
 * Name every attribute in which a host differs from what is desired, and why: `drift` when the host is not as croft left it,
 * `pending` when it is and git asks for something new.
 */
export function differences(resource: Resource, actual: State | null, left: State | null): readonly Difference[] {
  if (isAsDesired(resource, actual)) return [];
  const whose = whoseOf(resource);
  const was = managed(actual, resource);
  const attributes = was === null ? Object.keys(resource.desired ?? {}) : [...new Set([...Object.keys(resource.desired ?? {}), ...Object.keys(was)])];
  // Text sorts by code unit when nobody says how, and much faster: a table has thousands of attributes.
  return attributes
    .filter((attribute) => value(was, attribute) !== value(resource.desired, attribute))
    .sort()
    .map((attribute) => ({
      attribute,
      actual: value(was, attribute),
      desired: value(resource.desired, attribute),
      cause: causeOf(attribute, actual, left),
      ...whose(attribute),
    }));
}

/** Nearly everything is, nearly always: so that is found out before anything is made. Of a shared table, a row too many counts as well. */
export function isAsDesired({ desired, parts }: Resource, actual: State | null): boolean {
  if (actual === desired) return true;
  if (actual === null || desired === null || (parts !== undefined && Object.keys(actual).length !== Object.keys(desired).length)) return false;
  for (const attribute in desired) if (value(actual, attribute) !== desired[attribute]) return false;
  return true;
}

function value(state: State | null, attribute: string): Scalar | null {
  return state !== null && Object.hasOwn(state, attribute) ? (state[attribute] ?? null) : null;
}

/** A unit is stale because of something that it reads, which tells by itself whether it drifted or is pending. */
function causeOf(attribute: string, actual: State | null, left: State | null): Cause {
  if (value(actual, attribute) === 'stale') return 'pending';
  return left !== null && value(left, attribute) !== value(actual, attribute) ? 'drift' : 'pending';
}

/** Of several parts that an attribute is in, the first: it is, or begins with, the part's own name and a dot. */
function whoseOf({ owner, source, parts = [] }: Resource): (attribute: string) => Pick<Part, 'owner' | 'source'> {
  if (parts.length === 0) return () => ({ owner, source });
  const places = new Map<string, number>();
  parts.forEach(({ attribute }, index) => {
    if (!places.has(attribute)) places.set(attribute, index);
  });
  return (attribute) => {
    let first = places.get(attribute) ?? parts.length;
    for (let dot = attribute.indexOf('.'); dot >= 0; dot = attribute.indexOf('.', dot + 1)) first = Math.min(first, places.get(attribute.slice(0, dot)) ?? first);
    const part = parts[first];
    return part === undefined ? { owner, source } : { owner: part.owner, source: part.source };
  };
}
