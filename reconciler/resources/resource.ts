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
export function resource(id: { readonly kind: KindName; readonly name: string }, content: Content, provenance: Provenance): Resource {
  const { owner, source } = provenance;
  const edges = { needs: distinct(provenance.needs), after: distinct(provenance.after) };
  return frozen({ id: `${id.kind}:${id.name}` as const, ...id, owner, source, ...edges, ...content });
}

/** Name the attributes in which what is managed differs from what is desired, one side's only ones among them. */
export function differing(resource: Resource, actual: State | null): readonly string[] {
  const { desired } = resource;
  const state = managed(actual, resource);
  return [...new Set([...Object.keys(desired ?? {}), ...Object.keys(state ?? {})])].filter((attribute) => desired?.[attribute] !== state?.[attribute]);
}

function distinct<T extends string>(texts: readonly T[] = []): readonly T[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort(compareText);
}

/** Copy plain data, and freeze the copy. A tenth of what structuredClone takes, for it knows that there is nothing else and no circle. */
function frozen<T extends object>(value: T): T {
  const copy: object = Array.isArray(value) ? [...value as readonly unknown[]] : { ...value };
  for (const field in copy) {
    const inner: unknown = Reflect.get(copy, field);
    // A state is flat: one that was made to be kept is whole when it is frozen, however many attributes it has.
    if (field === 'desired' && Object.isFrozen(inner)) continue;
    if (typeof inner === 'object' && inner !== null) Reflect.set(copy, field, frozen(inner));
  }
  return Object.freeze(copy) as T;
}
