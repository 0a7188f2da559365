import { compose, mixtureOf, NOTHING } from '../desired/versions.ts';
import { blame } from '../git/blame.ts';
import { copyOf, openMirror } from '../git/mirror.ts';
import { recordedTip } from '../git/ratchet.ts';
import { fetchBranch, type Fetched } from '../git/remote.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import type { Repository } from '../git/store.ts';
import { formatProblem } from '../model/problem.ts';
import type { Rollback } from '../model/aside.ts';
import type { Verdict } from '../model/authority.ts';
import { ownerOf, type Owner } from '../model/owner.ts';
import type { Revision, Snapshot } from '../model/snapshot.ts';
import type { Source as Line } from '../model/source.ts';
import { holdsOf, type Trusted } from '../model/trusted.ts';
import { ago } from '../report/words.ts';
import { believed, follow } from '../trust/follow.ts';
import { inForce, inForceAt, inForceBefore } from '../trust/snapshots.ts';
import { believe } from '../trust/verify.ts';
import { UsageError } from './command.ts';
import { wentBack, type WentBack } from './go-back.ts';
import { isFarAway, type Desk } from './place.ts';
import { mirrorOf } from './rooms.ts';
import { silent } from './silent.ts';

/** A commit to work with, and where it came from. */
export interface Source {
  readonly wanted: WentBack['wanted'];
  /** What of the commit is in force. */
  readonly trusted: Trusted;
  /** The last word on every path that came new. */
  readonly verdicts: readonly Verdict[];
  readonly repository: Repository;
  /** Which remote answered; null when none was asked or none did. */
  readonly remote: string | null;
  readonly notices: readonly string[];
  /** Did the branch go where this host does not follow it? A notice says where. */
  readonly stays: boolean;
  /** What of it is taken from an older commit, because somebody said so on this host. */
  readonly rollbacks: WentBack['rollbacks'];
  /** Who last changed a line of what is in force, or of a commit; null when git cannot tell. */
  blame(line: Line, commit?: string): Promise<Revision | null>;
}

/** A commit that this host may move to. */
export interface Newest extends Source {
  /** When a remote said so, when that is new. Units: milliseconds since the epoch. */
  readonly confirmedAt: number | null;
}

/** How to move to the newest commit. Units: milliseconds since the epoch. */
export interface Moving {
  readonly offline: boolean;
  readonly now: number;
  /** What was found in force a moment ago. */
  readonly at: Trusted | null;
  /** How long to wait each time before remotes are asked again that could not answer just then. Units: seconds. */
  readonly again?: readonly number[];
  /** What was fetched a moment ago. */
  readonly fetched?: Fetched | undefined;
  /** The mirror, where it is open already. */
  readonly mirror?: Repository | null;
}

/** Fetch the newest commit that this host may move to, and judge it. Offline, or when nothing answers: the last good one. */
export async function newest(desk: Desk, { offline, now, at, again = [], fetched, mirror: opened = null }: Moving): Promise<Newest> {
  const mirror = opened ?? (await openMirror(mirrorOf(desk)));
  if (at !== null) return { ...(await sourceOf(mirror, at, { back: desk.rollbacks })), confirmedAt: null };
  const followed = await follow(mirror, { remotes: offline ? [] : desk.remotes, branch: desk.branch, identity: desk.identity, again }, { now, pin: desk.pin, fetched });
  const { trusted, verdicts, remote, problems, ageSeconds, confirmedAt, stays } = followed;
  const age = remote === null ? [`the last good commit is used; a remote last confirmed it ${ago(ageSeconds * 1000)}`] : [];
  const notices = [...silent(followed), ...age, ...problems.map(formatProblem)];
  return { ...(await sourceOf(mirror, trusted, { verdicts, remote, notices, stays, back: desk.rollbacks })), confirmedAt };
}

/**
 * The commit to look at without moving this host: a revision that was asked for; the branch of a repository on this machine; else
 * what the last run used, or (with `fetch`) what a run would use now. What this host does not believe is left out of it.
 */
