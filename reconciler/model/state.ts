import type { Id, Resource, Scalar, State } from './resource.ts';
import { sumOn, weightOf, written } from './sum.ts';

/** As much of a resource as whoever reads it is told by. */
export type Input = Pick<Resource, 'id' | 'kind' | 'desired'>;

/**
 * Keep of an actual state only what croft manages: the attributes that are desired, or all of them where the resource is a shared
 * table, since there a row too many is a difference like a row too few.
 */
export function managed(actual: State | null, resource: Input): State | null {
  const { desired } = resource;
  if (actual === null || actual === desired || desired === null || resource.kind === 'table') return actual;
  if (Object.keys(actual).every((attribute) => Object.hasOwn(desired, attribute))) return actual;
  return Object.fromEntries(Object.entries(actual).filter(([attribute]) => Object.hasOwn(desired, attribute)));
}

/** Sum up what a daemon would read if it looked now: the managed state of each of its inputs. Equal fingerprints, equal configuration. Shape: as of sum.ts. */
export function fingerprint(inputs: readonly Input[], states: ReadonlyMap<Id, State | null>): string {
  // A unit is looked at several times in a run, and mostly nothing that it reads is another one meanwhile, or was looked at again.
  const before = lately.get(inputs);
  let sum = before?.sum ?? 0n;
  const now = inputs.map((input, index) => {
    const [was, state] = [before?.states[index] ?? null, states.get(input.id) ?? null];
    if (state !== was) sum += weightIn(input, state) - weightIn(input, was);
    return state;
  });
  lately.set(inputs, { states: now, sum });
  return written(sum);
}

/**
 * Take up inputs of which only some will be told, from what was loaded when all were as they were left: those that were told then are taken out
 * of it, and count as they are said to be from now on; what nobody tells of counts as it did. Shape: false where what was loaded is no sum.
 */
export function recall(inputs: readonly Input[], loaded: unknown, left: readonly Input[]): boolean {
  const sum = sumOn(loaded);
  if (sum === null) return false;
  lately.set(inputs, { states: [], sum: left.reduce((all, input) => all - weightIn(input, input.desired), sum) });
  return true;
}

/** What was found of inputs the last time; of those that were taken up it is more than a copy, so that whoever takes them up asks with the same list. */
const lately = new WeakMap<readonly Input[], { readonly states: readonly (State | null)[]; readonly sum: bigint }>();

/** Write down what a daemon reads of an input that is as it is desired; null when that is nothing. */
export function inputLineOf(input: Input): string | null {
  return input.desired === null ? null : writtenDown(input, input.desired).line;
}

/** What is not there counts nothing. */
function weightIn(input: Input, state: State | null): bigint {
  if (state === null) return 0n;
  const found = writtenDown(input, state);
  return (found.weight ??= weightOf(found.line));
}

/** An input as a line of text, and what that counts once somebody has asked. */
interface Written {
  readonly input: Input;
  readonly line: string;
  weight?: bigint;
}

/** States are never changed, so each is written once for all the units that read it, and for all the times that they are asked. */
const known = new WeakMap<State, Written>();

function writtenDown(input: Input, state: State): Written {
  const before = known.get(state);
  if (before?.input === input) return before;
  const found: Written = { input, line: JSON.stringify([input.id, sortedEntries(managed(state, input) ?? {})]) };
  known.set(state, found);
  return found;
}

/** Text sorts by code unit when nobody says how, and much faster: a table has thousands of attributes. */
function sortedEntries(state: State): readonly (readonly [string, Scalar | undefined])[] {
  return Object.keys(state).sort().map((attribute) => [attribute, state[attribute]]);
}

/** Is this resource's path among those a unit loads? */
export function isRead(reads: readonly string[], resource: { readonly name: string }): boolean {
  return reads.some((path) => (path.endsWith('/') ? resource.name.startsWith(path) || `${resource.name}/` === path : resource.name === path));
}
