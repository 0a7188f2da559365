import { digest } from '../model/digest.ts';
import type { Machine } from '../model/machine.ts';
import type { Resource } from '../model/resource.ts';
import { inputsOf, type Run } from './run.ts';
import type { Staged } from './staged.ts';

/** Name changes, each with everything of the co-op's that stands beside it: as long as that name is the same, it would fail again. */
export function namer(run: Run, unit: Resource): (staged: Staged) => string {
  const shared = digest(JSON.stringify([inputsOf(run, unit).filter(({ owner }) => owner === 'coop').map(({ id, desired }) => [id, desired]), unit.load]));
  return ({ change: { resource } }) => digest(JSON.stringify([shared, ...(resource.owner === 'coop' ? [] : [resource.id, resource.desired])]));
}

/** What a unit's daemon did not go well with in earlier runs. */
export async function readRefusals(machine: Machine, unit: Resource): Promise<ReadonlySet<string>> {
  const [answer] = await machine.observe([{ ask: 'path', path: pathOf(unit), want: 'text' }]);
  const text = answer?.ask === 'path' ? answer.node?.text : undefined;
  return new Set((text ?? '').split('\n').filter((line) => line !== ''));
}

/** Remember it for the next runs. */
export async function writeRefusals(machine: Machine, unit: Resource, { before, after }: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> }): Promise<void> {
  const text = [...after].sort().map((line) => `${line}\n`).join('');
  if (text === [...before].sort().map((line) => `${line}\n`).join('')) return;
  const path = pathOf(unit);
  await machine.perform(after.size === 0 ? { do: 'remove', path } : { do: 'write', path, text, mode: '0644', owner: 'root', group: 'root' });
}

/** Beside the stamp of what is loaded, in a directory that every host has. */
function pathOf({ name }: Resource): string {
  return `/var/lib/croft/loaded/${name}.refused`;
}
