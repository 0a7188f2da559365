/**
 * What a host remembers of what guards let pass. It is a part of the inventory: written down before the first change and with it in one
 * file, so that no crash comes between, and whoever has lost the one has lost the other. Then nothing is pruned in that run, what
 * allowances were there counts as spent, and for a day guards go by shares alone.
 *
 * An allowance is spent by names (`Danger.going`): what was let pass and is still there the next time is the same, and costs nothing more;
 * what is not in danger any more is gone, and stays spent, should there ever be another of that name.
 */
import { dayMilliseconds } from '../model/day.ts';
import { timeOf, type Allowance, type Gone, type Ledger, type Spent } from '../model/guard.ts';
import type { Danger } from './guards.ts';
import type { Sight } from './sight.ts';
import { goingIn } from './tallies.ts';

/** What still goes was let go a moment ago; that moment is noted down once an hour. */
const hourMilliseconds = 60 * 60 * 1000;

/** What allowances make of some dangers. */
export interface Judged {
  /** None lets these pass. */
  readonly refused: readonly Danger[];
  readonly passed: readonly { readonly danger: Danger; readonly allowance: Allowance }[];
  /** What is spent of each allowance, once the others have. */
  readonly spent: readonly Spent[];
}

/** Take of what a host remembers what counts now. What a clock that was put back has still before it, counts from now on. Units: milliseconds since the epoch. */
export function current({ gone, spent, since }: Ledger, now: number): Ledger {
  const isRecent = (at: number): boolean => now - at < dayMilliseconds;
  return {
    gone: gone.filter(({ at }) => isRecent(at)).map((each) => ({ ...each, at: Math.min(each.at, now) })),
    spent,
    since: since !== null && isRecent(since) ? Math.min(since, now) : null,
  };
}

/** Let pass what allowances are for, as far as they are not spent. `ledger` is what counts now. Units: milliseconds since the epoch. */
export function judge(dangers: readonly Danger[], { allowances, ledger, now }: { readonly allowances: readonly Allowance[]; readonly ledger: Ledger; readonly now: number }): Judged {
  const inForce = allowances.filter((each) => timeOf(each, now) === 'in time');
  let spent = settled(ledger.spent, dangers);
  const judged = dangers.map((danger) => {
    const allowance = inForce.find((each) => isFor(each, danger) && hasRoom(each, danger, spent));
    if (allowance !== undefined) spent = spend(allowance, danger, spent);
    return { danger, allowance };
  });
  return {
    refused: judged.flatMap(({ danger, allowance }) => (allowance === undefined ? [danger] : [])),
    passed: judged.flatMap(({ danger, allowance }) => (allowance === undefined ? [] : [{ danger, allowance }])),
    spent: remembered(spent, allowances, now),
  };
}

/** Is this the allowance for such a danger? */
export function isFor({ guard, object }: Pick<Allowance, 'guard' | 'object'>, danger: Pick<Danger, 'guard' | 'object'>): boolean {
  return guard === danger.guard && object === danger.object;
}

/** Find what is spent of an allowance. */
export function isOf({ guard, object, reason }: Pick<Allowance, 'guard' | 'object' | 'reason'>): (spent: Spent) => boolean {
  return (spent) => spent.guard === guard && spent.object === object && spent.reason === reason;
}

/** What a host is to remember once it was made what a sight says; `spent`: by that. `lost`: its inventory was. Units: milliseconds since the epoch. */
export function ledgerAfter(sight: Sight, spent: readonly Spent[], { now, lost }: { readonly now: number; readonly lost: boolean }): Ledger {
  const { inventory: { ledger }, state: { allowances } } = sight;
  if (lost) return { gone: [], spent: allowances.map(unknown), since: now };
  const allowed = new Set(spent.flatMap(({ guard, going }) => going.map((id) => `${guard} ${id}`)));
  const counted = <Each extends Counted>(list: readonly Each[]): readonly Each[] => list.filter((each) => !allowed.has(keyOf(each)));
  const noted = new Map(counted(ledger.gone).map((each) => [keyOf(each), each]));
  for (const each of counted(goingIn(sight))) noted.set(keyOf(each), { ...each, at: noteTime(noted.get(keyOf(each)), now) });
  return { gone: [...noted.values()], spent, since: ledger.since };
}

type Counted = Pick<Gone, 'guard' | 'id'>;

function keyOf({ guard, id }: Counted): string {
  return `${guard} ${id}`;
}

/** A host that does not know what it made does not know either what it let pass. */
function unknown({ guard, object, reason, until }: Allowance): Spent {
  return { guard, object, reason, until, count: null, going: [] };
}

function noteTime(before: Gone | undefined, now: number): number {
  return before !== undefined && now - before.at < hourMilliseconds ? before.at : now;
}

/** What was let pass and is in danger no more, is gone. */
function settled(spent: readonly Spent[], dangers: readonly Danger[]): readonly Spent[] {
  return spent.map((each) => {
    const there = new Set(dangers.filter((danger) => isFor(each, danger)).flatMap(({ going }) => going));
    const going = each.going.filter((name) => there.has(name));
    return { ...each, going, count: each.count === null ? null : each.count + each.going.length - going.length };
  });
}

function hasRoom(allowance: Allowance, { going }: Danger, all: readonly Spent[]): boolean {
  const spent = all.find(isOf(allowance));
  if (spent?.count === null) return false;
  return (spent?.count ?? 0) + new Set([...(spent?.going ?? []), ...going]).size <= allowance.count;
}

function spend(allowance: Allowance, danger: Danger, all: readonly Spent[]): readonly Spent[] {
  const { guard, object, reason, until } = allowance;
  const isIts = isOf(allowance);
  const { count, going } = all.find(isIts) ?? { count: 0, going: [] };
  const spent = { guard, object, reason, until, count, going: [...new Set([...going, ...danger.going])] };
  return [...all.filter((each) => !isIts(each)), spent];
}

/** What is spent of an allowance is forgotten only when that is gone and could not be in force any more, had somebody put it back. */
function remembered(spent: readonly Spent[], allowances: readonly Allowance[], now: number): readonly Spent[] {
  return spent.flatMap((each) => {
    const listed = allowances.filter((allowance) => isOf(allowance)(each));
    const until = [each.until, ...listed.map((allowance) => allowance.until)].toSorted().at(-1) ?? each.until;
    return listed.length === 0 && timeOf({ from: until, until }, now) === 'late' ? [] : [{ ...each, until }];
  });
}