export async function known(desk: Desk, { fetch, at = null }: { readonly fetch: boolean; readonly at?: Trusted | null }): Promise<Source> {
  const [first = ''] = desk.remotes;
  const recorded = (await recordedTip({ gitdir: mirrorOf(desk), copy: copyOf(mirrorOf(desk)) })).value;
  if (!isFarAway(first) && (recorded === null || desk.revision !== null)) {
    const repository = await openRepository(first);
    return sourceOf(repository, at ?? (await believe(repository, await resolveRevision(repository, desk.revision ?? desk.branch))));
  }
  const mirror = await openMirror(mirrorOf(desk));
  if (at !== null) return sourceOf(mirror, at, { back: desk.revision === null ? desk.rollbacks : [] });
  const asked = /^[0-9a-f]{40}$/.test(desk.revision ?? '') ? desk.revision : null;
  if (asked !== null) return sourceOf(mirror, await believe(mirror, asked));
  if (desk.revision !== null) return anotherBranch(mirror, desk, desk.revision);
  if (recorded !== null && !fetch) return sourceOf(mirror, await believed(mirror, recorded), { back: desk.rollbacks });
  const followed = await follow(mirror, { remotes: desk.remotes, branch: desk.branch, identity: desk.identity }, { now: recorded?.time ?? 0, pin: desk.pin });
  const { trusted, verdicts, remote, problems, stays } = followed;
  const notices = [...silent(followed), ...(remote === null ? ['this is about the last good commit'] : []), ...problems.map(formatProblem)];
  return sourceOf(mirror, trusted, { back: desk.rollbacks, verdicts, remote, notices, stays });
}

/** What somebody wants to look at is taken as it is: nothing is made of it. */
async function anotherBranch(mirror: Repository, { remotes, identity }: Desk, branch: string): Promise<Source> {
  const fetched = await fetchBranch(mirror, { remotes, branch, identity });
  const { tip, remote } = fetched;
  if (tip === null || remote === null) throw new UsageError(`cannot find any commit to look at\n${silent(fetched).join('\n')}`);
  return sourceOf(mirror, await believe(mirror, tip), { remote, notices: silent(fetched) });
}

/** Read one commit of a repository on this machine; its main branch, or HEAD where there is none, unless a revision is given. */
export async function snapshotAt(path: string, revision: string | null): Promise<Snapshot> {
  const repository = await openRepository(path);
  return snapshotOf(repository, await resolveRevision(repository, revision ?? 'main'));
}

interface From extends Partial<Pick<Source, 'remote' | 'notices' | 'verdicts' | 'stays'>> {
  readonly back?: readonly Rollback[];
}

async function sourceOf(repository: Repository, trusted: Trusted, { back = [], ...from }: From = {}): Promise<Source> {
  const newestOf = { head: await inForce(repository, trusted), ancestors: () => inForceBefore(repository, trusted), refused: holdsOf(trusted) };
  const { wanted, rollbacks, commitOf } = await wentBack(repository, trusted, { wanted: newestOf, rollbacks: back });
  return {
    remote: null, notices: [], verdicts: [], stays: false, ...from,
    repository, trusted, wanted, rollbacks,
    blame: ({ file, line }, commit) => blame(repository, commit ?? commitOf(ownerOf(file)) ?? trusted.commit, { path: file, line, ...(commit === undefined ? versionIn(wanted.head, file) : {}) }),
  };
}

/** What was refused of a file is in the commit, and is not what is in force. */
function versionIn({ files }: Snapshot, path: string): { readonly oid?: string } {
  const oid = files.find((file) => file.path === path)?.oid;
  return oid === undefined ? {} : { oid };
}

/** Put the documents of those in the place who are held at an older commit, as the last run on this host found. */
export async function heldAt(source: Source, held: ReadonlyMap<Owner, string>): Promise<Source> {
  const { head, kept } = source.wanted;
  const mixture = new Map(mixtureOf(head));
  const owners = [...held].filter(([owner]) => kept?.owners.has(owner) !== true);
  for (const [owner, commit] of owners) mixture.set(owner, mixtureOf(await inForceAt(source.repository, source.trusted, commit)).get(owner) ?? NOTHING);
  if (owners.length === 0) return source;
  const wanted = { ...source.wanted, head: compose(mixture, head), kept: { owners: new Set([...(kept?.owners ?? []), ...owners.map(([owner]) => owner)]), newest: kept?.newest ?? head } };
  return { ...source, wanted, blame: (line, commit) => source.blame(line, commit ?? held.get(ownerOf(line.file))) };
}
