/**
 * What stands on this host between a run and what git says: pauses, changes by hand that were announced, rollbacks, and failures that are
 * not tried again yet. A run reads it as it begins, takes it out of its plan before anything is done, and writes down how it stands after.
 */
import packageFile from '../../package.json' with { type: 'json' };
import type { Aside, Pause, PauseStanding, RollbackStanding, Waiting } from '../model/aside.ts';
import { MachineError, type Machine } from '../model/machine.ts';
import type { Outcome } from '../model/plan.ts';
import { defer, failedIn, noAttempts, withNext, type Attempts, type Deferred } from '../plan/backoff.ts';
import { closes } from '../plan/closing.ts';
import type { Planned } from '../plan/plan.ts';
import { askable, silentAfter, type Asked } from '../plan/silent.ts';
import { readAttempts, readPauses, readRollbacks, writeAttempts, writePauses, writeRollbacks } from '../plan/standing.ts';
import { pauseNotices, receiptNotices, rolledBack, rollbackNotices, scopeName } from '../report/aside.ts';
import { beginReturn, endReturn, type Returning } from './receipts.ts';
import type { Place } from './place.ts';
import { kicks } from './rooms.ts';
import type { Source } from './source.ts';

/** What a run found as it began. */
export interface Standing {
  readonly pauses: readonly Pause[];
  /** What failed before and counts; nothing where a person asked for the run. */
  readonly attempts: Attempts;
  readonly remotes: Asked;
  readonly notices: readonly string[];
  /** Units: unix seconds. */
  readonly now: number;
}

/** A plan without what is set aside. */
export interface SetAside {
  readonly planned: Planned;
  readonly waiting: readonly Waiting[];
  readonly deferred: Deferred;
  readonly lapsed: readonly Pause[];
  readonly pauses: readonly PauseStanding[];
}

/** Read what stands. `patient`: a timer's run, which leaves alone what failed a moment ago. Units: `now` in milliseconds since the epoch. */
export async function standingOn({ machine, remotes }: Pick<Place, 'machine' | 'remotes'>, { now, patient }: { readonly now: number; readonly patient: boolean }): Promise<Standing> {
  const seconds = Math.floor(now / 1000);
  const [pauses, rollbacks, before, kicked] = [await readPauses(machine), await readRollbacks(machine), await readAttempts(machine), await kickedAt(machine)];
  const known = patient ? before : noAttempts;
  const attempts = { ...known, remotes: kicked === before.kicked ? known.remotes : [], kicked };
  const lost = [...(pauses.lost ? ['pauses'] : []), ...(rollbacks.lost ? ['rollbacks'] : [])];
  const notices = lost.map((what) => `/var/lib/croft/${what}.json could not be understood as a whole: what is damaged in it does not count`);
  return { pauses: pauses.value, attempts, remotes: askable(remotes, attempts, seconds), notices, now: seconds };
}

/** A kick is a file that goes as the run begins; the directory still says that it was there. */
async function kickedAt(machine: Machine): Promise<number> {
  const [answer] = await machine.observe([{ ask: 'path', path: kicks, want: 'stat' }]);
  return answer?.ask === 'path' ? Math.floor(answer.node?.changedAt ?? 0) : 0;
}

/** Take out of a plan what is paused, and what would only fail again. Looks at the host, and touches nothing. */
export async function setAside(machine: Machine, whole: Planned, { pauses, attempts, now }: Pick<Standing, 'pauses' | 'attempts' | 'now'>): Promise<SetAside> {
  const isLapsed = ({ byHand, until }: Pause): boolean => byHand && until <= now;
  const { divide } = await import('../plan/pause.ts');
  const { planned, waiting } = await divide(machine, whole, pauses.filter((pause) => !isLapsed(pause)));
  const standing = waiting.map(({ pause, changes }) => ({ ...pause, overdue: pause.until <= now, waiting: changes.length, closing: changes.filter(closes).length }));
  const held = new Set(waiting.flatMap(({ changes }) => changes.map(({ resource }) => resource.id as string)));
  const lapsed = pauses.filter((pause) => isLapsed(pause) && !held.has(pause.scope));
  return { planned, waiting, deferred: defer(planned, attempts, { now, version: packageFile.version }), lapsed, pauses: standing };
}

