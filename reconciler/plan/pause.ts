/**
 * What an admin has paused is looked at, planned and told, and not done. Everything else goes on, so the plan is made anew as if what
 * waits were desired as it is: a unit is to have loaded what then lies on the host, and one owner's rows in a shared table stay beside
 * the new ones of all others. What waits stays accounted for, or it would be cleared away as nobody's.
 */
import type { Pause, Waiting } from '../model/aside.ts';
import type { Machine } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import type { Change } from '../model/plan.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Id, Resource, State } from '../model/resource.ts';
import { fingerprint, isRead } from '../model/state.ts';
import { keepRows } from '../resources/table.ts';
import { AllNeeded } from './all-needed.ts';
import { changeOf, checksum, type Planned } from './plan.ts';

/** A plan without what is paused, and what that is. */
export interface Divided {
  readonly planned: Planned;
  readonly waiting: readonly Waiting[];
}

/** Take what is paused out of a plan. Reads the shared tables in which a paused owner has rows, and touches nothing. */
export async function divide(machine: Machine, planned: Planned, pauses: readonly Pause[]): Promise<Divided> {
  if (pauses.length === 0) return { planned, waiting: [] };
  const inTurn = pauses.toSorted((a, b) => Number(b.byHand) - Number(a.byHand));
  const held = holding(planned, inTurn);
  const tables = await keptRows(machine, planned, { held, pauses: inTurn });
  const rows = tables.flatMap(({ resource, theirs }) => theirs.map(({ pause, change }) => ({ pause, change: { ...change, resource } })));
  const parts = planned.plan.changes.flatMap((change) => {
    const pause = held.get(change.resource.id);
    return pause === undefined ? [] : [{ pause, change }];
  });
  const waiting = pauses.map((pause) => ({ pause, changes: [...parts, ...rows].flatMap((one) => (one.pause === pause ? [one.change] : [])) }));
  const untouched = new Map(tables.map(({ kept, keys }) => [kept.id, keys]));
  return { planned: { ...without(planned, held, new Map(tables.map(({ kept }) => [kept.id, kept]))), untouched }, waiting };
}

/** Name every resource that is not to be touched, and the pause that says so. */
function holding(planned: Planned, pauses: readonly Pause[]): ReadonlyMap<Id, Pause> {
  const changes = new Map(planned.plan.changes.map((change) => [change.resource.id, change]));
  const covers = pauses.map((pause) => ({ pause, isCovered: coveredBy(pause, planned.resources) }));
  const held = new Map<Id, Pause>();
  for (const resource of planned.resources) {
    const change = changes.get(resource.id);
    const pause = covers.find(({ isCovered }) => isCovered(resource, change))?.pause ?? (change === undefined ? undefined : waitedFor(resource, { held, changes, resources: planned.resources }));
    if (pause !== undefined) held.set(resource.id, pause);
  }
  return held;
}

/** Does a pause mean this resource? */
export function coveredBy({ scope, units, byHand }: Pause, resources: readonly Resource[]): (resource: Resource, change?: Change) => boolean {
  if (scope === 'host') return () => true;
  if (byHand) return ({ id }) => id === scope;
  const meant = resources.filter(({ kind, name }) => kind === 'unit' && units.includes(name));
  const reads = meant.flatMap(({ load }) => load?.reads ?? []);
  if (units.length > 0) return (resource) => meant.includes(resource) || (resource.load === undefined && isRead(reads, resource));
  // Daemons are the co-op's, but they read what members have as well.
  if (scope === 'coop') return ({ owner, load, parts }, change) => owner === 'coop' && parts === undefined && !(load !== undefined && change?.differences.every(({ attribute }) => attribute === 'loaded') === true);
  return ({ id, owner }) => id === scope || owner === scope;
}

interface Way {
  readonly held: ReadonlyMap<Id, Pause>;
  readonly changes: ReadonlyMap<Id, Change>;
  readonly resources: readonly Resource[];
}

/** What needs a thing that is not there yet waits with it, and a directory goes after what is still in it. */
function waitedFor({ needs, kind, name, desired }: Resource, { held, changes, resources }: Way): Pause | undefined {
  const missing = needs.find((id) => held.has(id) && (changes.get(id)?.verb === 'create' || (id.startsWith('packages:') && changes.has(id))));
  if (missing !== undefined) return held.get(missing);
  const inside = kind !== 'directory' || desired !== null ? undefined : resources.find((each) => held.has(each.id) && each.name.startsWith(`${name}/`) && changes.has(each.id));
  return inside === undefined ? undefined : held.get(inside.id);
}

