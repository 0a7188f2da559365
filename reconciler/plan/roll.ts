/** A host that is found as it was noted down by its roll (machines/roll.ts), and the roll of one that was found so by stamps. */
import { isSameStamp, type Called, type Machine, type Roll, type Singly, type Stamp } from '../model/machine.ts';
import { lookAgain, nowhere, rowAt, withYoung, youngAsSaid, type Again, type Paths, type Stamped, type Still, type Waking } from './stillness.ts';

/** Where a roll is kept, and what has changed since it was called. */
export const rollPath = '/var/lib/croft/roll';
export const sincePath = '/var/lib/croft/roll-since';

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
  /** What answers depended on when that began to change. */
  readonly from: Pick<ByRoll, 'ledgers'>;
  readonly paths: readonly (readonly [path: string, as: readonly [manner: keyof Roll, stamp: Stamp]])[];
}

/** A host at rest, and by what the next run finds it so. */
export interface AtRest {
  readonly still: Still;
  readonly by: ByRoll;
}

/** Name a note for its roll: what is young may get less in it. */
export function noteOf({ listing, stamp }: Pick<Still, 'listing' | 'stamp'>): string {
  return `${listing.digest} ${stamp}`;
}

/** Is everything as it was, and what is read in these turns as well? Shape: null when something is another; what, tell stamps. */
export async function restingByRoll(machine: Machine, still: Still, waking: Waking, { by, paths }: { readonly by: ByRoll; readonly paths: () => Promise<Paths | null> }): Promise<AtRest | null> {
  const [called] = await machine.observe([{ ask: 'roll', roll: by.roll }]);
  if (called?.ask !== 'roll' || !called.isSame) return null;
  const [whole, outside] = [by.singly.whole.map(([path]) => path), by.singly.outside.map(([path]) => path)];
  const again = await lookAgain(machine, still, { paths: { read: [], other: whole, outside }, said: still.said, isToCall: by.isOutdated });
  // Which paths there are matters only where some of them are to be read.
  const noted = waking.turns.length === 0 ? nowhere : await paths();
  const young = noted === null ? null : await youngAsSaid(machine, { ...still, paths: noted }, waking, { again, said: still.said, isStill: (stamped) => isAsNoted(stamped, by) });
  return young === null ? null : { still: withYoung(still, young), by: calledAgain(by, again) };
}

/** The roll that was called of a host that was found as it had been noted down; null where it was not called. */
export function rollOf(still: Still, { stamped: { called, names, keys, ledgers } }: Again): ByRoll | null {
  return called == null ? null : { of: noteOf(still), roll: called.roll, singly: called.untold, names, keys, ledgers, isOutdated: false };
}

function isAsNoted({ rows, names, keys, ledgers }: Stamped, by: ByRoll): boolean {
  const stamps = [...by.singly.whole, ...by.singly.outside];
  return names === by.names && keys === by.keys && ledgers === by.ledgers && stamps.every(([, stamp], row) => isSameStamp(rowAt(rows, row), stamp));
}

/** With what was called now, and is not on it yet, beside what is. */
function calledAgain(by: ByRoll, { stamped: { called } }: Again): ByRoll {
  if (called == null) return by;
  const [{ whole, outside }, { roll, untold }] = [by.roll, called];
  const known = `\0${whole.paths}${outside.paths}`;
  const isNew = (path: string): boolean => !known.includes(`\0${path}\0`);
  return { ...by, roll: { whole: both(whole, roll.whole, isNew), outside: both(outside, roll.outside, isNew) }, singly: untold, isOutdated: false };
}

function both(one: Called, other: Called, isNew: (path: string) => boolean): Called {
  const lines = other.said.split('\n');
  const news = other.paths.split('\0').slice(0, -1).flatMap((path, index) => (isNew(path) ? [{ path, line: lines[index] ?? '' }] : []));
  return { paths: `${one.paths}${news.map(({ path }) => `${path}\0`).join('')}`, said: `${one.said}${news.map(({ line }) => `${line}\n`).join('')}` };
}
