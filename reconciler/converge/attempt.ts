import { MachineError, type Placing } from '../model/machine.ts';
import type { Id, Resource } from '../model/resource.ts';
import { kindOf } from '../plan/observe.ts';
import { isTelling, recounting } from '../resources/unit.ts';
import { explain, observeAgain, stepsOf, take, tried, type Run } from './run.ts';
import { restage, type Staged } from './staged.ts';

/** Why a daemon is not well with what it was given; `names` when only these do not answer. */
export interface Ill {
  readonly because: string;
  readonly names: ReadonlyMap<Id, string>;
  /** Nothing came into its place at all, or not even what was there before is well: it is the host that is not, and no part would fare better. */
  readonly host: boolean;
}

/** What is to take its place at once, and what is to go out of the daemon's sight. */
export interface Attempt {
  readonly staged: readonly Staged[];
  readonly hidden: readonly Placing[];
}

/** A trial that was put back has used up what was staged. */
export async function attemptAgain(run: Run, unit: Resource, trial: Attempt): Promise<Ill | null> {
  for (const one of trial.staged) await restage(run, one);
  return attempt(run, unit, trial);
}

/** Swap, load, ask. null when all is well; else everything is as before, and why. */
export async function attempt(run: Run, unit: Resource, { staged, hidden }: Attempt): Promise<Ill | null> {
  const places = [...staged.flatMap((one) => one.places), ...hidden];
  const wasActive = isActive(run, unit);
  const taken = resourcesAt(run, places, staged);
  let isSwapped = places.length === 0;
  const failed = await tried(async () => {
    if (places.length > 0) {
      await announce(run, unit);
      await run.machine.perform({ do: 'swap', unit: unit.name, places });
      isSwapped = true;
      for (const { id } of taken) run.touched.add(id);
    }
    await observeAgain(run, taken);
    const isTold = stepsOf(run, unit).some((step) => isTelling(unit, step));
    await take(run, unit);
    if (isTold) await ask(run, unit, staged);
  });
  if (failed === null) {
    if (places.length > 0) await run.machine.perform({ do: 'keep', unit: unit.name });
    return null;
  }
  const after = await undo(run, unit, { places, taken, wasActive });
  return { because: `${explain(failed)}${after}`, names: failed instanceof Silent ? failed.names : new Map<Id, string>(), host: !isSwapped || after !== '' };
}

/** A name that does not answer although its daemon does. */
class Silent extends MachineError {
  readonly names: ReadonlyMap<Id, string>;

  constructor(message: string, names: ReadonlyMap<Id, string>) {
    super(message);
    this.names = names;
  }
}

/** Ask the daemon itself, and only if it answers for the names that are new. Where these are silent it may have died meanwhile. */
async function ask(run: Run, unit: Resource, staged: readonly Staged[]): Promise<void> {
  await askDaemon(run, unit);
  const named = staged.map(({ change }) => change.resource).flatMap(({ id, desired, probe }) => (desired === null || probe === undefined ? [] : [{ id, probe }]));
  const answers = await run.machine.observe(named.map(({ probe }) => ({ ask: 'answers', question: probe }) as const));
  const silent = new Map(answers.flatMap((answer, index) => (answer.ask === 'answers' && !answer.answered ? [[named[index]?.id ?? unit.id, answer.because] as const] : [])));
  await observeAgain(run, [unit]);
  if (!isActive(run, unit) && unit.desired?.['active'] === true) throw new MachineError(`${unit.name} does not run any more`);
  if (silent.size === 0) return;
  await askDaemon(run, unit);
  throw new Silent(`${unit.name} does not answer for ${[...silent.keys()].join(', ')}`, silent);
}

async function askDaemon(run: Run, unit: Resource): Promise<void> {
  const answers = await run.machine.observe((unit.load?.probes ?? []).map((question) => ({ ask: 'answers', question }) as const));
  for (const answer of answers) if (answer.ask === 'answers' && !answer.answered) throw new MachineError(`${unit.name} does not answer any more: ${answer.because}`);
}

/** As it was, and read again by a daemon that was running. Says what was not well with that. */
async function undo(run: Run, unit: Resource, { places, taken, wasActive }: { readonly places: readonly Placing[]; readonly taken: readonly Resource[]; readonly wasActive: boolean }): Promise<string> {
  const failed = await tried(async () => {
    if (places.length > 0) await run.machine.perform({ do: 'put-back', unit: unit.name });
    await observeAgain(run, [...taken, unit]);
    if (!isActive(run, unit)) await tried(() => recount(run, unit));
    if (!wasActive) return;
    await announce(run, unit);
    run.observed.set(unit.id, { ...run.observed.get(unit.id), loaded: 'unknown' });
    await take(run, unit);
    await ask(run, unit, []);
  });
  await tried(() => observeAgain(run, [unit]));
  return failed === null ? '' : `; and putting back what was there did not go well either: ${explain(failed)}`;
}

async function recount(run: Run, unit: Resource): Promise<void> {
  for (const step of recounting(unit)) await run.machine.perform(step);
}

/** Before anything that the unit reads is touched, it is no longer true what it has loaded. */
async function announce(run: Run, unit: Resource): Promise<void> {
  run.announced.add(unit.id);
  for (const step of kindOf(run.kinds, unit.kind).announce?.(unit) ?? []) await run.machine.perform(step);
}

/** Does the daemon run? The manager itself always does. */
export function isActive(run: Run, { id, desired }: Resource): boolean {
  return desired?.['active'] === undefined || run.observed.get(id)?.['active'] === true;
}

function resourcesAt(run: Run, places: readonly Placing[], staged: readonly Staged[]): readonly Resource[] {
  const paths = new Set(places.map(({ path }) => path));
  const direct = new Set(staged.map(({ change }) => change.resource.id));
  return run.planned.resources.filter(({ id, name, load, kind }) => direct.has(id) || (load === undefined && kind !== 'unit' && paths.has(name)));
}
