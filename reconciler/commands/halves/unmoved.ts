/**
 * What a host is to be follows from the tree in force, from the rollbacks that an admin asked for, and from the croft that reads them. So
 * what is handed over gets its name from these alone; and where root says that it has what is of this name, and a remote says that the
 * branch is still there, no document is read, and nothing compiled. Nothing is kept for this.
 */
import { obeyCopy, recordedTip } from '../../git/ratchet.ts';
import { fetchBranch, type Fetched } from '../../git/remote.ts';
import type { Repository } from '../../git/store.ts';
import { writtenTrusted, type Same } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import { written } from '../../handover/words.ts';
import { digest } from '../../model/digest.ts';
import type { Trusted } from '../../model/trusted.ts';
import type { Desk } from '../place.ts';
import { silent } from '../silent.ts';
import type { Ahead, Came } from './ahead.ts';
import { mirrorAt, type Mirror } from './mirror.ts';
import { waitsOf } from './patience.ts';

/** How far answering has come before anything is read. */
export interface Begun {
  /** All there is to say. */
  readonly same: Omit<Same, 'version' | 'request'> | null;
  /** What was fetched on the way; undefined when nobody was asked. */
  readonly fetched: Fetched | undefined;
  readonly notices: readonly string[];
  /** The mirror, as far as it was read; null where that is not to be moved. */
  readonly mirror: Mirror | null;
}

/** Find out whether what is asked for is what root has. Errors: GitError. */
export async function begin(request: Request, desk: Desk, ahead: Ahead | null): Promise<Begun> {
  const { what, now, have, wayBack, at, admins, keepBack } = request;
  const came = (await ahead?.take(desk)) ?? null;
  if (wayBack !== null || (what !== 'follow' && what !== 'stay')) return { same: null, fetched: undefined, notices: [], mirror: null };
  const mirror = came?.mirror ?? (await mirrorAt(desk));
  const warning = await obey(mirror);
  const nothing = { same: null, fetched: undefined, notices: warning, mirror };
  if (what === 'stay' || at !== null || admins !== null || keepBack !== null) return nothing;
  const wanted = { remotes: desk.remotes, branch: desk.branch, identity: desk.identity, again: waitsOf(request) };
  const before = came !== null && counts(request, came) ? came.fetched : null;
  const { value: tip, problems } = await recordedTip(mirror);
  const isHad = have !== null && tip !== null && tip.trusted !== null && problems.length === 0 && keyOf(request, tip.trusted, desk.build) === have;
  if (!isHad) return before?.remote === null ? { ...nothing, fetched: await fetchBranch(mirror, wanted, before) } : nothing;
  const fetched = await fetchBranch(mirror, { ...wanted, enough: tip.oid }, before);
  if (fetched.remote === null || fetched.tip !== tip.oid) return { ...nothing, fetched };
  return { same: { same: have, notices: [...warning, ...silent(fetched)], remote: fetched.remote, confirmedAt: now }, fetched, notices: warning, mirror };
}

/** Is what was asked ahead to count? Where nobody could answer, it is the first ask of a run that was told of news; any other has not asked yet. */
function counts({ told }: Request, { fetched }: Came): boolean {
  return told || fetched.remote !== null;
}

/** Name what is handed over. Shape: null where nobody knows which croft this is. */
export function keyOf({ host, rollbacks }: Pick<Request, 'host' | 'rollbacks'>, trusted: Trusted, build: string | null): string | null {
  return build === null ? null : digest(written({ build, host, rollbacks, trusted: writtenTrusted(trusted) })).slice('sha256:'.length);
}

/** What root recorded is the rule, whatever stands in the mirror. */
async function obey(mirror: Repository): Promise<readonly string[]> {
  const gone = 'the mirror\'s own record of what this host believes was ahead of the host\'s: it was put back, and what it said does not count';
  return (await obeyCopy(mirror)) ? [] : [gone];
}
