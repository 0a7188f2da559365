import type { Machine, MachineError } from '../model/machine.ts';
import type { Change, Inventory, Outcome } from '../model/plan.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Id, Resource } from '../model/resource.ts';
import { AllNeeded } from '../plan/all-needed.ts';
import { inventoryPath, writeInventory } from '../plan/inventory.ts';
import { kindOf, type Kinds } from '../plan/observe.ts';
import { changeOf, type Planned } from '../plan/plan.ts';
import { transactionsOf } from './group.ts';
import { isSeenTogether, looksOf, type Looks } from './looks.ts';
import { inventoryAfter, inventoryBefore } from './remember.ts';
import { compare, explain, inputsOf, missingOf, observeAgain, outcomeOf, take, tried, type Progress, type Run } from './run.ts';
import { stage, unstage, type Staged } from './staged.ts';
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
  const run: Run = { machine, planned, ...tools, observed: new Map(planned.observed), outcomes: new Map(), touched: new Set(), announced: new Set(), loading: loadingOf(planned) };
  await remember(run, inventoryBefore(planned));
  const changes = new Map(planned.plan.changes.map((change) => [change.resource.id, change]));
  const unitOf = transactionsOf(planned);
  const waiting: Waiting = new Map([...unitOf.values()].map((unit) => [unit, new Map()]));
  const looks = looksOf(run, (change) => report(run, change));
  const again = new Set<Id>();
  for (const [turn, resource] of planned.resources.entries()) {
    await looks.before(resource);
    const intended = changes.get(resource.id);
    const moved = isMoved(run, resource);
    if (moved && !again.has(resource.id)) await lookAgain(run, turn, again);
    const change = moved ? (changeNow(run, resource) ?? undefined) : intended;
    const told = change ?? intended;
    const staged = [...(waiting.get(resource.id)?.values() ?? [])];
    const later = told === undefined || moved || staged.length > 0 || inputsOf(run, resource).some(({ id }) => run.touched.has(id)) ? undefined : tools.deferred?.get(resource.id);
    if (later !== undefined) {
      run.outcomes.set(resource.id, later);
    } else if (resource.load !== undefined && resource.desired !== null && (change !== undefined || staged.length > 0)) {
      await unlessAllNeeded(run, waiting, () => settleUnit(run, resource, staged));
      for (const one of staged) report(run, one.change);
    } else if (change === undefined) {
      if (told !== undefined) run.outcomes.set(resource.id, outcomeOf(resource, 'done', 'its package brought it'));
    } else {
      await settle(run, change, { waiting: waiting.get(unitOf.get(resource.id) ?? resource.id), looks });
      if (resource.kind === 'packages') again.clear();
    }
    if (told !== undefined) report(run, told);
  }
  await looks.all();
  await lookBack(run);
  const lost = await tried(() => remember(run, inventoryAfter(planned, run)));
  return [...planned.resources.flatMap(({ id }) => run.outcomes.get(id) ?? []), ...(lost === null ? [] : [unremembered(lost)])];
}

/** Where a part does not tell enough, nothing that still waits takes its place; what is done already is as all of it would have it. */
async function unlessAllNeeded(run: Run, waiting: Waiting, settling: () => Promise<void>): Promise<void> {
  try {
    await settling();
  } catch (error) {
    const left = [...waiting.values()].flatMap((staged) => [...staged.values()]).filter(({ change }) => !run.outcomes.has(change.resource.id));
    if (error instanceof AllNeeded) await tried(() => unstage(run, left));
    throw error;
  }
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
function isMoved({ touched }: Run, { needs }: Resource): boolean {
  return needs.some((id) => id.startsWith('packages:') && touched.has(id));
}

/** Look at it, and at those of its kind that come next and are in the same case. */
async function lookAgain(run: Run, turn: number, again: Set<Id>): Promise<void> {
  const { resources } = run.planned;
  const kind = resources[turn]?.kind;
  let end = turn + 1;
  while (kind !== 'unit' && resources[end]?.kind === kind) end += 1;
  const moved = resources.slice(turn, end).filter((resource) => isMoved(run, resource));
  await observeAgain(run, moved);
  for (const { id } of moved) again.add(id);
}

function changeNow({ observed, planned }: Run, resource: Resource): Change | null {
  return changeOf(resource, observed.get(resource.id) ?? null, () => planned.inventory.entries.get(resource.id)?.left ?? null);
}

/** Make a change, or (where it belongs to a unit's transaction) stage it. */
async function settle(run: Run, change: Change, { waiting, looks }: { readonly waiting: Map<Id, Staged> | undefined; readonly looks: Looks }): Promise<void> {
  const { resource } = change;
  const missing = missingOf(run, resource);
  if (change.verb === 'forget') run.outcomes.set(resource.id, outcomeOf(resource, 'done'));
  else if (missing !== undefined) run.outcomes.set(resource.id, outcomeOf(resource, 'blocked', `it needs ${missing}`));
  else if (waiting === undefined) {
    const work = (): Promise<void> => take(run, resource, () => announce(run, resource));
    if (!isSeenTogether(resource)) run.outcomes.set(resource.id, await attempt(run, resource, work));
    else {
      const failed = await tried(work);
      if (failed === null) await looks.later(change);
      else run.outcomes.set(resource.id, outcomeOf(resource, 'failed', explain(failed)));
    }
  } else {
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
  for (const unit of run.loading.get(resource.id) ?? []) {
    if (run.announced.has(unit.id)) continue;
    run.announced.add(unit.id);
    for (const step of kindOf(run.kinds, unit.kind).announce?.(unit) ?? []) await run.machine.perform(step);
  }
}

/** Tombstones are read like all others. */
function loadingOf({ plan, resources }: Planned): ReadonlyMap<Id, readonly Resource[]> {
  const loading = new Map<Id, Resource[]>();
  for (const { resource: unit } of plan.changes) {
    for (const { id } of inputsIn(resources, unit)) {
      const units = loading.get(id);
      if (units === undefined) loading.set(id, [unit]);
      else units.push(unit);
    }
  }
  return loading;
}

async function remember(run: Run, inventory: Inventory | null): Promise<void> {
  if (inventory !== null) await writeInventory(run.machine, inventory);
}
