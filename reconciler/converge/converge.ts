import { MachineError, type Machine } from '../model/machine.ts';
import type { Change, Inventory, Outcome } from '../model/plan.ts';
import type { Id, Resource, State } from '../model/resource.ts';
import { isRead } from '../model/state.ts';
import { differences } from '../plan/diff.ts';
import { writeInventory } from '../plan/inventory.ts';
import { kindOf, observe, type Kinds } from '../plan/observe.ts';
import { changeOf, type Planned } from '../plan/plan.ts';
import { inventoryAfter, inventoryBefore } from './remember.ts';

/** What happens while a run goes on, for whoever shows progress. */
export type Progress = (change: Change, outcome: Outcome) => void;

interface Run {
  readonly machine: Machine;
  readonly planned: Planned;
  readonly kinds: Kinds;
  readonly observed: Map<Id, State | null>;
  readonly outcomes: Map<Id, Outcome>;
  readonly touched: Set<Id>;
  readonly announced: Set<Id>;
}

/**
 * Carry out a plan, change by change. One failure stops only what needs it. What was touched is observed again, and a difference
 * that remains is a failure. The inventory is written before the first change (so that nothing croft makes is ever forgotten)
 * and after the last (so that nothing is forgotten before it is gone).
 */
export async function converge(machine: Machine, planned: Planned, tools: { readonly kinds: Kinds; readonly progress?: Progress }): Promise<readonly Outcome[]> {
  const run: Run = { machine, planned, kinds: tools.kinds, observed: new Map(planned.observed), outcomes: new Map(), touched: new Set(), announced: new Set() };
  await remember(run, inventoryBefore(planned));
  const changes = new Map(planned.plan.changes.map((change) => [change.resource.id, change]));
  for (const resource of planned.resources) {
    const intended = changes.get(resource.id);
    const moved = resource.needs.some((id) => id.startsWith('packages:') && run.touched.has(id));
    const change = moved ? await lookAgain(run, resource) : intended;
    const told = change ?? intended;
    if (told === undefined) continue;
    const outcome = change === undefined ? outcomeOf(resource, 'done', 'its package brought it') : await settle(run, change);
    run.outcomes.set(resource.id, outcome);
    tools.progress?.(told, outcome);
  }
  await lookBack(run);
  await remember(run, inventoryAfter(planned, run));
  return [...run.outcomes.values()];
}

/** A daemon may take its new configuration, say that all is well, and die of it a moment later: look once more before the run ends. */
async function lookBack(run: Run): Promise<void> {
  for (const resource of run.planned.resources) {
    if (resource.kind !== 'unit' || !run.touched.has(resource.id) || run.outcomes.get(resource.id)?.result !== 'done') continue;
    const outcome = await attempt(resource, () => verify(run, resource));
    if (outcome.result !== 'done') run.outcomes.set(resource.id, outcome);
  }
}

/** A package that was just installed may have brought files of its own where the plan saw none, so what needs it is compared anew. */
async function lookAgain(run: Run, resource: Resource): Promise<Change | undefined> {
  const actual = await observeAgain(run, resource);
  return changeOf(resource, actual, run.planned.inventory.entries.get(resource.id)?.left ?? null) ?? undefined;
}

async function observeAgain(run: Run, resource: Resource): Promise<State | null> {
  const seen = await observe(run.machine, [resource], { kinds: run.kinds, all: run.planned.accounted, known: run.observed });
  const actual = seen.get(resource.id) ?? null;
  run.observed.set(resource.id, actual);
  return actual;
}

async function settle(run: Run, change: Change): Promise<Outcome> {
  const { resource } = change;
  if (change.verb === 'forget') return outcomeOf(resource, 'done');
  const missing = resource.needs.find((id) => isUnmet(run, id));
  if (missing !== undefined) return outcomeOf(resource, 'blocked', `it needs ${missing}`);
  return attempt(resource, async () => {
    await perform(run, change);
    return verify(run, resource);
  });
}

/** The one place where a host's refusal becomes an outcome. */
async function attempt(resource: Resource, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return outcomeOf(resource, 'failed', explain(error));
  }
}

async function perform(run: Run, change: Change): Promise<void> {
  const { resource, actual } = change;
  const kind = kindOf(run.kinds, resource.kind);
  const steps = kind.steps(resource, { actual, observed: run.observed, inputs: inputsOf(run, resource), touched: run.touched, time: run.planned.catalog.time });
  await announce(run, resource);
  for (const step of steps) {
    await run.machine.perform(step);
    run.touched.add(resource.id);
  }
}

/** Tell every unit that loads this resource that its configuration is about to change, once, before the first touch. */
async function announce(run: Run, resource: Resource): Promise<void> {
  for (const { resource: unit } of run.planned.plan.changes) {
    if (unit.load === undefined || run.announced.has(unit.id) || !isRead(unit.load.reads, resource)) continue;
    run.announced.add(unit.id);
    for (const step of kindOf(run.kinds, unit.kind).announce?.(unit) ?? []) await run.machine.perform(step);
  }
}

/** Look again: what still differs has failed – but for a unit that has loaded all there is while something it reads could not be made. */
async function verify(run: Run, resource: Resource): Promise<Outcome> {
  const actual = await observeAgain(run, resource);
  const remaining = differences(resource, actual, null);
  if (remaining.length === 0 || (resource.desired === null && actual === null)) return outcomeOf(resource, 'done');
  const missing = inputsOf(run, resource).filter(({ id }) => isUnmet(run, id));
  if (missing.length > 0 && remaining.every(({ attribute }) => attribute === 'loaded')) return outcomeOf(resource, 'done', `without ${missing.map(({ id }) => id).join(', ')}`);
  const [first] = remaining;
  return outcomeOf(resource, 'failed', `${first?.attribute} is still ${first?.actual ?? 'missing'} instead of ${first?.desired ?? 'gone'}`);
}

function inputsOf(run: Run, { load }: Resource): readonly Resource[] {
  return load === undefined ? [] : run.planned.resources.filter((input) => input.load === undefined && isRead(load.reads, input));
}

function isUnmet(run: Run, id: Id): boolean {
  const result = run.outcomes.get(id)?.result;
  return result === 'failed' || result === 'blocked';
}

function outcomeOf(resource: Resource, result: Outcome['result'], because?: string): Outcome {
  const { id, owner, source } = resource;
  return { id, owner, source, result, ...(because === undefined ? {} : { because }) };
}

/** Say what the host refused: the command, its status and the end of what it printed. */
function explain(error: MachineError): string {
  const status = error.status === null ? '' : ` (status ${error.status})`;
  const said = error.stderr.trim().split('\n').slice(-3).join(' · ');
  return `${error.message}${status}${said === '' || error.message.includes(said) ? '' : `: ${said}`}`;
}

async function remember(run: Run, inventory: Inventory | null): Promise<void> {
  if (inventory !== null) await writeInventory(run.machine, inventory);
}
