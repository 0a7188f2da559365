import type { Verdict, Risk } from '../model/authority.ts';
import type { Guarded } from '../model/guard.ts';
import type { HostReport } from '../model/host-report.ts';
import type { Hold, Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Id } from '../model/resource.ts';
import type { Revision } from '../model/snapshot.ts';
import type { Told } from './declared/telling.ts';
import type { Texts } from './patch.ts';
import type { Usage } from './usage.ts';

/** What a change does, as a value: everything that is told of it, in whatever form. */
export interface Preview {
  /** What the change is compared with, and what it was called by whoever asked. */
  readonly base: { readonly oid: string; readonly name: string };
  readonly head: string;
  /** Newest first. */
  readonly commits: readonly Revision[];
  readonly told: readonly Told[];
  readonly usage: readonly Usage[];
  readonly hosts: readonly Foreseen[];
  /** What is wrong with the head and was not with the base. */
  readonly problems: readonly Problem[];
  /** How many problems of the base are gone. */
  readonly mended: number;
  readonly warnings: readonly Problem[];
  readonly holds: readonly HeldOwner[];
  readonly authority: Authority;
  readonly guards: readonly Guarded[];
  /** Digest over the plans of all hosts. */
  readonly checksum: string;
}

/** What a change does on one host. */
export interface Foreseen {
  readonly host: string;
  /** Whether the host is of the co-op before, and after. */
  readonly is: 'there' | 'new' | 'gone';
  /** From which commit the host moves: the one that it reported, else the base. */
  readonly from: string;
  /** Did it not say yet that it is as at the base, in all that it is made of? */
  readonly isBehind: boolean;
  /** What the host itself last said; null when it never did. */
  readonly report: HostReport | null;
  /** What the host would do next: the change, and putting back what drifted. */
  readonly plan: Plan;
  /** What of it the declarations alone ask for. */
  readonly effect: Plan;
  readonly texts: ReadonlyMap<Id, Texts>;
  /** For how many days at least it keeps what it puts aside. */
  readonly graceDays: number;
}

/** Somebody who is held after the change, and whether before it too. */
export interface HeldOwner extends Hold {
  readonly already: boolean;
}

/** Who vouches for the change, and whether that is enough. */
export interface Authority {
  /** Whether the co-op's hosts ask for it. */
  readonly trust: boolean;
  readonly verdicts: readonly Verdict[];
}

export type Standing = Risk | 'refused' | 'invalid';

/** Sum a change up in one word: the worst that is to be said of it. */
export function standingOf({ problems, holds, authority, guards }: Pick<Preview, 'problems' | 'holds' | 'authority' | 'guards'>): Standing {
  const unusable = holds.some(({ owner, lastGood }) => owner === 'coop' && lastGood === null);
  if (problems.length > 0 || unusable) return 'invalid';
  if (guards.length > 0 || authority.verdicts.some(({ allowed }) => !allowed)) return 'refused';
  const risks = new Set(authority.verdicts.map(({ risk }) => risk));
  return risks.has('red') ? 'red' : risks.has('amber') ? 'amber' : 'green';
}

/** Name everybody whose signature counts for something in the change. */
export function signersOf({ authority }: Pick<Preview, 'authority'>): readonly string[] {
  return [...new Set(authority.verdicts.flatMap(({ signers }) => signers))].toSorted();
}

/** How the reader is told of time: as `3 minutes ago` where that stays true, else as a date. Units: unix seconds in. */
export type When = (time: number) => string;
