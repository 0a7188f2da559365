/**
 * Brings a branch of the first remote that answers into the mirror. The order is what makes it safe: ask where the branch is; if that
 * commit is here and whole, nothing is fetched; else bring what is missing into a side room, read there everything the new commits
 * would be used for, and only then move it in. Whatever goes wrong on the way is that remote's failure, and the next one is asked.
 * The commit is returned, not believed: whether the host may move to it is the ratchet's question.
 */
import { because, GitError } from './error.ts';
import { firstParents, isAncestor } from './history.ts';
import type { Limits } from './http.ts';
import { dropIncoming, isScattered, makeIncoming, takeIn } from './mirror.ts';
import { recordedTip } from './ratchet.ts';
import { snapshotOf } from './snapshot.ts';
import { readCommit, type Repository } from './store.ts';
import type { Transport } from './transport.ts';
import { transportTo } from './transports.ts';

export interface Wanted {
  /** http(s) URLs, file URLs or paths, the preferred one first. */
  readonly remotes: readonly string[];
  readonly branch: string;
  readonly limits?: Limits;
}

export interface RemoteFailure {
  readonly url: string;
  readonly message: string;
}

export interface Fetched {
  /** Where the branch is; when no remote answered, where it was when one last did; null when none ever did. */
  readonly tip: string | null;
  /** The remote that answered; null when none did. */
  readonly remote: string | null;
  /** The remotes before it that did not, and why. */
  readonly failures: readonly RemoteFailure[];
}

/** What a host lets a remote cost it, unless it is told otherwise. */
export const usualLimits: Limits = { wholeSeconds: 60, silenceSeconds: 15, packBytes: 256 * 1024 * 1024 };

/** Fetching everything may take this many times as long as what is new. */
const patience = 5;

/** How many new commits are read whole before they are taken in. */
const mostChecked = 1000;

/** Fetch a branch into the mirror from the first remote that answers. A remote that fails is told, not thrown. */
export async function fetchBranch(mirror: Repository, { remotes, branch, limits = usualLimits }: Wanted): Promise<Fetched> {
  const failures: RemoteFailure[] = [];
  for (const remote of remotes) {
    try {
      return { tip: await fetchFrom(mirror, { remote, branch, limits }), remote, failures };
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      failures.push({ url: withoutSecrets(remote), message: error.message });
    }
  }
  const { value } = await recordedTip(mirror);
  return { tip: value?.oid ?? null, remote: null, failures };
}

interface One {
  readonly remote: string;
  readonly branch: string;
  readonly limits: Limits;
}

/** What failed is told in a report that everybody on the host may read. */
function withoutSecrets(remote: string): string {
  return remote.replace(/\/\/[^/]*@/, '//…@');
}

async function fetchFrom(mirror: Repository, one: One): Promise<string> {
  const tip = (await recordedTip(mirror)).value?.oid ?? null;
  const haves = await knownTo(mirror, tip);
  const { wholeSeconds } = one.limits;
  const transport = transportTo(one.remote, haves.length > 0 ? one.limits : { ...one.limits, wholeSeconds: wholeSeconds * patience });
  try {
    const oid = await transport.tipOf(one.branch);
    if (!(await isWhole(mirror, oid))) await bring(mirror, transport, { oid, tip, haves });
    return oid;
  } finally {
    transport.close();
  }
}

interface Delivery {
  readonly oid: string;
  readonly tip: string | null;
  readonly haves: readonly string[];
}

async function bring(mirror: Repository, transport: Transport, { oid, tip, haves }: Delivery): Promise<void> {
  const view = await makeIncoming(mirror);
  try {
    const [into = ''] = view.stores;
    await transport.bring({ oid, haves, gitdir: mirror.gitdir, into });
    const onward = await check(mirror, view, { oid, tip });
    await takeIn(mirror, { view, alone: onward && haves.length === 0 });
  } catch (error) {
    throw error instanceof GitError ? error : new GitError(`cannot store what came: ${because(error)}`);
  } finally {
    await dropIncoming(mirror);
  }
}

/** Read all that the new commits would be used for. Answers whether they descend from the tip in force. Errors: GitError when something is missing. */
async function check(mirror: Repository, view: Repository, { oid, tip }: { readonly oid: string; readonly tip: string | null }): Promise<boolean> {
  let left = tip === null ? 1 : mostChecked;
  for await (const commit of firstParents(view, oid)) {
    await snapshotOf(view, commit.oid);
    left -= 1;
    if (left === 0 || (commit.parents[0] !== undefined && (await isHere(mirror, commit.parents[0])))) break;
  }
  return tip === null || isAncestor(view, tip, oid);
}

/** Commits to name to the other side: the tip and ever older ancestors of it; none when all is wanted anew. */
async function knownTo(mirror: Repository, tip: string | null): Promise<readonly string[]> {
  if (tip === null || (await isScattered(mirror)) || !(await isWhole(mirror, tip))) return [];
  const known: string[] = [];
  let distance = 0;
  for await (const { oid } of firstParents(mirror, tip)) {
    if (distance === 0 || Math.log2(distance) % 1 === 0) known.push(oid);
    if (distance === 64) break;
    distance += 1;
  }
  return known;
}

async function isWhole(mirror: Repository, oid: string): Promise<boolean> {
  return succeeds(() => snapshotOf(mirror, oid));
}

async function isHere(mirror: Repository, oid: string): Promise<boolean> {
  return succeeds(() => readCommit(mirror, oid));
}

async function succeeds(reading: () => Promise<unknown>): Promise<boolean> {
  try {
    await reading();
    return true;
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}
