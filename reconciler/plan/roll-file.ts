/**
 * The roll of a host at rest (roll.ts), in a file of root's own. What it says itself has no digest, only its length: whatever is damaged in that says
 * something else than the host does, and then all is stamped, as without it.
 */
import type { Machine, Roll } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText } from './own-file.ts';
import { rollPath, sincePath, type ByRoll } from './roll.ts';


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
  // Only after a change, and most runs come after none.
  return (await import('./since-file.ts')).withSince(machine, build, { by, of });
}

function rollIn(text: string, from: number, lengths: Heading['lengths']): Roll {
  let next = from;
  const [one = '', two = '', three = '', four = ''] = lengths.map((length) => text.slice(next, (next += length)));
  return { whole: { paths: one, said: two }, outside: { paths: three, said: four } };
}
