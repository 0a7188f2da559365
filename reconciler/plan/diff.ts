import type { Cause, Difference } from '../model/plan.ts';
import type { Part, Resource, Scalar, State } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { managed } from '../model/state.ts';

/**
 * Name every attribute in which a host differs from what is desired, and why: `drift` when the host is not as croft left it,
 * `pending` when it is and git asks for something new.
 */
export function differences(resource: Resource, actual: State | null, left: State | null): readonly Difference[] {
  const was = managed(actual, resource);
  const attributes = new Set([...Object.keys(resource.desired ?? {}), ...Object.keys(was ?? {})]);
  return [...attributes]
    .sort(compareText)
    .filter((attribute) => value(was, attribute) !== value(resource.desired, attribute))
    .map((attribute) => ({
      attribute,
      actual: value(was, attribute),
      desired: value(resource.desired, attribute),
      cause: causeOf(attribute, actual, left),
      ...whose(resource, attribute),
    }));
}

function value(state: State | null, attribute: string): Scalar | null {
  return state !== null && Object.hasOwn(state, attribute) ? (state[attribute] ?? null) : null;
}

/** A unit is stale because of something that it reads, which tells by itself whether it drifted or is pending. */
function causeOf(attribute: string, actual: State | null, left: State | null): Cause {
  if (value(actual, attribute) === 'stale') return 'pending';
  return left !== null && value(left, attribute) !== value(actual, attribute) ? 'drift' : 'pending';
}

function whose(resource: Resource, attribute: string): Pick<Part, 'owner' | 'source'> {
  const part = resource.parts?.find((candidate) => attribute === candidate.attribute || attribute.startsWith(`${candidate.attribute}.`));
  return part === undefined ? { owner: resource.owner, source: resource.source } : { owner: part.owner, source: part.source };
}
