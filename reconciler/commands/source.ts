import { join } from 'node:path';
import { blame } from '../git/blame.ts';
import { copyOf, openMirror } from '../git/mirror.ts';
import { recordedTip } from '../git/ratchet.ts';
import { fetchBranch, type Fetched } from '../git/remote.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import type { Repository } from '../git/store.ts';
import { formatProblem } from '../model/problem.ts';
import type { Verdict } from '../model/authority.ts';
import type { Revision, Snapshot } from '../model/snapshot.ts';
import type { Source as Line } from '../model/source.ts';
import { holdsOf, type Trusted } from '../model/trusted.ts';
import type { Wanted } from '../reconcile.ts';
import { ago } from '../report/words.ts';
import { believed, follow } from '../trust/follow.ts';
import { inForce, inForceBefore } from '../trust/snapshots.ts';
import { believe, verify } from '../trust/verify.ts';
import { UsageError } from './command.ts';
import { isFarAway, type Place } from './place.ts';

/** A commit to work with, and where it came from. */
export interface Source {
  readonly wanted: Wanted;
  /** What of the commit is in force. */
  readonly trusted: Trusted;
  /** The last word on every path that came new. */
  readonly verdicts: readonly Verdict[];
  readonly repository: Repository;
  /** Which remote answered; null when none was asked or none did. */
  readonly remote: string | null;
  readonly notices: readonly string[];
  /** Who last changed a line; null when git cannot tell. */
  blame(line: Line): Promise<Revision | null>;
}

/** A commit that this host may move to. */
export interface Newest extends Source {
  /** Believe it from now on: to be called when the host was made so. */
  keep(): Promise<void>;
}

/** Fetch the newest commit that this host may move to, and judge it. Offline, or when nothing answers: the last good one. */
export async function newest(place: Place, { offline, now }: { readonly offline: boolean; readonly now: number }): Promise<Newest> {
  const mirror = await openMirror(mirrorOf(place));
  const followed = await follow(mirror, { remotes: offline ? [] : place.remotes, branch: place.branch, identity: place.identity }, { now, pin: place.pin });
  const { trusted, verdicts, remote, problems, ageSeconds, keep } = followed;
  const age = remote === null ? [`the last good commit is used; a remote last confirmed it ${ago(ageSeconds * 1000)}`] : [];
  const notices = [...silent(followed), ...age, ...problems.map(formatProblem)];
  return { ...(await sourceOf(mirror, trusted, { verdicts, remote, notices })), keep };
}

/**
 * The commit to look at without moving this host: a revision that was asked for; the branch of a repository on this machine; else
 * what the last run used, or (with `fetch`) what the remote has now. What this host does not believe is left out of it.
 */
export async function known(place: Place, { fetch }: { readonly fetch: boolean }): Promise<Source> {
  const [first = ''] = place.remotes;
  const recorded = (await recordedTip({ gitdir: mirrorOf(place), copy: copyOf(mirrorOf(place)) })).value;
  if (!isFarAway(first) && (recorded === null || place.revision !== null)) {
    const repository = await openRepository(first);
    return sourceOf(repository, await believe(repository, await resolveRevision(repository, place.revision ?? place.branch)));
  }
  const mirror = await openMirror(mirrorOf(place));
  const asked = /^[0-9a-f]{40}$/.test(place.revision ?? '') ? place.revision : null;
  if (asked !== null) return sourceOf(mirror, await believe(mirror, asked));
  const start = recorded === null ? null : await believed(mirror, recorded);
  if (start !== null && !fetch && place.revision === null) return sourceOf(mirror, start);
  const fetched = await fetchBranch(mirror, { remotes: place.remotes, branch: place.revision ?? place.branch, identity: place.identity });
  const { tip, remote } = fetched;
  if (tip === null || (remote === null && place.revision !== null)) throw new UsageError(`cannot find any commit to look at\n${silent(fetched).join('\n')}`);
  const { trusted, verdicts = [] } = (start === null || place.revision !== null ? null : await verify(mirror, start, tip)) ?? { trusted: await believe(mirror, tip) };
  return sourceOf(mirror, trusted, { verdicts, remote, notices: remote === null ? [...silent(fetched), 'this is about the last good commit'] : silent(fetched) });
}

function silent({ failures }: Pick<Fetched, 'failures'>): readonly string[] {
  return failures.map(({ url, message }) => `${url} did not answer: ${message}`);
}

/** Read one commit of a repository on this machine; its main branch, or HEAD where there is none, unless a revision is given. */
export async function snapshotAt(path: string, revision: string | null): Promise<Snapshot> {
  const repository = await openRepository(path);
  return snapshotOf(repository, await resolveRevision(repository, revision ?? 'main'));
}

async function sourceOf(repository: Repository, trusted: Trusted, from: Partial<Pick<Source, 'remote' | 'notices' | 'verdicts'>> = {}): Promise<Source> {
  const head = await inForce(repository, trusted);
  return {
    remote: null, notices: [], verdicts: [], ...from,
    repository, trusted,
    wanted: { head, ancestors: () => inForceBefore(repository, trusted), refused: holdsOf(trusted) },
    blame: ({ file, line }) => blame(repository, trusted.commit, { path: file, line }),
  };
}

function mirrorOf({ stateDirectory }: Place): string {
  return join(stateDirectory, 'repository.git');
}
