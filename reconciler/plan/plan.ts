import { digest } from '../model/digest.ts';
import type { Ledger } from '../model/guard.ts';
import type { Kind } from '../model/kind.ts';
import type { Machine } from '../model/machine.ts';
import type { Change, Hold, Inventory, Plan } from '../model/plan.ts';
import { isDaemons, isDataGround } from '../model/retired.ts';
import type { Catalog, Id, Resource, State } from '../model/resource.ts';
import { besideOf, recallLoaded, type Beside } from './beside.ts';
import { differences, isAsDesired } from './diff.ts';
import { kindOf, observe, type Kinds, type Observed } from './observe.ts';
import { inOrder } from './order.ts';
import { undeclared } from './prune.ts';

/** A plan together with what it was made from: every resource of the run in order, and how the host was. */
export interface Planned {
  readonly plan: Plan;
  readonly catalog: Catalog;
  readonly inventory: Inventory;
  readonly resources: readonly Resource[];
  /** The run's resources and those that are only known to be somebody's. */
  readonly accounted: readonly Resource[];
  /** Of a part of a catalog, what else is accounted for in directories; left out: nothing. */
  readonly alsoIn?: Beside['alsoIn'];
  readonly observed: Observed;
  /** Rows of shared tables that are not croft's to change in this run, by table: how they were left is still what it was. */
  readonly untouched?: ReadonlyMap<Id, ReadonlySet<string>>;
  /** What was not looked at, for it is as it was left (Wish). */
  readonly unmoved?: ReadonlySet<Resource> | undefined;
  /** What is to be remembered of what guards let pass, from the first change on; left out: what is remembered now. */
  readonly ledger?: Ledger;
}

/** What a plan is made for: a host's catalog, what croft made there so far, who is held. */
export interface Wish {
  readonly catalog: Catalog;
  readonly inventory: Inventory;
  readonly holds: readonly Hold[];
  readonly kinds: Kinds;
  /** What a run left as it is desired, and what has not moved since; undefined: nothing is known of anything. */
  readonly unmoved?: ReadonlySet<Resource> | undefined;
}

/** Every resource that a plan must know the state of. */
export interface Scope {
  readonly resources: readonly Resource[];
  readonly accounted: readonly Resource[];
  /** Of a part of a catalog, what else is accounted for in directories. */
  readonly alsoIn: Beside['alsoIn'];
  /** What nobody declares any more. */
  readonly dropped: ReadonlySet<Id>;
}

/** Compare a catalog with a host and say, in order, everything that is to change. Looks, and touches nothing. Errors: AllNeeded where a part of a catalog does not tell enough. */
export async function makePlan(machine: Machine, wish: Wish): Promise<Planned> {
  const scope = scopeOf(wish);
  const known = asLeft(scope, wish);
  if (wish.catalog.beside !== undefined) recallLoaded(scope, wish.inventory);
  const resources = known.size === 0 ? scope.resources : scope.resources.filter(({ id }) => !known.has(id));
  return planFrom(wish, scope, await observe(machine, resources, { kinds: wish.kinds, all: scope.accounted, alsoIn: scope.alsoIn, known }));
}

/** What was left as desired and has not moved is that now; but for what is finished by what others are, which is looked at all the same. */
function asLeft({ resources }: Scope, { unmoved = new Set(), inventory, kinds }: Wish): Map<Id, State | null> {
  const isKnown = (resource: Resource): boolean => unmoved.has(resource) && inventory.entries.has(resource.id) && kindOf(kinds, resource.kind).settle === undefined;
  return new Map(resources.flatMap((resource) => (isKnown(resource) ? [[resource.id, resource.desired] as const] : [])));
}

/** Name everything that a plan is about: what is declared, and what croft made and nobody declares any more. Errors: AllNeeded. */
export function scopeOf({ catalog, inventory, holds }: Wish): Scope {
  const { tombstones, spared } = undeclared(catalog, inventory, holds);
  const { around, alsoIn } = besideOf(catalog, inventory);
  const more = [...tombstones, ...around];
  const resources = inOrder(more.length === 0 ? catalog.resources : [...catalog.resources, ...more]);
  return { resources, accounted: spared.length === 0 ? resources : [...resources, ...spared], alsoIn, dropped: new Set(tombstones.map(({ id }) => id)) };
}

/** Compare what is wished for with how a host is, or is thought to be. */
export function planFrom({ catalog, inventory, holds, kinds, unmoved }: Wish, { resources, accounted, alsoIn, dropped }: Scope, observed: Observed): Planned {
  const changes = resources.flatMap((resource) => {
    const actual = observed.get(resource.id) ?? null;
    const { whenDropped, putAside } = ending(kindOf(kinds, resource.kind), resource);
    if (!dropped.has(resource.id) || whenDropped === 'remove') {
      const change = changeOf(resource, actual, () => inventory.entries.get(resource.id)?.left ?? null);
      return change?.verb === 'create' && putAside?.(resource, observed) != null ? { ...change, verb: 'restore' as const } : (change ?? []);
    }
    const verb = whenDropped === 'retire' ? 'retire' as const : 'forget' as const;
    return actual === null ? [] : [{ verb, resource, actual, cause: 'pending' as const, differences: [] }];
  });
  const all = catalog.beside === undefined ? resources.length : catalog.resources.length + catalog.beside;
  const plan = { host: catalog.host, revision: catalog.revision, changes, holds, unchanged: all - changes.length, checksum: checksum(changes) };
  return { plan, catalog, inventory, resources, accounted, alsoIn, observed, unmoved };
}

/** A directory in which data is put aside stays while anything can be in it, and one in which a daemon writes is not empty. */
function ending(kind: Kind, { kind: name, name: path }: Resource): Pick<Kind, 'whenDropped' | 'putAside'> {
  return name === 'directory' && (isDataGround(path) || isDaemons(path)) ? { whenDropped: 'keep' } : kind;
}

/** Say what has to change about one resource; null when nothing has. How it was left matters only where something has. */
export function changeOf(resource: Resource, actual: State | null, left: () => State | null): Change | null {
  const found = isAsDesired(resource, actual) ? [] : differences(resource, actual, left());
  if (found.length === 0 && (actual === null) === (resource.desired === null)) return null;
  const verb = resource.desired === null ? 'remove' : actual === null ? 'create' : 'update';
  return { verb, resource, actual, cause: found.some(({ cause }) => cause === 'drift') ? 'drift' : 'pending', differences: found };
}

/** Bind a plan to what it would do: what was reviewed is what runs. */
export function checksum(changes: readonly Change[]): string {
  const lines = changes.map(({ verb, resource, differences: found }) => [verb, resource.id, resource.owner, found.map(({ attribute, actual, desired }) => [attribute, actual, desired])]);
  return digest(lines.map((line) => JSON.stringify(line)).join('\n'));
}
