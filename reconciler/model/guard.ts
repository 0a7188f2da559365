import type { Owner } from './owner.ts';
import type { Source } from './source.ts';

/** What must not happen by mistake. Each name is also what an allowance calls it. */
export const guardNames = [
  'mass-removal', 'members-leaving', 'emptied', 'member', 'zone', 'zone-records', 'mail-domain', 'data', 'name-servers', 'dnssec', 'shrunken', 'admins', 'lock-out', 'remote',
] as const;

export type GuardName = (typeof guardNames)[number];

/** What the co-op lets a guard pass, in the reviewed commit. */
export interface Allowance {
  readonly guard: GuardName;
  /** What it is about, e.g. `member:ada`, `zone:ada.example`, `host:main`, `coop`. */
  readonly object: string;
  /** How many may go; one more is stopped again. */
  readonly count: number;
  readonly reason: string;
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

/** Does an allowance still hold? Units: milliseconds since the epoch. */
export function isInTime({ until }: Pick<Allowance, 'until'>, now: number): boolean {
  return now < Date.parse(`${until}T00:00:00Z`) + dayMilliseconds;
}

export const dayMilliseconds = 24 * 60 * 60 * 1000;
