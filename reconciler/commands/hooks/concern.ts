/**
 * Whom a push concerns. The hook that judges it has worked out what it changes on each host; the hook that tells hosts of it tells those, and
 * a push that changes one site of a hundred hosts' costs one host a run. The others have nothing to do, and come by themselves within a minute.
 * What one hook knows the other finds among what is kept: a copy, without which every host is told.
 */
import { meaningOf } from '../../desired/layout.ts';
import { keep, recall, type Keeper } from '../../kept/keeper.ts';
import type { Verdict } from '../../model/authority.ts';
import type { Trusted } from '../../model/trusted.ts';
import type { Preview } from '../../report/preview.ts';

/** A move of the branch that hosts follow. */
export interface Move {
  /** null: the branch is new. */
  readonly old: string | null;
  readonly head: string;
}

/** The hosts that are to hear of a move at once. */
export interface Concern extends Move {
  /** Names of hosts; null: all of them. */
  readonly hosts: readonly string[] | null;
  /** How many hosts the co-op has beside them. */
  readonly others: number;
}

const name = 'concern';

/** Is this what a member has on hosts? Who she is, and with which keys she signs (member.yaml), all hosts must know at once. */
function isOnHosts({ path, owner }: Verdict): boolean {
  const meaning = meaningOf(path.replace(/^desired-state\//, ''));
  return owner !== 'coop' && meaning.is === 'document' && meaning.kind !== 'member';
}

/**
 * Say whom a move concerns: where it is of more than what members have on hosts, all; and so where anything waits for a signature, or somebody is
 * kept back, is held for it, or is held no more. A host that has not said yet that it is as the branch was may have been changed since it spoke.
 */
export function concernOf(shown: Preview, { pending }: Pick<Trusted, 'pending'>): Concern {
  const { base: { oid: old }, head, hosts, holds, guards, mended, authority: { trust, verdicts } } = shown;
  const isMembers = trust && verdicts.length > 0 && verdicts.every((verdict) => verdict.allowed && isOnHosts(verdict));
  if (!isMembers || pending.length + guards.length + mended > 0 || holds.some(({ already }) => !already)) return { old, head, hosts: null, others: 0 };
  const changed = hosts.filter(({ isBehind, plan, effect }) => isBehind || plan.changes.length + effect.changes.length > 0).map(({ host }) => host);
  return { old, head, hosts: changed, others: hosts.length - changed.length };
}

/** Keep it for the hook that comes after. Shape: whether it could be kept. */
export function keepConcern(keeper: Keeper, concern: Concern): boolean {
  keep(keeper, name, Buffer.from(JSON.stringify(concern)));
  return recall(keeper, name) !== null;
}

/** Recall whom a move concerns: all hosts where that is not known. */
export function recallConcern(keeper: Keeper | null, { old, head }: Move): Concern {
  const kept = keeper === null ? null : recall(keeper, name);
  const concern = kept === null ? null : (JSON.parse(kept.toString()) as Concern);
  return concern?.old === old && concern.head === head ? concern : { old, head, hosts: null, others: 0 };
}
