import { compareText } from '../model/source.ts';
import { managed } from '../model/state.ts';
import type { Question } from '../model/machine.ts';
import type { KindName, Load, Part, Payload, Provenance, Resource, State } from '../model/resource.ts';

/** What a constructor adds to a name and its provenance. */
export interface Content {
  readonly desired: State | null;
  readonly payload?: Payload;
  readonly load?: Load;
  readonly probe?: Question;
  readonly parts?: readonly Part[];
}

/** Build one frozen resource, its edges sorted and without repetition; what was given stays as it is. */
export function resource({ kind, name }: { readonly kind: KindName; readonly name: string }, content: Content, provenance: Provenance): Resource {
  const { owner, source, needs, after } = provenance;
  const { desired, ...rest } = content;
  const edges = { needs: distinct(needs), after: distinct(after) };
  return Object.freeze({ id: `${kind}:${name}` as const, kind, name, owner, source: frozen(source), ...edges, desired: flat(desired), ...frozen(rest) });
}

/** Name the attributes in which what is managed differs from what is desired, one side's only ones among them. */
export function differing(resource: Resource, actual: State | null): readonly string[] {
  const { desired } = resource;
  const state = managed(actual, resource);
  return [...new Set([...Object.keys(desired ?? {}), ...Object.keys(state ?? {})])].filter((attribute) => desired?.[attribute] !== state?.[attribute]);
}

/** A state holds nothing that could be changed but itself; that of a table has an attribute for each of its cells, and is frozen before. */
function flat(state: State | null): State | null {
  return state === null || Object.isFrozen(state) ? state : Object.freeze({ ...state });
}

function distinct<T extends string>(texts: readonly T[] = none): readonly T[] {
  if (texts.length === 0) return none;
  return Object.freeze(texts.every((each, index) => index === 0 || compareText(texts[index - 1] ?? '', each) < 0) ? [...texts] : [...new Set(texts)].sort(compareText));
}

const none: readonly never[] = Object.freeze([]);

/**
 * Copy plain data, and freeze the copy; what is frozen as a whole is its own copy. A tenth of what structuredClone takes, for it knows
 * that there is nothing else and no circle.
 */
function frozen<T extends object>(value: T): T {
  if (isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenInside)) as unknown as T;
  const copy: { [field: string]: unknown } = {};
  for (const field in value) copy[field] = frozenInside(value[field]);
  return Object.freeze(copy) as T;
}

function frozenInside(inner: unknown): unknown {
  return typeof inner === 'object' && inner !== null ? frozen(inner) : inner;
}

function isFrozen(value: object): boolean {
  if (!Object.isFrozen(value)) return false;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null && !isFrozen(inner as object)) return false;
  return true;
}
