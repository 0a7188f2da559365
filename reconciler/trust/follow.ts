/**
 * One step of following a branch, as a run on a host begins: fetch it from the first remote that answers, and judge what is new. When
 * none answers the host stays where it is: a co-op's host must not need the co-op's own git server to start. What is believed is kept
 * only when `keep` is called, after the host was made so: verify, plan, converge, and then the ratchet.
 */
import { GitError } from '../git/error.ts';
import { about, backwards, recordedTip, recordTip } from '../git/ratchet.ts';
import { fetchBranch, type Fetched, type RemoteFailure, type Wanted } from '../git/remote.ts';
import { readCommit, readTree, type Repository } from '../git/store.ts';
import type { Verdict } from '../model/authority.ts';
import type { Problem } from '../model/problem.ts';
import type { Tip, Trusted } from '../model/trusted.ts';
import { isTrustOn } from './charter.ts';
import { believe, verify } from './verify.ts';

export interface Followed extends Omit<Fetched, 'tip'> {
  /** What is in force. */
  readonly trusted: Trusted;
  readonly verdicts: readonly Verdict[];
  /** How long ago a remote last said that the branch is there; 0 when one just did. */
  readonly ageSeconds: number;
  readonly problems: readonly Problem[];
  /** When a remote said so, when that is new. Units: milliseconds since the epoch. */
  readonly confirmedAt: number | null;
  /** Did the branch go where this host does not follow it? One of the problems says where. */
  readonly stays: boolean;
  /** Believe it from now on, and never go back behind it. */
  keep(): Promise<void>;
}

/** Units: `now` in milliseconds since the epoch. `pin`: the first commit that this host was told to believe. */
export interface Standing {
  readonly now: number;
  readonly pin: string | null;
  /** What was fetched a moment ago: nobody is asked again. */
  readonly fetched?: Fetched | undefined;
}

/** Fetch a branch and judge it, or stay at what is believed. Errors: GitError when nothing was ever fetched, or nothing there can be believed. */
export async function follow(mirror: Repository, wanted: Wanted, { now, pin, fetched: before }: Standing): Promise<Followed> {
  const { tip, ...fetched } = before ?? (await fetchBranch(mirror, wanted));
  if (tip === null) throw nothing(wanted.branch, fetched.failures);
  const { value: recorded, problems } = await recordedTip(mirror);
  const ageSeconds = Math.max(0, Math.round((now - (recorded?.time ?? now)) / 1000));
  const known = recorded === null ? null : await believed(mirror, recorded);
  if (known !== null && fetched.remote === null) return { ...fetched, trusted: known, verdicts: [], ageSeconds, problems, confirmedAt: null, stays: false, keep: async () => {} };
  const start = known ?? (await believe(mirror, await firstOf(mirror, pin, tip)));
  const first = known === null && pin === null && (await isTrustOn(mirror, start.tree)) ? [unpinned(tip)] : [];
  const verified = await verify(mirror, start, tip);
  if (verified === null && known === null) throw new GitError(`cannot believe commit ${tip}: it does not descend from ${start.commit}, the first that this host is told to trust`);
  if (verified === null) return { ...fetched, trusted: start, verdicts: [], ageSeconds, problems: [...problems, backwards(mirror, start.commit, tip)], confirmedAt: null, stays: true, keep: async () => {} };
  return { ...fetched, ...verified, ageSeconds: 0, problems: [...problems, ...first], confirmedAt: now, stays: false, keep: () => recordTip(mirror, { oid: tip, time: now, trusted: verified.trusted }) };
}

/** What a record says is believed. Errors: GitError when what was in force cannot be found again. */
export async function believed(mirror: Repository, { oid, trusted }: Tip): Promise<Trusted> {
  return trusted === null ? believe(mirror, oid) : restored(mirror, trusted);
}

/** A mirror that was deleted took trees along that only croft made. Judging the way again from where they begin makes them again, the same ones. */
async function restored(mirror: Repository, trusted: Trusted): Promise<Trusted> {
  const [earliest = trusted.commit] = trusted.overrides.keys();
  if (await isThere(mirror, trusted.tree)) return trusted;
  const [parent = earliest] = (await readCommit(mirror, earliest)).parents;
  const verified = await verify(mirror, await believe(mirror, parent), trusted.commit);
  if (verified?.trusted.tree === trusted.tree) return verified.trusted;
  throw new GitError(`cannot find what was in force on this host at ${trusted.commit}: the tree ${trusted.tree} is gone with the mirror; remove ${mirror.copy ?? mirror.gitdir} to begin at what config.yaml says is trusted`);
}

async function isThere(mirror: Repository, tree: string): Promise<boolean> {
  try {
    await readTree(mirror, tree);
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}

async function firstOf(mirror: Repository, pin: string | null, tip: string): Promise<string> {
  if (pin === null) return tip;
  try {
    return (await believe(mirror, pin)).commit;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new GitError(`cannot believe commit ${tip}: ${pin}, the first that this host is told to trust, is not in its history`);
  }
}

function nothing(branch: string, failures: readonly RemoteFailure[]): GitError {
  const why = failures.map(({ url, message }) => `; ${url}: ${message}`).join('');
  return new GitError(`cannot fetch the branch ${branch}, and no earlier copy of it is here${why}`);
}

/** Say that a host believed a commit only because it was the first it saw. */
function unpinned(commit: string): Problem {
  return { ...about('unpinned', `cannot tell whether ${commit} is the co-op's: this host believes it because it was the first that it saw`), hint: `put "trusted: ${commit}" into /etc/croft/config.yaml when you have seen that it is` };
}
