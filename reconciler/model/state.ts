import { digest } from './digest.ts';
import { compareText } from './source.ts';
import type { Id, Resource, Scalar, State } from './resource.ts';

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

/** Digest what a daemon would read if it looked now: the managed state of each of its inputs. Equal fingerprints, equal configuration. */
export function fingerprint(inputs: readonly Input[], states: ReadonlyMap<Id, State | null>): string {
  const stateOf = ({ id }: Input): State | null => states.get(id) ?? null;
  // A unit is looked at several times in a run, and mostly nothing that it reads is another one meanwhile, or was looked at again.
  const before = lately.get(inputs);
  if (before !== undefined && inputs.every((input, index) => stateOf(input) === before.states[index])) return before.fingerprint;
  const now = inputs.map(stateOf);
  const lines = inputs.flatMap((input, index) => {
    const state = now[index] ?? null;
    return state === null ? [] : [{ id: input.id, line: lineOf(input, state) }];
  });
  const isSame = before !== undefined && before.lines.length === lines.length && lines.every(({ line }, index) => line === before.lines[index]?.line);
  const found = { states: now, lines, fingerprint: isSame ? before.fingerprint : fingerprintOf(lines) };
  lately.set(inputs, found);
  return found.fingerprint;
}

/** What was found of inputs the last time. */
const lately = new WeakMap<readonly Input[], { readonly states: readonly (State | null)[]; readonly lines: readonly InputLine[]; readonly fingerprint: string }>();

/** One input as a line of text, as long as it is there. */
export interface InputLine {
  readonly id: Id;
  readonly line: string;
}

/** Digest inputs that are lines already. */
export function fingerprintOf(inputs: readonly InputLine[]): string {
  return digest(inputs.toSorted((a, b) => compareText(a.id, b.id)).map(({ line }) => line).join('\n'));
}

/** Write down what a daemon reads of an input that is as it is desired; null when that is nothing. */
export function inputLineOf(input: Input): string | null {
  return input.desired === null ? null : lineOf(input, input.desired);
}

/** States are never changed, so each is written once for all the units that read it, and for all the times that they are asked. */
const known = new WeakMap<State, { readonly input: Input; readonly line: string }>();

function lineOf(input: Input, state: State): string {
  const before = known.get(state);
  if (before?.input === input) return before.line;
  const line = JSON.stringify([input.id, sortedEntries(managed(state, input) ?? {})]);
  known.set(state, { input, line });
  return line;
}

/** Text sorts by code unit when nobody says how, and much faster: a table has thousands of attributes. */
function sortedEntries(state: State): readonly (readonly [string, Scalar | undefined])[] {
  return Object.keys(state).sort().map((attribute) => [attribute, state[attribute]]);
}

/** Is this resource's path among those a unit loads? */
export function isRead(reads: readonly string[], resource: { readonly name: string }): boolean {
  return reads.some((path) => (path.endsWith('/') ? resource.name.startsWith(path) || `${resource.name}/` === path : resource.name === path));
}
