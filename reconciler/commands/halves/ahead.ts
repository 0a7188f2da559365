/**
 * What is fetched as soon as the git server says that there is news. Root will ask about it, and most likely for the same as the time before;
 * until it can, what is new is here. Nothing is believed of it: objects come into the mirror, and no record moves.
 */
import { fetchBranch, type Fetched } from '../../git/remote.ts';
import { recordedTip } from '../../git/ratchet.ts';
import type { SshIdentity } from '../../git/ssh/identity.ts';
import { parseRequest } from '../../handover/request.ts';
import type { Rooms } from '../rooms.ts';
import type { Became } from './early.ts';
import { mirrorAt, type Mirror } from './mirror.ts';
import { readSpooled } from './spool.ts';

/** The mirror as far as it was read, and what a remote said. */
export interface Came {
  readonly mirror: Mirror;
  readonly fetched: Fetched;
}

/** From where what is fetched. */
export interface Source {
  readonly remotes: readonly string[];
  readonly branch: string;
}

export interface Ahead {
  /** The word that is left where there is news was, or went: fetch. */
  heard(became: Became): void;
  /** Wait until nothing is under way. Shape: null where nothing came of late from where it is wanted, or more news after it; without a remote where none could answer just then. Errors: none; whoever asks for himself meets what went wrong. */
  take(wanted: Source): Promise<Came | null>;
}

/** Who fetches, and where the last request is. */
export interface Fetching extends Rooms {
  readonly request: string;
  readonly build: string | null;
  identity(): SshIdentity;
}

interface Begun {
  /** How much was heard until then. */
  readonly of: number;
  readonly at: number;
  readonly coming: Promise<Came | null>;
  isOver: boolean;
}

/** What root takes away before it asks is heard as well; anything more is more news. */
const usual = 1;

/** Longer than root takes from a kick to its request; what was heard before that is no news. Units: milliseconds. */
const fresh = 5_000;

/** Be ready to fetch what the last request wanted. What every answer takes is loaded meanwhile. */
export function aheadOf(fetching: Fetching): Ahead {
  const source = lastSource(fetching.request);
  if (source?.remotes.some(isBehindSsh) === true) void import('ssh2');
  let [heard, last]: [number, Begun | null] = [0, null];
  const isFresh = ({ at }: Begun): boolean => performance.now() - at < fresh;
  return {
    heard: (became) => {
      // What is there and written again was not taken away between.
      heard += became === 'change' ? 2 : 1;
      // Two at once would be in each other's way.
      if (source === null || (last !== null && !(last.isOver && !isFresh(last)))) return;
      const begun: Begun = { of: heard, at: performance.now(), isOver: false, coming: come(source, fetching).catch(() => null).finally(() => (begun.isOver = true)) };
      last = begun;
    },
    take: async (wanted) => {
      const isUse = last !== null && isFresh(last) && heard - last.of <= usual && source !== null && isSame(source, wanted);
      const came = await last?.coming;
      return isUse && came != null && isOfUse(came.fetched) ? came : null;
    },
  };
}

/** What will be no better a moment later is to be told by whoever asks for himself. */
function isOfUse({ remote, failures }: Fetched): boolean {
  return remote !== null || failures.some(({ passing }) => passing);
}

async function come({ remotes, branch }: Source, fetching: Fetching): Promise<Came> {
  const mirror = await mirrorAt(fetching);
  const { value } = await recordedTip(mirror);
  return { mirror, fetched: await fetchBranch(mirror, { remotes, branch, identity: fetching.identity(), ...(value !== null && { enough: value.oid }) }) };
}

/** Shape: null where the last request is none, or asked nobody. */
function lastSource(path: string): Source | null {
  const text = readSpooled(path);
  const read = text === null ? null : parseRequest(text);
  return read?.ok === true && read.value.what === 'follow' ? read.value : null;
}

/** Shape: most likely. Whether such a remote can be used is found out when it is. */
function isBehindSsh(remote: string): boolean {
  return /^ssh:\/\/|^[^/.:]+@[^/:]+:(?!\/\/)/.test(remote);
}

function isSame(one: Source, other: Source): boolean {
  return one.branch === other.branch && one.remotes.length === other.remotes.length && one.remotes.every((remote, index) => remote === other.remotes[index]);
}
