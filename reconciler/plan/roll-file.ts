/**
 * The roll of a host at rest (roll.ts), in a file of root's own; and, in another one, what has changed since it was called, so that a change of a few
 * things need not call it again: these are stamped one by one until the next run at rest. What it says itself has no digest, only its length: whatever
 * is damaged in that says something else than the host does, and then all is stamped, as without it.
 */
import type { Machine, Roll } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText } from './own-file.ts';
import type { ByRoll, Since } from './roll.ts';

const rollPath = '/var/lib/croft/roll';
const sincePath = '/var/lib/croft/roll-since';

/** Where more has changed it is called again. */
const mostSince = 500;

interface Heading extends Pick<ByRoll, 'of' | 'singly' | 'names' | 'keys' | 'ledgers'> {
  readonly lengths: readonly number[];
}

/** Keep a roll for the runs to come, with all that has changed since; or, with null, take away what is not true any more. Errors: MachineError. */
export async function keepRoll(machine: Machine, build: string, by: ByRoll | null): Promise<void> {
  await machine.perform({ do: 'remove', path: sincePath });
  if (by === null) return machine.perform({ do: 'remove', path: rollPath });
  const { of, singly, names, keys, ledgers, roll: { whole, outside } } = by;
  const parts = [whole.paths, whole.said, outside.paths, outside.said];
  const heading: Heading = { of, singly, names, keys, ledgers, lengths: parts.map(({ length }) => length) };
  return keepOwn(machine, rollPath, [headed(`${JSON.stringify(heading)}\n`, { what: 'roll 1', build }), ...parts].join(''));
}

/** Keep what has changed, with what had changed before since the roll was called. Errors: MachineError. */
export async function keepSince(machine: Machine, build: string, since: Since): Promise<void> {
  const before = await sinceOn(machine, build);
  const all = before?.of === since.on ? together(before, since) : since;
  if (all === null || all.paths.length > mostSince) return machine.perform({ do: 'remove', path: sincePath });
  return keepOwn(machine, sincePath, headed(`${JSON.stringify(all)}\n`, { what: 'roll-since 1', build }));
}

/** null where something came between the two that neither tells of. */
function together(before: Since, since: Since): Since | null {
  if (before.ledgers !== since.from.ledgers) return null;
  return { ...since, on: before.on, from: before.from, paths: [...new Map([...before.paths, ...since.paths])] };
}

/** Read the roll of a note, and what has changed since it was called; null when there is none. */
export async function recollectRoll(machine: Machine, build: string, of: string): Promise<ByRoll | null> {
  const text = (await ownText(machine, rollPath)) ?? '';
  const from = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
  const line = bodyIn(text.slice(0, from), { what: 'roll 1', build });
  if (line === null) return null;
  const heading = JSON.parse(line) as Heading;
  // Of nothing at all find(1) says what was said of nothing.
  if (text.length !== heading.lengths.reduce((sum, length) => sum + length, from)) return null;
  const by = { ...heading, roll: rollIn(text, from, heading.lengths), isOutdated: false };
  if (by.of === of) return by;
  const since = await sinceOn(machine, build);
  return since?.of === of && since.on === by.of && since.from.ledgers === by.ledgers ? withSince(by, since) : null;
}

async function sinceOn(machine: Machine, build: string): Promise<Since | null> {
  const line = bodyIn((await ownText(machine, sincePath)) ?? '', { what: 'roll-since 1', build });
  return line === null ? null : (JSON.parse(line) as Since);
}

function rollIn(text: string, from: number, lengths: Heading['lengths']): Roll {
  let next = from;
  const [one = '', two = '', three = '', four = ''] = lengths.map((length) => text.slice(next, (next += length)));
  return { whole: { paths: one, said: two }, outside: { paths: three, said: four } };
}

function withSince(by: ByRoll, { of, names, keys, ledgers, paths }: Since): ByRoll {
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
