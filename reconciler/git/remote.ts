/**
 * Brings a branch of the first remote that answers into the mirror. The order is what makes it safe: ask where the branch is; if that
 * commit is here and whole, nothing is fetched; else bring what is missing into a side room, read there everything the new commits
 * would be used for, and only then move it in. Whatever goes wrong on the way is that remote's failure, and the next one is asked.
 * The commit is returned, not believed: whether the host may move to it is the ratchet's question.
 */
import { because, GitError } from './error.ts';
import { firstParents, isAncestor } from './history.ts';
import { usualLimits, type Limits } from './http.ts';
import { isHere, isWhole, knownTo } from './haves.ts';
import { dropIncoming, isScattered, incomingOf, makeIncoming, takeIn } from './mirror.ts';
import { recordedTip } from './ratchet.ts';
import { refsThrough, type Below } from './refs.ts';
import { snapshotOf } from './snapshot.ts';
import type { SshIdentity } from './ssh/identity.ts';
import { emptyCache, type Repository } from './store.ts';
import type { Transport } from './transport.ts';
import { transportTo } from './transports.ts';

export interface Wanted {
  /** http(s), ssh or file URLs, `user@host:path`, or paths; the preferred one first. */
  readonly remotes: readonly string[];
  readonly branch: string;
  readonly limits?: Limits;
  /** Who one is to servers behind ssh; without it none of them is asked. */
  readonly identity?: SshIdentity | null;
  /** Refs to bring as well, over the same connection: those whose names begin so. */
  readonly also?: string;
  /** Where nothing more is to be done, if that is where the branch is: not even to see whether all of it is here. */
  readonly enough?: string;
  /** How long to wait each time before those are asked again that could not answer just then; without it nobody is. Units: seconds. */
  readonly again?: readonly number[];
}

export interface RemoteFailure {
  readonly url: string;
  readonly message: string;
  /** May it be over in a moment? */
  readonly passing: boolean;
}

export interface Fetched {
  /** Where the branch is; when no remote answered, where it was when one last did; null when none ever did. */
  readonly tip: string | null;
  /** The remote that answered; null when none did. */
  readonly remote: string | null;
  /** The remotes before it that did not, and why; and the one that did, when it did not give the refs asked for besides. */
  readonly failures: readonly RemoteFailure[];
  /** Why the one that answered did not when it was asked first; not there when it did. */
  readonly first?: RemoteFailure;
  /** Where the refs asked for besides are; not there when none were asked for, or they did not come. */
  readonly refs?: ReadonlyMap<string, string>;
}

/** Fetching everything may take this many times as long as what is new. */
const patience = 5;

/** How many new commits are read whole before they are taken in. */
const mostChecked = 1000;

/** Fetch a branch into the mirror from the first remote that answers. `before`: what came of asking all of them a moment ago. A remote that fails is told, not thrown. */
export async function fetchBranch(mirror: Repository, wanted: Wanted, before: Fetched | null = null): Promise<Fetched> {
  const begun = process.uptime();
  const fetched = before ?? (await askEach(mirror, wanted));
  const { again = [], limits = usualLimits } = wanted;
  if (again.length === 0 || fetched.failures.length === 0) return fetched;
  const { askedAgain } = await import('./again.ts');
  return askedAgain(mirror, { ...wanted, again, limits }, { fetched, begun, ask: (more) => askEach(mirror, { ...wanted, ...more }) });
}

async function askEach(mirror: Repository, { remotes, branch, limits = usualLimits, identity = null, also, enough }: Wanted): Promise<Fetched> {
  const failures: RemoteFailure[] = [];
  for (const remote of remotes) {
    try {
      const { tip, refs } = await fetchFrom(mirror, { remote, branch, limits, identity, also: also ?? null, enough: enough ?? null });
      if (refs instanceof GitError) return { tip, remote, failures: [...failures, failureOf(remote, refs)] };
      return refs === null ? { tip, remote, failures } : { tip, remote, failures, refs };
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      failures.push(failureOf(remote, error));
    }
  }
  const { value } = await recordedTip(mirror);
  return { tip: value?.oid ?? null, remote: null, failures };
}

