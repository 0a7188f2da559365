import type { Machine, MachineError } from '../model/machine.ts';
import type { Change, Inventory, Outcome } from '../model/plan.ts';
import type { Id, Resource } from '../model/resource.ts';
import { isRead } from '../model/state.ts';
import { inventoryPath, writeInventory } from '../plan/inventory.ts';
import { kindOf, type Kinds } from '../plan/observe.ts';
import { changeOf, type Planned } from '../plan/plan.ts';
import { transactionsOf } from './group.ts';
import { inventoryAfter, inventoryBefore } from './remember.ts';
import { compare, explain, inputsOf, missingOf, observeAgain, outcomeOf, take, tried, type Progress, type Run } from './run.ts';
import { stage, type Staged } from './staged.ts';
import { settleUnit } from './transaction.ts';

export type { Progress } from './run.ts';

/** What waits for the turn of each unit. */
type Waiting = ReadonlyMap<Id, Map<Id, Staged>>;

/**
 * Carry out a plan, change by change; what a unit reads is only staged then, and takes its place together at the unit's turn
 * (transaction.ts). One failure stops only what needs it. What was touched is observed again, and a difference that remains is a failure.
 * The inventory is written before the first change (so that nothing croft makes is ever forgotten) and after the last (so that nothing is
 * forgotten before it is gone).
 */
export async function converge(machine: Machine, planned: Planned, tools: { readonly kinds: Kinds; readonly now: number; readonly progress?: Progress; readonly deferred?: ReadonlyMap<Id, Outcome> }): Promise<readonly Outcome[]> {
  const run: Run = { machine, planned, ...tools, observed: new Map(planned.observed), outcomes: new Map(), touched: new Set(), announced: new Set() };
  await remember(run, inventoryBefore(planned));
  const changes = new Map(planned.plan.changes.map((change) => [change.resource.id, change]));
  const unitOf = transactionsOf(planned);
  const waiting: Waiting = new Map([...unitOf.values()].map((unit) => [unit, new Map()]));
  for (const resource of planned.resources) {
    const intended = changes.get(resource.id);
    const moved = resource.needs.some((id) => id.startsWith('packages:') && run.touched.has(id));
    const change = moved ? await lookAgain(run, resource) : intended;
    const told = change ?? intended;
    const staged = [...(waiting.get(resource.id)?.values() ?? [])];
    const later = told === undefined || moved || staged.length > 0 || inputsOf(run, resource).some(({ id }) => run.touched.has(id)) ? undefined : tools.deferred?.get(resource.id);
    if (later !== undefined) {
      run.outcomes.set(resource.id, later);
    } else if (resource.load !== undefined && resource.desired !== null && (change !== undefined || staged.length > 0)) {
      await settleUnit(run, resource, staged);
      for (const one of staged) report(run, one.change);
    } else if (change === undefined) {
      if (told !== undefined) run.outcomes.set(resource.id, outcomeOf(resource, 'done', 'its package brought it'));
    } else {
      await settle(run, change, waiting.get(unitOf.get(resource.id) ?? resource.id));
    }
    if (told !== undefined) report(run, told);
  }
  await lookBack(run);
  const lost = await tried(() => remember(run, inventoryAfter(planned, run)));
  return [...planned.resources.flatMap(({ id }) => run.outcomes.get(id) ?? []), ...(lost === null ? [] : [unremembered(lost)])];
}

/** What was done is told although it could not be written down; the inventory of before still lists all that croft made. */
function unremembered(error: MachineError): Outcome {
  return { id: `file:${inventoryPath}`, owner: 'coop', source: { file: 'desired-state/cluster.yaml', line: 1, column: 1 }, result: 'failed', because: explain(error) };
}

/** What waits has no outcome yet. */
function report({ outcomes, progress }: Run, change: Change): void {
  const outcome = outcomes.get(change.resource.id);
  if (outcome !== undefined) progress?.(change, outcome);
}

/** A daemon may take its new configuration, say that all is well, and die of it a moment later: look once more before the run ends. */
async function lookBack(run: Run): Promise<void> {
  for (const resource of run.planned.resources) {
    if (resource.kind !== 'unit' || !run.touched.has(resource.id) || run.outcomes.get(resource.id)?.result !== 'done') continue;
    const outcome = await attempt(run, resource, async () => undefined);
    if (outcome.result !== 'done') run.outcomes.set(resource.id, outcome);
  }
}

/** A package that was just installed may have brought files of its own where the plan saw none, so what needs it is compared anew. */
async function lookAgain(run: Run, resource: Resource): Promise<Change | undefined> {
  await observeAgain(run, [resource]);
  return changeOf(resource, run.observed.get(resource.id) ?? null, run.planned.inventory.entries.get(resource.id)?.left ?? null) ?? undefined;
}

/** Make a change, or (where it belongs to a unit's transaction) stage it. */
async function settle(run: Run, change: Change, waiting: Map<Id, Staged> | undefined): Promise<void> {
  const { resource } = change;
  const missing = missingOf(run, resource);
  if (change.verb === 'forget') run.outcomes.set(resource.id, outcomeOf(resource, 'done'));
  else if (missing !== undefined) run.outcomes.set(resource.id, outcomeOf(resource, 'blocked', `it needs ${missing}`));
  else if (waiting === undefined) run.outcomes.set(resource.id, await attempt(run, resource, () => take(run, resource, () => announce(run, resource))));
  else {
    const failed = await tried(async () => {
      waiting.set(resource.id, await stage(run, change, { waiting, touching: () => announce(run, resource) }));
    });
    if (failed !== null) run.outcomes.set(resource.id, outcomeOf(resource, 'failed', explain(failed)));
  }
}

/** Do it, and look again. */
async function attempt(run: Run, resource: Resource, work: () => Promise<void>): Promise<Outcome> {
  const failed = await tried(async () => {
    await work();
    await observeAgain(run, [resource]);
  });
  return failed === null ? compare(run, resource) : outcomeOf(resource, 'failed', explain(failed));
}

/** Tell every unit that loads this resource that its configuration is about to change, once, before the first touch. */
async function announce(run: Run, resource: Resource): Promise<void> {
  for (const { resource: unit } of run.planned.plan.changes) {
    if (unit.load === undefined || run.announced.has(unit.id) || !isRead(unit.load.reads, resource)) continue;
    run.announced.add(unit.id);
    for (const step of kindOf(run.kinds, unit.kind).announce?.(unit) ?? []) await run.machine.perform(step);
  }
}

async function remember(run: Run, inventory: Inventory | null): Promise<void> {
  if (inventory !== null) await writeInventory(run.machine, inventory);
}
