import { digest } from '../model/digest.ts';
import { MachineError, type Making, type Placing, type Step } from '../model/machine.ts';
import type { Change } from '../model/plan.ts';
import type { Id, Resource } from '../model/resource.ts';
import { inSequence } from '../model/sequence.ts';
import { stepsOf, type Run } from './run.ts';

/** A change that waits beside its place for the turn of the unit that reads it. */
export interface Staged {
  readonly change: Change;
  readonly places: readonly Placing[];
  readonly making: readonly Extract<Step, { do: 'stage' }>[];
}

/**
 * Do of a change what can be done before its unit's turn: what is to stand at a path is made beside it and checked alone; what is not
 * taken by a rename (directories, modes) is done at once. Errors: MachineError when the host or the check refuses.
 */
export async function stage(run: Run, change: Change, { waiting, touching }: { readonly waiting: ReadonlyMap<Id, Staged>; readonly touching: () => Promise<void> }): Promise<Staged> {
  const { resource } = change;
  const steps = stepsOf(run, resource);
  const own = (step: Step): boolean => resource.kind === 'directory' && 'path' in step && step.path === resource.name;
  const places: Placing[] = [];
  const making: Extract<Step, { do: 'stage' }>[] = [];
  for (const step of steps) {
    if (isMaking(step)) {
      const token = digest(`staged ${step.path}`).slice('sha256:'.length, 'sha256:'.length + 16);
      const among = needed(resource, waiting);
      making.push({ do: 'stage', path: step.path, token, make: step, ...(among.length === 0 ? {} : { among }) });
      places.push({ path: step.path, token });
    } else if (step.do === 'remove' && !own(step)) {
      await assertNoDirectory(run, step.path);
      places.push({ path: step.path, token: null });
    } else {
      await touching();
      await run.machine.perform(step);
      run.touched.add(resource.id);
    }
  }
  for (const step of making) await run.machine.perform(step);
  return { change, places, making };
}

/** Make it beside its place once more, when a trial has used it up. It was checked before. */
export async function restage(run: Run, { making }: Staged): Promise<void> {
  for (const { path, token, make } of making) await run.machine.perform({ do: 'stage', path, token, make: unchecked(make) });
}

function unchecked(make: Making): Making {
  if (make.do !== 'write') return make;
  const { check: _, ...bare } = make;
  return bare;
}

/** Take back what is not to be. */
export async function unstage(run: Run, staged: readonly Staged[]): Promise<void> {
  const places = staged.flatMap((one) => one.places).filter(({ token }) => token !== null);
  if (places.length > 0) await run.machine.perform({ do: 'unstage', places });
}

function isMaking(step: Step): step is Making {
  return step.do === 'write' || step.do === 'derive' || step.do === 'link';
}

/** What a check may need to find although it is only staged, too. */
export function needed(resource: Resource, waiting: ReadonlyMap<Id, Pick<Staged, 'change' | 'places'>>): readonly Placing[] {
  const needs = ({ needs: ids }: Resource): readonly Id[] => ids.filter((id) => waiting.has(id));
  const { ordered } = inSequence(needs(resource), (id) => needs(waiting.get(id)?.change.resource ?? resource));
  return ordered.flatMap((id) => waiting.get(id)?.places ?? []);
}

/** Found now, it is this change's failure; in the swap it would be everybody's. */
async function assertNoDirectory(run: Run, path: string): Promise<void> {
  const [answer] = await run.machine.observe([{ ask: 'path', path, want: 'stat' }]);
  if (answer?.ask === 'path' && answer.node?.type === 'directory') throw new MachineError(`cannot remove ${path}: a directory is there, where croft had put a file`);
}