interface One {
  readonly remote: string;
  readonly branch: string;
  readonly limits: Limits;
  readonly identity: SshIdentity | null;
  readonly also: string | null;
  readonly enough: string | null;
}

/** What failed is told in a report that everybody on the host may read; who one is to a server behind ssh is no secret. */
function failureOf(remote: string, { message, passing }: GitError): RemoteFailure {
  return { url: /^ssh:\/\/[^:/]*@/.test(remote) ? remote : remote.replace(/\/\/[^/]*@/, '//…@'), message, passing };
}

interface Came {
  readonly tip: string;
  /** The error that kept them back; null when none were asked for. */
  readonly refs: ReadonlyMap<string, string> | GitError | null;
}

async function fetchFrom(mirror: Repository, one: One): Promise<Came> {
  const tip = (await recordedTip(mirror)).value?.oid ?? null;
  const haves = one.enough === null ? await havesOf(mirror, tip) : null;
  const transport = openedTo(one, haves?.length === 0);
  try {
    const oid = await transport.tipOf(one.branch);
    if (oid === one.enough) return { tip: oid, refs: one.also === null ? null : await refsBesides(mirror, transport, { prefix: one.also, tip: oid }) };
    const known = haves ?? (await havesOf(mirror, tip));
    // All of it is to come, and that may take longer than was allowed for.
    if (haves === null && known.length === 0) return await fetchFrom(mirror, { ...one, enough: null });
    if (!(await isWhole(mirror, oid)) && !(await brought(mirror, transport, { oid, tip, haves: known, maxBytes: one.limits.packBytes }))) {
      const { listed: _, ...bare } = mirror;
      return await fetchFrom(bare, { ...one, enough: null });
    }
    return { tip: oid, refs: one.also === null ? null : await refsBesides(mirror, transport, { prefix: one.also, tip: oid }) };
  } finally {
    transport.close();
  }
}

/** `isLong`: all of it is to come. */
function openedTo({ remote, limits, identity }: One, isLong: boolean): Transport {
  return transportTo(remote, isLong ? { ...limits, wholeSeconds: limits.wholeSeconds * patience } : limits, identity);
}

async function havesOf(mirror: Repository, tip: string | null): Promise<readonly string[]> {
  return (await isScattered(mirror)) ? [] : knownTo(mirror, tip);
}

/** What else is asked for must not keep the branch back. */
async function refsBesides(mirror: Repository, transport: Transport, below: Below): Promise<ReadonlyMap<string, string> | GitError> {
  try {
    return await refsThrough(transport, mirror, below);
  } catch (error) {
    if (error instanceof GitError) return error;
    throw error;
  }
}

interface Delivery {
  readonly oid: string;
  readonly tip: string | null;
  readonly haves: readonly string[];
  readonly maxBytes: number;
}

/** Bring what is new. Shape: false where that failed for want of what was listed before, is not here any more, and was named to the other side all the same. Errors: GitError. */
async function brought(mirror: Repository, transport: Transport, delivery: Delivery): Promise<boolean> {
  try {
    await bring(mirror, transport, delivery);
    return true;
  } catch (error) {
    const { tip, haves } = delivery;
    const { listed, ...bare } = mirror;
    if (!(error instanceof GitError) || listed === undefined || tip === null || haves.length === 0) throw error;
    // Nothing that was listed or read counts.
    Object.assign(mirror.cache, emptyCache());
    if (await isWhole(bare, tip)) throw error;
    return false;
  }
}

async function bring(mirror: Repository, transport: Transport, { oid, tip, haves, maxBytes }: Delivery): Promise<void> {
  const view = await makeIncoming(mirror, haves.length === 0);
  try {
    const into = incomingOf(mirror);
    await transport.bring({ oids: [oid], haves, maxBytes, gitdir: mirror.gitdir, into });
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
