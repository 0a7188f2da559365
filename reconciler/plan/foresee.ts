import { digest } from '../model/digest.ts';
import { groupBy } from '../model/group.ts';
import { emptyLedger } from '../model/guard.ts';
import type { ReportedDrift } from '../model/host-report.ts';
import type { Hold, Inventory, Plan } from '../model/plan.ts';
import type { Catalog, Id, Resource, Scalar, State } from '../model/resource.ts';
import { entryOf } from './entry.ts';
import { keepMade, spared } from './made.ts';
import { kindOf, type Kinds, type Observed } from './observe.ts';
import { planFrom, scopeOf, type Scope } from './plan.ts';

/** What is to come of a host, and how it is thought to be until then. */
export interface Outlook {
  readonly catalog: Catalog;
  readonly holds: readonly Hold[];
  readonly kinds: Kinds;
  /** What the host was made by: everything in it is taken to be there as it was desired. */
  readonly before: Catalog;
  /** What is known to be otherwise. */
  readonly drift: readonly ReportedDrift[];
}

/**
 * Plan a host without looking at it: as if it were what an earlier catalog says, but for the drift that it reported. The same
 * comparison as for a host that can be asked, so on a host that is so, `croft plan` says the same.
 */
export function foresee({ catalog: declared, holds, kinds, before, drift }: Outlook): Plan {
  const catalog = keepMade(declared, before, spared(holds));
  const wish = { catalog, holds, kinds, inventory: inventoryOf(before) };
  const scope = scopeOf(wish);
  return planFrom(wish, scope, settled(scope, { kinds, states: statesOf(before, drift, scope.dropped) })).plan;
}

/** What croft would have written down of a host after a run without failures. */
export function inventoryOf({ revision, resources }: Catalog): Inventory {
  return { revision, entries: new Map(resources.map((resource) => [resource.id, entryOf(resource, resource.desired ?? {})])), ledger: emptyLedger };
}

function statesOf({ resources }: Catalog, drift: readonly ReportedDrift[], dropped: ReadonlySet<Id>): Observed {
  const byId = groupBy(drift, ({ id }) => id);
  return new Map(resources.map((resource) => {
    const state = drifted(resource.desired, byId.get(resource.id) ?? []);
    return [resource.id, dropped.has(resource.id) ? remains(resource, state) : state];
  }));
}

/** Both values of an attribute are left out of a report where they are secret; that it is another one is known all the same. */
function drifted(desired: State | null, drift: readonly ReportedDrift[]): State | null {
  if (drift.length === 0 && desired !== null && Object.keys(desired).length > 0) return desired;
  const states = new Map<string, Scalar | null>(Object.entries(desired ?? {}));
  for (const { attribute, actual, desired: wanted } of drift) states.set(attribute, actual === null && wanted === null ? 'something else' : actual);
  return stateOf([...states].filter((entry): entry is [string, Scalar] => entry[1] !== null));
}

/** Finish the states as after looking: units last, since what they have loaded is finished by what all others are. */
function settled({ resources, accounted }: Scope, { kinds, states }: { readonly kinds: Kinds; readonly states: Observed }): Observed {
  const observed = new Map<Id, State | null>(resources.map(({ id }) => [id, states.get(id) ?? null]));
  for (const resource of [...resources].sort((a, b) => Number(isLoading(a)) - Number(isLoading(b)))) {
    const state = observed.get(resource.id) ?? null;
    const settle = kindOf(kinds, resource.kind).settle;
    if (settle !== undefined) observed.set(resource.id, settle(resource, state, { resources: accounted, observed }));
  }
  return observed;
}

/**
 * What a look at a dropped resource shows, when all that is known of it is its name: which packages, names in a directory, label or layout
 * it was is not. The serial of a zone, and on some file systems the project of a quota, is shown there and cannot be known from here.
 */
function remains({ kind, payload }: Resource, state: State | null): State | null {
  if (state === null || kind === 'packages') return null;
  const seen = Object.entries(state);
  switch (kind) {
    case 'unit': return stateOf(seen.filter(([, value]) => value !== false));
    case 'directory': return stateOf(seen.filter(([attribute]) => attribute !== 'extra'));
    case 'zone': return { ...state, serial: 0 };
    case 'key': return { ...state, derived: 'something else' };
    case 'secret': return { ...state, sealed: 'something else' };
    case 'table': return stateOf([...seen.filter(([attribute]) => ofEveryFile.has(attribute)), ['content', digest(payload?.text ?? '')]]);
    default: return state;
  }
}

const ofEveryFile: ReadonlySet<string> = new Set(['type', 'mode', 'owner', 'group']);

function stateOf(attributes: readonly (readonly [string, Scalar])[]): State | null {
  return attributes.length === 0 ? null : Object.fromEntries(attributes);
}

function isLoading({ load }: Resource): boolean {
  return load !== undefined;
}