/** A plan in which what is to be put back was kept first. */
export interface Begun {
  readonly set: SetAside;
  readonly returning: readonly Returning[];
  readonly notices: readonly string[];
}

/** Keep what is about to be put back. Where the host refuses even that, it stays as it is for now, and everything else goes on. */
export async function beginReturns(machine: Machine, whole: Planned, { standing, set }: { readonly standing: Standing; readonly set: SetAside }): Promise<Begun> {
  try {
    return { set, returning: await beginReturn(machine, set.planned, set.lapsed), notices: [] };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    const notices = set.lapsed.map(({ scope }) => `${scopeName(scope)} is not put back to what git says: ${error.message}, and nothing is put back without a copy`);
    return { set: await setAside(machine, whole, { ...standing, now: 0 }), returning: [], notices };
  }
}

interface Ended {
  readonly standing: Standing;
  readonly set: SetAside;
  readonly returning: readonly Returning[];
  readonly outcomes: readonly Outcome[];
  readonly source: Pick<Source, 'remote' | 'rollbacks'>;
  /** Units: milliseconds since the epoch. */
  readonly now: number;
}

/** Write down how everything stands after a run. */
export async function settleAside(machine: Machine, { standing, set, returning, outcomes, source, now }: Ended): Promise<{ readonly outcomes: readonly Outcome[]; readonly aside: Aside; readonly notices: readonly string[] }> {
  const seconds = Math.floor(now / 1000);
  const receipts = await endReturn(machine, returning, { outcomes, now: seconds });
  const over = new Set(returning.filter((_, index) => receipts[index]?.returned !== null).map(({ pause }) => keyOf(pause)));
  if (over.size > 0) await writePauses(machine, (await readPauses(machine)).value.filter((pause) => !over.has(keyOf(pause))));
  const failed = failedIn(outcomes, { planned: set.planned, deferred: set.deferred, now: seconds });
  const { notices, rollbacks } = await settleRollbacks(machine, source.rollbacks, seconds);
  await writeAttempts(machine, { ...standing.attempts, version: packageFile.version, resources: failed, remotes: silentAfter(standing.attempts, { asked: standing.remotes.asked, answered: source.remote, now: seconds }) });
  const aside = { pauses: set.pauses, rollbacks, receipts };
  return { outcomes: withNext(outcomes, failed, set.deferred), aside, notices: [...notices, ...asideNotices(aside)] };
}

/** The same after a run that had nothing to do: only which remotes answered can be new. Units: `now` in milliseconds since the epoch. Errors: MachineError. */
export async function settleRemotes(machine: Machine, { attempts, remotes: { asked } }: Standing, { answered, now }: { readonly answered: string | null; readonly now: number }): Promise<void> {
  const remotes = silentAfter(attempts, { asked, answered, now: Math.floor(now / 1000) });
  await writeAttempts(machine, { ...attempts, version: packageFile.version, resources: [], remotes });
}

/** Say all that is set aside. */
export function asideNotices({ pauses, rollbacks, receipts }: Aside): readonly string[] {
  return [...rollbackNotices(rollbacks), ...pauseNotices(pauses), ...receiptNotices(receipts)];
}

/** Say how rollbacks stand. Units: `now` in unix seconds. */
export function standingRollbacks(rollbacks: Source['rollbacks'], now: number): readonly RollbackStanding[] {
  return rollbacks.filter(({ owners }) => owners.length > 0).map((rollback) => ({ ...rollback, overdue: rollback.until !== null && rollback.until <= now }));
}

/** A rollback is over when everybody whom it was about has other documents by now. */
async function settleRollbacks(machine: Machine, found: Source['rollbacks'], now: number): Promise<{ readonly rollbacks: readonly RollbackStanding[]; readonly notices: readonly string[] }> {
  const over = found.filter(({ owners }) => owners.length === 0);
  if (over.length > 0) {
    const gone = new Set(over.map(keyOf));
    await writeRollbacks(machine, (await readRollbacks(machine)).value.filter((each) => !gone.has(keyOf(each))));
  }
  const notices = over.map((each) => `the rollback of ${rolledBack(each)} is over: what it was about has changed since, and is used`);
  return { rollbacks: standingRollbacks(found, now), notices };
}

function keyOf(word: { readonly since: number; readonly scope?: string; readonly owner?: string | null; readonly bad?: string }): string {
  return JSON.stringify([word.scope, word.owner, word.bad, word.since]);
}
