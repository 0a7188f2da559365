/**
 * One step of following a branch, as a run on a host begins: fetch it from the first remote that answers, and move forward if it did.
 * When none answers the host stays where it is: a co-op's host must not need the co-op's own git server to start.
 */
import type { Problem } from '../model/problem.ts';
import { GitError } from './error.ts';
import { advance, recordedTip } from './ratchet.ts';
import { fetchBranch, type Fetched, type RemoteFailure, type Wanted } from './remote.ts';
import type { Repository } from './store.ts';

export interface Followed extends Omit<Fetched, 'tip'> {
  /** The commit in force. */
  readonly tip: string;
  /** How long ago a remote last said that the branch is there; 0 when one just did. */
  readonly ageSeconds: number;
  readonly problems: readonly Problem[];
}

/**
 * Fetch a branch and move to it, or stay at the last good commit.
 * Units: `now` in milliseconds since the epoch.
 * Errors: GitError when nothing was ever fetched.
 */
export async function follow(mirror: Repository, wanted: Wanted, now: number): Promise<Followed> {
  const { tip, remote, failures } = await fetchBranch(mirror, wanted);
  if (tip === null) throw nothing(wanted.branch, failures);
  const recorded = await recordedTip(mirror);
  const ageSeconds = Math.max(0, Math.round((now - (recorded.value?.time ?? now)) / 1000));
  if (remote === null) return { tip, remote, failures, ageSeconds, problems: recorded.problems };
  const { value, problems } = await advance(mirror, tip, now);
  return { tip: value, remote, failures, ageSeconds: value === tip ? 0 : ageSeconds, problems };
}

function nothing(branch: string, failures: readonly RemoteFailure[]): GitError {
  const why = failures.map(({ url, message }) => `; ${url}: ${message}`).join('');
  return new GitError(`cannot fetch the branch ${branch}, and no earlier copy of it is here${why}`);
}
