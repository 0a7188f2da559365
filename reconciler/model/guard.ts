import { day, dayMilliseconds } from './day.ts';
import type { Owner } from './owner.ts';
import type { Source } from './source.ts';

/** What must not happen by mistake. Each name is also what an allowance calls it. */
export const guardNames = [
  'mass-removal', 'members-leaving', 'emptied', 'member', 'zone', 'zone-records', 'mail-domain', 'data', 'name-servers', 'dnssec', 'shrunken', 'admins', 'lock-out', 'remote', 'uid', 'former-member',
] as const;

export type GuardName = (typeof guardNames)[number];

/** What the co-op lets a guard pass, in the reviewed commit. With another count or other days it is the same one; with another reason, another. */
export interface Allowance {
  readonly guard: GuardName;
  /** What it is about, e.g. `member:ada`, `zone:ada.example`, `host:main`, `coop`. */
  readonly object: string;
  /** How many may go on a host, in all its runs together; one more is stopped again. */
  readonly count: number;
  readonly reason: string;
  /** The first day on which it holds, in UTC. Shape: `2026-12-17`. */
  readonly from: string;
  /** The last day on which it holds, in UTC. Shape: `2026-12-31`. */
  readonly until: string;
  readonly source: Source;
}

/** What a guard keeps from being done on a host, and what would let it pass. */
export interface Guarded {
  /** Shape: `guard/<name>`. */
  readonly code: string;
  readonly host: string;
  /** Whose removals are kept back. What is the co-op's keeps the whole run back. */
  readonly owner: Owner;
  readonly object: string;
  readonly count: number;
  readonly message: string;
  /** The entry for the list of allowances, as YAML. */
  readonly allow: string;
  /** The file of that list. */
  readonly where: string;
}

/** Something that guards count, by a name that stays its own as long as it is there. */
export interface Thing {
  readonly id: string;
  readonly owner: Owner;
  /** The document that it was made of. */
  readonly file: string;
}

/** Something that a guard counted when it went, and no allowance was for. */
export interface Gone extends Thing {
  readonly guard: GuardName;
  /** Units: milliseconds since the epoch. */
  readonly at: number;
}

/** What a host let pass under one allowance. */
export interface Spent extends Pick<Allowance, 'guard' | 'object' | 'reason' | 'until'> {
  /** How many are gone; null: nobody knows, so that it lets nothing pass. */
  readonly count: number | null;
  /** What was let pass and was not seen gone yet, by the names that the guard has for it. */
  readonly going: readonly string[];
}

/** What a host remembers of what guards let pass: for a day what went without an allowance, and how much of each allowance is spent. */
export interface Ledger {
  readonly gone: readonly Gone[];
  readonly spent: readonly Spent[];
  /** Since when, where an earlier one was lost a day ago at most. Units: milliseconds since the epoch. */
  readonly since: number | null;
}

/** Nothing ever went. */
export const emptyLedger: Ledger = { gone: [], spent: [], since: null };

/** An allowance is for what is about to be done. Units: days. */
export const longestAllowance = 31;

/** Does an allowance hold, or no longer, or not yet? Units: milliseconds since the epoch. */
export function timeOf({ from, until }: Pick<Allowance, 'from' | 'until'>, now: number): 'early' | 'in time' | 'late' {
  if (now >= startOf(until) + dayMilliseconds) return 'late';
  return now < startOf(from) ? 'early' : 'in time';
}

/** How many days an allowance holds, the first and the last included. */
export function daysOf({ from, until }: Pick<Allowance, 'from' | 'until'>): number {
  return (startOf(until) - startOf(from)) / dayMilliseconds + 1;
}

/** How long an allowance holds that croft words itself: long enough for a review. Units: days. */
const usualDays = 14;

/** Word the allowance that would let something pass. Shape: an entry of the list, as YAML. Units: `now` in milliseconds since the epoch. */
export function worded({ guard, object, count }: Pick<Allowance, 'guard' | 'object' | 'count'>, now: number): string {
  return `- { guard: ${guard}, object: ${JSON.stringify(object)}, count: ${count}, reason: say why, from: ${day(now)}, until: ${day(now + usualDays * dayMilliseconds)} }`;
}

function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
