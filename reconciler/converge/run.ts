import { MachineError, type Machine, type Step } from '../model/machine.ts';
import type { Change, Outcome } from '../model/plan.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Id, Resource, State } from '../model/resource.ts';
import { differences } from '../plan/diff.ts';
import { kindOf, observe, type Kinds } from '../plan/observe.ts';
import type { Planned } from '../plan/plan.ts';

/** What happens while a run goes on, for whoever shows progress. */
export type Progress = (change: Change, outcome: Outcome) => void;

/** One run of a plan, and what it has seen and done so far. */
export interface Run {
  readonly machine: Machine;
  readonly planned: Planned;
  readonly kinds: Kinds;
  /** When it began, milliseconds since the epoch. */
  readonly now: number;
  readonly progress?: Progress;
  readonly observed: Map<Id, State | null>;
  readonly outcomes: Map<Id, Outcome>;
  readonly touched: Set<Id>;
  readonly announced: Set<Id>;
  /** The units that are to change and that load something, by what they load. */
  readonly loading: ReadonlyMap<Id, readonly Resource[]>;
}

/** Look at resources again, all at once. */
export async function observeAgain(run: Run, resources: readonly Resource[]): Promise<void> {
  if (resources.length === 0) return;
  await observe(run.machine, resources, { kinds: run.kinds, all: run.planned.accounted, alsoIn: run.planned.alsoIn, known: run.observed });
}

/** Carry out the steps of one resource, from how it was last seen. */
export async function take(run: Run, resource: Resource, touching: () => Promise<void> | void = () => undefined): Promise<void> {
  for (const step of stepsOf(run, resource)) {
    await touching();
    await run.machine.perform(step);
    run.touched.add(resource.id);
  }
}

/** Name the steps of one resource, from how it was last seen. */
export function stepsOf(run: Run, resource: Resource): readonly Step[] {
  const onHost = { actual: run.observed.get(resource.id) ?? null, observed: run.observed, inputs: inputsOf(run, resource), touched: run.touched, time: run.planned.catalog.time, now: run.now };
  return kindOf(run.kinds, resource.kind).steps(resource, onHost);
}

/** Everything that a unit reads, tombstones among it. */
export function inputsOf(run: Run, unit: Resource): readonly Resource[] {
  return inputsIn(run.planned.accounted, unit);
}

/** Compare what was just seen: what still differs has failed – but for a unit that has loaded all there is while something it reads could not be made. */
export function compare(run: Run, resource: Resource): Outcome {
  const actual = run.observed.get(resource.id) ?? null;
  const remaining = differences(resource, actual, null);
  if (remaining.length === 0 || (resource.desired === null && actual === null)) return outcomeOf(resource, 'done');
  const missing = inputsOf(run, resource).filter(({ id }) => isUnmet(run, id));
  if (missing.length > 0 && remaining.every(({ attribute }) => attribute === 'loaded')) return outcomeOf(resource, 'done', `without ${missing.map(({ id }) => id).join(', ')}`);
  const [first] = remaining;
  return outcomeOf(resource, 'failed', `${first?.attribute} is still ${first?.actual ?? 'missing'} instead of ${first?.desired ?? 'gone'}`);
}

/** Did something that is needed fail, or was it blocked? */
export function isUnmet(run: Run, id: Id): boolean {
  const result = run.outcomes.get(id)?.result;
  return result === 'failed' || result === 'blocked';
}

/** Name the first thing that a resource needs and does not have. */
export function missingOf(run: Run, { needs }: Resource): Id | undefined {
  return needs.find((id) => isUnmet(run, id));
}

/** Say what became of a resource. */
export function outcomeOf(resource: Resource, result: Outcome['result'], because?: string): Outcome {
  const { id, owner, source } = resource;
  return { id, owner, source, result, ...(because === undefined ? {} : { because }) };
}

/** Do something on the host; a refusal comes back as its explanation. The one place where that happens. */
export async function tried(work: () => Promise<void>): Promise<MachineError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return error;
  }
}

/** Say what the host refused: the command, its status and the end of what it printed. */
export function explain(error: MachineError): string {
  const status = error.status === null ? '' : ` (status ${error.status})`;
  const said = error.stderr.trim().split('\n').slice(-3).join(' · ');
  return `${error.message}${status}${said === '' || error.message.includes(said) ? '' : `: ${said}`}`;
}
