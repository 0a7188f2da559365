import { firstParents } from '../../git/history.ts';
import { openMirror } from '../../git/mirror.ts';
import { obeyCopy, recordedTip } from '../../git/ratchet.ts';
import { resolveRevision } from '../../git/repository.ts';
import type { Repository } from '../../git/store.ts';
import type { Passed, Search, WayBack } from '../../handover/way-back.ts';
import { ownerOf, type Owner } from '../../model/owner.ts';
import type { Trusted } from '../../model/trusted.ts';
import { shortRevision } from '../../report/plan.ts';
import { believed } from '../../trust/follow.ts';
import { ownChanges } from '../../trust/own-changes.ts';
import { UsageError } from '../command.ts';
import { crossing } from '../crossing.ts';
import type { Desk } from '../place.ts';
import { mirrorOf } from '../rooms.ts';

const mostShown = 10;
const mostCharacters = 300;

/** Find the commit that a host is to go back to, and what would be crossed; or those to choose from. Errors: UsageError, GitError. */
export async function wayBack({ named, owner }: Search, { host, ...desk }: Pick<Desk, 'stateDirectory'> & { readonly host: string }): Promise<Omit<WayBack, 'version' | 'request'>> {
  const mirror = await openMirror(mirrorOf(desk));
  const trusted = await inForceOn(host, mirror);
  if (named === null) return { bad: trusted.commit, to: null, crossed: [], back: [], later: [], staying: [], passed: await passedBy(mirror, trusted, owner) };
  const to = await commitNamed(mirror, trusted, named);
  return { bad: trusted.commit, to, ...(await crossing(mirror, trusted, { owner, to, bad: trusted.commit })), passed: [] };
}

/** What root recorded is the rule, whatever stands in the mirror. */
async function inForceOn(host: string, mirror: Repository): Promise<Trusted> {
  await obeyCopy(mirror);
  const tip = (await recordedTip(mirror)).value;
  if (tip === null) throw new UsageError(`cannot go back on ${host}: no run has ended here yet, so there is nothing to go back from`);
  return believed(mirror, tip);
}

/** Find a commit on the way to what is in force, which is what HEAD means here. Errors: UsageError for any other, which this host never was at. */
async function commitNamed(mirror: Repository, trusted: Trusted, named: string): Promise<string> {
  const oid = await resolveRevision(mirror, named.replace(/^HEAD(?=[~^]|$)/, trusted.commit));
  if (oid === trusted.commit) throw new UsageError(`cannot go back to ${shortRevision(oid)}: it is what is in force`);
  for await (const commit of firstParents(mirror, trusted.commit)) if (commit.oid === oid) return oid;
  throw new UsageError(`cannot go back to ${shortRevision(oid)}: this host's branch was never there – croft rollback lists where it was`);
}

/** The newest commits of the branch; with an owner those that changed something of the owner's. */
async function passedBy(mirror: Repository, trusted: Trusted, owner: Owner | null): Promise<readonly Passed[]> {
  const found: Passed[] = [];
  for await (const commit of firstParents(mirror, trusted.commit)) {
    if (found.length === mostShown) break;
    if (owner !== null && !(await ownChanges(mirror, commit)).some(({ path }) => ownerOf(path) === owner)) continue;
    const { time, author, subject } = commit.revision;
    found.push({ oid: commit.oid, time: Math.max(0, time), author: author.slice(0, mostCharacters), subject: subject.slice(0, mostCharacters) });
  }
  return found;
}
