import { join } from 'node:path';
import { blame } from '../git/blame.ts';
import { follow } from '../git/follow.ts';
import { openMirror } from '../git/mirror.ts';
import { recordedTip } from '../git/ratchet.ts';
import { fetchBranch } from '../git/remote.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { ancestors, snapshotOf } from '../git/snapshot.ts';
import type { Repository } from '../git/store.ts';
import { formatProblem } from '../model/problem.ts';
import type { Revision, Snapshot } from '../model/snapshot.ts';
import type { Source as Line } from '../model/source.ts';
import type { Wanted } from '../reconcile.ts';
import { ago } from '../report/words.ts';
import { UsageError } from './command.ts';
import type { Place } from './place.ts';

/** A commit to work with, and where it came from. */
export interface Source {
  readonly wanted: Wanted;
  /** Which remote answered; null when none was asked or none did. */
  readonly remote: string | null;
  readonly notices: readonly string[];
  /** Who last changed a line; null when git cannot tell. */
  blame(line: Line): Promise<Revision | null>;
}

/** Fetch the newest commit that this host may move to, and move there. Offline, or when nothing answers: the last good one. */
export async function newest(place: Place, { offline, now }: { readonly offline: boolean; readonly now: number }): Promise<Source> {
  const mirror = await openMirror(mirrorOf(place));
  const { tip, remote, failures, problems, ageSeconds } = await follow(mirror, { remotes: offline ? [] : place.remotes, branch: place.branch }, now);
  const silent = failures.map(({ url, message }) => `${url} did not answer: ${message}`);
  const age = remote === null ? [`the last good commit is used; a remote last confirmed it ${ago(ageSeconds * 1000)}`] : [];
  return sourceOf(mirror, tip, { remote, notices: [...silent, ...age, ...problems.map(formatProblem)] });
}

/**
 * The commit to look at without moving this host: a revision that was asked for; the branch of a repository on this machine; else
 * what the last run used, or (with `fetch`) what the remote has now.
 */
export async function known(place: Place, { fetch }: { readonly fetch: boolean }): Promise<Source> {
  const [first = ''] = place.remotes;
  if (!first.includes('://')) {
    const repository = await openRepository(first);
    return sourceOf(repository, await resolveRevision(repository, place.revision ?? place.branch));
  }
  const mirror = await openMirror(mirrorOf(place));
  const recorded = (await recordedTip(mirror)).value?.oid ?? null;
  const asked = /^[0-9a-f]{40}$/.test(place.revision ?? '') ? place.revision : null;
  if (asked !== null) return sourceOf(mirror, asked);
  if (recorded !== null && !fetch && place.revision === null) return sourceOf(mirror, recorded);
  const { tip, remote, failures } = await fetchBranch(mirror, { remotes: place.remotes, branch: place.revision ?? place.branch });
  const silent = failures.map(({ url, message }) => `${url} did not answer: ${message}`);
  if (tip === null || (remote === null && place.revision !== null)) throw new UsageError(`cannot find any commit to look at\n${silent.join('\n')}`);
  return sourceOf(mirror, tip, { remote, notices: remote === null ? [...silent, 'this is about the last good commit'] : silent });
}

/** Read one commit of a repository on this machine; its main branch, or HEAD where there is none, unless a revision is given. */
export async function snapshotAt(path: string, revision: string | null): Promise<Snapshot> {
  const repository = await openRepository(path);
  return snapshotOf(repository, await resolveRevision(repository, revision ?? 'main'));
}

async function sourceOf(repository: Repository, tip: string, from: { readonly remote: string | null; readonly notices: readonly string[] } = { remote: null, notices: [] }): Promise<Source> {
  const head = await snapshotOf(repository, tip);
  return {
    ...from,
    wanted: { head, ancestors: () => ancestors(repository, tip) },
    blame: ({ file, line }) => blame(repository, tip, { path: file, line }),
  };
}

function mirrorOf({ stateDirectory }: Place): string {
  return join(stateDirectory, 'repository.git');
}
