/** A host that is found as it was noted down by its roll (machines/roll.ts), and the roll of one that was found so by stamps. */
import { isSameStamp, type Machine, type Roll, type Singly, type Stamp } from '../model/machine.ts';
import { lookAgain, nowhere, rowAt, withYoung, youngAsSaid, type Again, type Paths, type Stamped, type Still, type Waking } from './stillness.ts';

/** By what a host is found as it was noted down. */
export interface ByRoll {
  /** Of which note it is. */
  readonly of: string;
  readonly roll: Roll;
  /** What it does not tell of is stamped, and answers depend on these beside that. */
  readonly singly: Singly;
  readonly names: string;
  readonly keys: string;
  readonly ledgers: string;
  /** Is something stamped that it could tell of, if it were called again? */
  readonly isOutdated: boolean;
}

/** How paths are since a roll was called. */
export interface Since extends Pick<ByRoll, 'of' | 'names' | 'keys' | 'ledgers'> {
  /** Of which note the roll was. */
  readonly on: string;
  /** null: it is not looked at any more. */
  readonly paths: readonly (readonly [path: string, as: readonly [manner: keyof Roll, stamp: Stamp] | null])[];
}

/** A host at rest, and by what the next run finds it so. */
export interface Called<Note> {
  readonly still: Note;
  readonly by: ByRoll;
}

/** Name the note that a roll is of: what is young may get less in it. */
export function nameOf({ listing, stamp }: Pick<Still, 'listing' | 'stamp'>): string {
  return `${listing.digest} ${stamp}`;
}

/** Is everything as it was, and what is read in these turns as well? Shape: null when something is another; what, tell stamps. */
export async function restingByRoll(machine: Machine, still: Still, waking: Waking, { by, paths }: { readonly by: ByRoll; readonly paths: () => Promise<Paths | null> }): Promise<Called<Still> | null> {
  const [called] = await machine.observe([{ ask: 'roll', roll: by.roll }]);
  if (called?.ask !== 'roll' || !called.isSame) return null;
  const [whole, outside] = [by.singly.whole.map(([path]) => path), by.singly.outside.map(([path]) => path)];
  const again = await lookAgain(machine, still, { paths: { read: [], other: whole, outside }, said: still.said, isCalled: by.isOutdated });
  // Which paths there are matters only where some of them are to be read.
  const noted = waking.turns.length === 0 ? nowhere : await paths();
  const young = noted === null ? null : await youngAsSaid(machine, { ...still, paths: noted }, waking, { again, said: still.said, isStill: (stamped) => isAsNoted(stamped, by) });
  return young === null ? null : { still: withYoung(still, young), by: calledAgain(by, again) };
}

/** The roll that was called of a host that was found as it had been noted down; null where it was not called. */
export function rollOf(still: Still, { stamped: { called, names, keys, ledgers } }: Again): ByRoll | null {
  return called == null ? null : { of: nameOf(still), roll: called.roll, singly: called.untold, names, keys, ledgers, isOutdated: false };
}

function isAsNoted({ rows, names, keys, ledgers }: Stamped, by: ByRoll): boolean {
  const stamps = [...by.singly.whole, ...by.singly.outside];
  return names === by.names && keys === by.keys && ledgers === by.ledgers && stamps.every(([, stamp], row) => isSameStamp(rowAt(rows, row), stamp));
}

/** With what was called now beside what is on it. */
function calledAgain(by: ByRoll, { stamped: { called } }: Again): ByRoll {
  if (called == null) return by;
  const { roll: { whole, outside } } = by;
  const and = (one: Roll['whole'], other: Roll['whole']): Roll['whole'] => ({ paths: `${one.paths}${other.paths}`, said: `${one.said}${other.said}` });
  return { ...by, roll: { whole: and(whole, called.roll.whole), outside: and(outside, called.roll.outside) }, singly: called.untold, isOutdated: false };
}
