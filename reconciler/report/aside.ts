import type { PauseStanding, Receipt, Rollback, RollbackStanding, Waiting } from '../model/aside.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { formatShare, shares } from './changes.ts';
import type { Paint } from './paint.ts';
import { shortRevision } from './plan.ts';
import { count, list } from './words.ts';

/** Say a scope as people do: `this host`, `ada`, `apache`, `/etc/postfix/main.cf`. */
export function scopeName(scope: string): string {
  if (scope === 'host') return 'this host';
  if (scope === 'coop' || scope.startsWith('member:')) return ownerName(scope as Owner);
  return scope.replace(/^[a-z]+:/, '');
}

/** Shape: `2026-11-23 14:03 UTC`. Units: unix seconds. */
export function momentOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, '2026-11-23T14:03'.length).replace('T', ' ')} UTC`;
}

/** Say what somebody must look at: a way in that stays open, and what goes on for longer than was said. */
export function pauseAlarms(pauses: readonly PauseStanding[]): readonly string[] {
  return pauses.flatMap(({ closing, overdue, until, who, why, scope }) => {
    const name = scopeName(scope);
    const shut = closing === 0 ? [] : [`a way in stays open while ${name} is paused: ${count(closing, 'change')} that would close it ${closing === 1 ? 'waits' : 'wait'}; croft resume lets the next run close it`];
    return overdue ? [...shut, `the pause of ${name} is overdue: it was to end at ${momentOf(until)}, and goes on until somebody says croft resume (${who}: ${why})`] : shut;
  });
}

/** Say what waits, for whom and why; first what somebody must look at. */
export function pauseNotices(pauses: readonly PauseStanding[]): readonly string[] {
  return pauses.flatMap((pause) => {
    const { waiting, byHand, until, who, why, scope } = pause;
    const name = scopeName(scope);
    const state = byHand ? `${name} is changed by hand, which ${who} announced until ${momentOf(until)}: ${why}` : `${name} is paused until ${momentOf(until)} by ${who}: ${why}`;
    const waits = waiting === 0 ? '' : byHand ? `; it differs from what git says in ${count(waiting, 'thing')}` : '';
    return [...pauseAlarms([pause]), `${!byHand && waiting > 0 ? `${count(waiting, 'change waits', 'changes wait')}: ` : ''}${state}${waits}`];
  });
}

/** Say what is older than git says, and what ends it. */
export function rollbackNotices(rollbacks: readonly RollbackStanding[]): readonly string[] {
  return rollbacks.flatMap((rollback) => {
    const { to, bad, who, why, until, overdue, owners } = rollback;
    const late = overdue && until !== null ? [`the rollback of ${rolledBack(rollback)} is overdue: it was to end at ${momentOf(until)}`] : [];
    const whose = owners.length > 5 ? `${owners.slice(0, 4).map(ownerName).join(', ')} and ${owners.length - 4} more` : list(owners.map(ownerName));
    return [...late, `rolled back to ${shortRevision(to)} by ${who}: ${why}; of ${whose}, what ${shortRevision(bad)} says is not used until it changes, or somebody says croft resume`];
  });
}

/** Say whom a rollback is about. */
export function rolledBack({ owner }: Pick<Rollback, 'owner'>): string {
  return owner === null ? 'this host' : ownerName(owner);
}

/** Say what went back by itself. */
export function receiptNotices(receipts: readonly Receipt[]): readonly string[] {
  return receipts.map(({ id, who, why, until, was, copy, returned }) => {
    const name = scopeName(id);
    const kept = copy === null ? '' : `; what was there is kept in ${copy}`;
    const announced = `${who} had announced the change by hand until ${momentOf(until)}: ${why}`;
    if (returned === null) return `${name} could not be put back yet to what git says; ${announced}${kept}`;
    return was.length === 0 ? `${name} is as git says, at the end of its time; ${announced}` : `${name} is put back to what git says; ${announced}${kept}`;
  });
}

/** Print what waits below a plan, each pause with its changes. */
export function formatWaiting(waiting: readonly Waiting[], paint: Paint): readonly string[] {
  return waiting.filter(({ changes }) => changes.length > 0).flatMap(({ pause, changes }) => {
    const how = pause.byHand ? 'changed by hand, as announced' : 'waits';
    const heading = `${paint('yellow', `${how}: ${scopeName(pause.scope)}`)}; until ${momentOf(pause.until)}, ${pause.who}: ${pause.why}`;
    return [`\n${heading}`, ...shares(changes).map((share) => formatShare(share, paint))];
  });
}