interface Kept {
  readonly resource: Resource;
  readonly kept: Resource;
  readonly keys: ReadonlySet<string>;
  readonly theirs: readonly { readonly pause: Pause; readonly change: Change }[];
}

/** Shared tables that are to change, with the rows of paused owners as they are. */
async function keptRows(machine: Machine, { plan, inventory }: Planned, { held, pauses }: { readonly held: ReadonlyMap<Id, Pause>; readonly pauses: readonly Pause[] }): Promise<readonly Kept[]> {
  const byOwner = new Map(pauses.filter(({ byHand, scope }) => !byHand && (scope === 'coop' || scope.startsWith('member:'))).map((pause) => [pause.scope as Owner, pause]));
  const concerned = byOwner.size === 0 ? [] : plan.changes.filter(({ resource: { id, kind, desired, parts }, actual }) => kind === 'table' && parts !== undefined && desired !== null && actual !== null && !held.has(id));
  const answers = await machine.observe(concerned.map(({ resource: { name } }) => ({ ask: 'path', path: name, want: 'text' })));
  return concerned.flatMap((change, index): readonly Kept[] => {
    const answer = answers[index];
    const text = answer?.ask === 'path' ? answer.node?.text : undefined;
    const owners = new Map([...Object.entries(inventory.entries.get(change.resource.id)?.rows ?? {}), ...rowsOf(change)].filter(([, owner]) => byOwner.has(owner)));
    if (text === undefined || owners.size === 0) return [];
    const theirs = [...byOwner].flatMap(([owner, pause]) => {
      const differences = change.differences.filter(({ attribute }) => owners.get(attribute.slice(0, attribute.lastIndexOf('.'))) === owner);
      return differences.length === 0 ? [] : [{ pause, change: { ...change, differences } }];
    });
    return [{ resource: change.resource, kept: keepRows(change.resource, text, owners), keys: new Set(owners.keys()), theirs }];
  });
}

/** A part without a column is a row; what nobody else has in a shared table is the co-op's. */
function rowsOf({ resource: { desired, parts = [] } }: Change): readonly (readonly [string, Owner])[] {
  const keys = new Set(Object.keys(desired ?? {}).flatMap((attribute) => (attribute.includes('.') ? [attribute.slice(0, attribute.lastIndexOf('.'))] : [])));
  return parts.flatMap(({ attribute, owner }) => (keys.has(attribute) ? [[attribute, owner] as const] : []));
}

/** The plan of everything else. */
function without(planned: Planned, held: ReadonlyMap<Id, Pause>, tables: ReadonlyMap<Id, Resource>): Planned {
  const { inventory, observed, plan, catalog } = planned;
  if (catalog.beside !== undefined) throw new AllNeeded('something of a part waits');
  const changed = (resource: Resource): Resource => tables.get(resource.id) ?? resource;
  const apart = planned.accounted.map(changed);
  const states = new Map<Id, State | null>(apart.map(({ id, desired }) => [id, held.has(id) ? (observed.get(id) ?? null) : desired]));
  const loading = (resource: Resource): Resource => reloaded(resource, apart, states);
  const accounted = apart.map(loading);
  const resources = accounted.filter(({ id }, index) => index < planned.resources.length && !held.has(id));
  const before = new Map(plan.changes.map((change) => [change.resource.id, change]));
  const same = new Set(planned.accounted);
  const changes = resources.flatMap((resource) => {
    const change = before.get(resource.id);
    return same.has(resource) ? (change ?? []) : (changeOf(resource, observed.get(resource.id) ?? null, () => inventory.entries.get(resource.id)?.left ?? null) ?? []);
  });
  return { ...planned, plan: { ...plan, changes, unchanged: resources.length - changes.length, checksum: checksum(changes) }, resources, accounted };
}

/** A unit is to have loaded what will lie there, which is not all that was desired. */
function reloaded(resource: Resource, all: readonly Resource[], states: ReadonlyMap<Id, State | null>): Resource {
  const { load, desired } = resource;
  if (load === undefined || desired === null || desired['loaded'] === undefined) return resource;
  const loaded = fingerprint(inputsIn(all, resource), states);
  return loaded === desired['loaded'] ? resource : { ...resource, desired: { ...desired, loaded } };
}
