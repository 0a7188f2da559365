/**
 * What has changed since a roll was called (roll.ts), in a file of root's own beside it, so that a change of a few things need not call it again: these
 * are stamped one by one until the next run at rest.
 */
import type { Machine, Roll } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText, type Title } from './own-file.ts';
import { sincePath, type ByRoll, type Since } from './roll.ts';

/** Where more has changed it is called again. */
const mostSince = 500;

/** Keep what has changed, with what had changed before since the roll was called. Errors: MachineError. */
export async function keepSince(machine: Machine, build: string, since: Since): Promise<void> {
  const before = await sinceOn(machine, build);
  const all = before?.of === since.on ? together(before, since) : since;
  if (all === null || all.paths.length > mostSince) return machine.perform({ do: 'remove', path: sincePath });
  return keepOwn(machine, sincePath, headed(`${JSON.stringify(all)}\n`, titleOf(build)));
}

/** null where something came between the two that neither tells of. */
function together(before: Since, since: Since): Since | null {
  if (before.ledgers !== since.from.ledgers) return null;
  return { ...since, on: before.on, from: before.from, paths: [...new Map([...before.paths, ...since.paths])] };
}

/** Put what has changed up to a note in the place of what the roll says of it; null where nobody knows all of that. */
export async function withSince(machine: Machine, build: string, { by, of }: { readonly by: ByRoll; readonly of: string }): Promise<ByRoll | null> {
  const since = await sinceOn(machine, build);
  return since?.of === of && since.on === by.of && since.from.ledgers === by.ledgers ? changed(by, since) : null;
}

function titleOf(build: string): Title {
  return { what: 'roll-since 1', build };
}

async function sinceOn(machine: Machine, build: string): Promise<Since | null> {
  const line = bodyIn((await ownText(machine, sincePath)) ?? '', titleOf(build));
  return line === null ? null : (JSON.parse(line) as Since);
}

function changed(by: ByRoll, { of, names, keys, ledgers, paths }: Since): ByRoll {
  const others = new Map(paths);
  const { roll: { whole, outside }, singly } = by;
  const stamped = (manner: keyof Roll): ByRoll['singly'][keyof Roll] => [
    ...singly[manner].filter(([path]) => !others.has(path)),
    ...paths.flatMap(([path, [as, stamp]]) => (as === manner ? [[path, stamp] as const] : [])),
  ];
  const named = new Set(paths.map(([path]) => `.${path}`));
  return { of, names, keys, ledgers, roll: { whole: cut(whole, named), outside: cut(outside, named) }, singly: { whole: stamped('whole'), outside: stamped('outside') }, isOutdated: true };
}

/** What is said of all others. */
function cut({ paths, said }: Roll['whole'], those: ReadonlySet<string>): Roll['whole'] {
  const [named, lines] = [paths.split('\0'), said.split('\n')];
  const stands = (_: unknown, index: number): boolean => !those.has(named[index] ?? '');
  return { paths: named.filter(stands).join('\0'), said: lines.filter(stands).join('\n') };
}
