/**
 * Whom a push concerns. The hook that judges it has worked out what it changes on each host; the hook that tells hosts of it tells those, and
 * a push that changes one site of a hundred hosts' costs one host a run. The others have nothing to do, and come by themselves within a minute.
 * What one hook knows the other finds among what is kept: a copy, without which every host is told.
 */
import { keep, recall, type Keeper } from '../../kept/keeper.ts';
import type { Preview } from '../../report/preview.ts';

/** The hosts that are to hear of a move at once. */
export interface Concern {
  readonly head: string;
  /** Names of hosts; null: all of them. */
  readonly hosts: readonly string[] | null;
  /** How many hosts the co-op has beside them. */
  readonly others: number;
}

const name = 'concern';

/** What a member has on hosts: files in a folder of hers. Who she is, and with which keys she signs (member.yaml), all hosts must know at once. */
const onHosts = /^(?:desired-state\/)?members\/[^/]+\/[^/]+\/[^/]/;

/** Say whom a move concerns: where it is of more than what members have on hosts, or anybody is held or kept back for it, all. */
export function concernOf({ head, hosts, holds, guards, authority: { verdicts } }: Preview): Concern {
  const isMembers = verdicts.length > 0 && verdicts.every(({ path, allowed }) => allowed && onHosts.test(path));
  if (!isMembers || guards.length > 0 || holds.some(({ already }) => !already)) return { head, hosts: null, others: 0 };
  const changed = hosts.filter(({ plan, effect }) => plan.changes.length + effect.changes.length > 0).map(({ host }) => host);
  return { head, hosts: changed, others: hosts.length - changed.length };
}

/** Keep it for the hook that comes after. Shape: whether it could be kept, where anything is kept at all. */
export function keepConcern(keeper: Keeper | null, concern: Concern): boolean {
  if (keeper === null) return true;
  keep(keeper, name, Buffer.from(JSON.stringify(concern)));
  return recall(keeper, name) !== null;
}

/** Recall whom the move to a head concerns: all hosts where that is not known. */
export function recallConcern(keeper: Keeper | null, head: string): Concern {
  const kept = keeper === null ? null : recall(keeper, name);
  const concern = kept === null ? null : (JSON.parse(kept.toString()) as Concern);
  return concern?.head === head ? concern : { head, hosts: null, others: 0 };
}
