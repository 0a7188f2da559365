import { digest } from '../model/digest.ts';
import { isEarly, later, waitAfter, type Attempts, type RemoteAttempt } from './backoff.ts';

/** A git server that comes back should not have to wait for long to be heard. Units: seconds. */
const longestSilence = 5 * 60;

/** Which remotes are asked, and which are not yet. */
export interface Asked {
  readonly asked: readonly string[];
  /** A sentence for each that is not. */
  readonly notices: readonly string[];
}

/** Choose the remotes to ask. Units: `now` in unix seconds. */
export function askable(remotes: readonly string[], attempts: Attempts, now: number): Asked {
  const early = new Map(attempts.remotes.filter((attempt) => isEarly(attempt, now)).map((attempt) => [attempt.remote, attempt]));
  const skipped = remotes.flatMap((remote) => early.get(digest(remote)) ?? []);
  const asked = remotes.filter((remote) => !early.has(digest(remote)));
  const shown = (remote: string): string => remote.replace(/\/\/[^/]*@/, '//…@');
  const silent = remotes.filter((remote) => early.has(digest(remote)));
  return { asked, notices: skipped.map((attempt, index) => `${shown(silent[index] ?? '')} is not asked: ${later('it did not answer', attempt)}`) };
}

/** Remember which remotes did not answer: all that were asked before the one that did. Units: `now` in unix seconds. */
export function silentAfter(attempts: Attempts, { asked, answered, now }: { readonly asked: readonly string[]; readonly answered: string | null; readonly now: number }): readonly RemoteAttempt[] {
  const before = new Map(attempts.remotes.map((attempt) => [attempt.remote, attempt]));
  const end = answered === null ? asked.length : asked.indexOf(answered);
  const silent = asked.slice(0, Math.max(0, end)).map(digest);
  const tried = new Set(asked.slice(0, end + 1).map(digest));
  const failed = silent.map((remote) => {
    const failures = (before.get(remote)?.failures ?? 0) + 1;
    return { remote, failures, next: now + waitAfter(failures, longestSilence) };
  });
  return [...attempts.remotes.filter(({ remote }) => !tried.has(remote)), ...failed];
}
