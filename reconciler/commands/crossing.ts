import { settle, type Settled } from '../desired/hold.ts';
import { migrations } from '../desired/migrations.ts';
import { goBack } from '../desired/rollback.ts';
import { isSame, mixtureOf, NOTHING } from '../desired/versions.ts';
import { commitsBetween } from '../git/between.ts';
import type { Commit } from '../git/objects.ts';
import type { Repository } from '../git/store.ts';
import { trailersOf } from '../git/trailers.ts';
import type { WayBack } from '../handover/way-back.ts';
import type { Rollback } from '../model/aside.ts';
import { ownerName, ownerOf, type Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import { formatProblem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Trusted } from '../model/trusted.ts';
import { shortRevision } from '../report/plan.ts';
import { oneLine } from '../report/printable.ts';
import { ownChanges } from '../trust/own-changes.ts';
import { inForceAt, inForceBefore } from '../trust/snapshots.ts';
import { UsageError } from './command.ts';

/** The trailer of a commit that says: what came before does not fit what was done to data here. */
const migration = 'Data-migration';

/** Who is to go back, from where to where. */
type Way = Pick<Rollback, 'owner' | 'to' | 'bad'>;

/** What a rollback would come to: which changes of data it would cross, a clause each; who goes back; who came later and stays; and why others stay who were there, a clause each. */
export type Crossing = Pick<WayBack, 'crossed' | 'back' | 'later' | 'staying'>;

/** Say what a rollback would come to. Errors: UsageError when nothing would be another than it is. */
export async function crossing(mirror: Repository, trusted: Trusted, rollback: Way): Promise<Crossing> {
  const { owner } = rollback;
  const [to, head] = [await inForceAt(mirror, trusted, rollback.to), await inForceAt(mirror, trusted, trusted.commit)];
  assertDiffers(owner, { to, head, rollback });
  const ancestors = (): AsyncIterable<Snapshot> => inForceBefore(mirror, trusted);
  const gone = goBack(head, [{ rollback, to, bad: head }]);
  const older = await settle(gone.head, ancestors);
  const newer = await settle(head, ancestors);
  if (older.state === null || newer.state === null) throw new UsageError(`cannot go back to ${shortRevision(rollback.to)}: its documents make no co-op with what is there now`);
  const data = migrations({ state: older.state, snapshot: to }, { state: newer.state, snapshot: head }, owner);
  const outcome = outcomeOf([...gone.owners.keys()], { older, newer });
  const crossed = [...data, ...(await told(mirror, rollback))];
  if (crossed.length === 0 && outcome.back.length === 0) throw new UsageError(`cannot go back to ${shortRevision(rollback.to)}: nobody would, and nothing was written down\n${outcome.staying.map((each) => `  ${oneLine(each)}`).join('\n')}`);
  const there = mixtureOf(to);
  return { crossed, ...outcome, later: owner === null ? [...mixtureOf(head).keys()].filter((each) => !there.has(each)) : [] };
}

/** Whose older documents make no co-op with what is there now is held, and that is at what is there now; so is whom they would break. */
function outcomeOf(owners: readonly Owner[], { older, newer }: { readonly older: Settled; readonly newer: Settled }): Pick<Crossing, 'back' | 'staying'> {
  const held = new Set(older.holds.map((hold) => hold.owner));
  const before = new Set(newer.holds.map((hold) => hold.owner));
  const because = ({ owner, problems: [first] }: Hold): string => {
    const what = owners.includes(owner) ? 'does not go back' : 'is held by it';
    return `${ownerName(owner)} ${what}${first === undefined ? '' : `: ${formatProblem(first)}`}`;
  };
  return { back: owners.filter((each) => !held.has(each)), staying: older.holds.filter(({ owner }) => owners.includes(owner) || !before.has(owner)).map(because) };
}

function assertDiffers(owner: Owner | null, { to, head, rollback }: { readonly to: Snapshot; readonly head: Snapshot; readonly rollback: Way }): void {
  const [older, newer] = [mixtureOf(to), mixtureOf(head)];
  const meant = owner === null ? [...newer.keys()].filter((each) => older.has(each)) : [owner];
  const commit = shortRevision(rollback.to);
  if (owner !== null && !older.has(owner)) throw new UsageError(`cannot go back to ${commit}: ${ownerName(owner)} had no documents then`);
  if (meant.every((each) => isSame(older.get(each) ?? NOTHING, newer.get(each) ?? NOTHING))) {
    throw new UsageError(`cannot go back to ${commit}: the documents of ${owner === null ? 'everybody' : ownerName(owner)} are the same now${owner === null ? '' : ` – croft rollback --owner ${ownerName(owner).replace('the co-op', 'coop')} lists what changed them`}`);
  }
}

/** What commits since then say of data: those that changed something of the owner's, or of the co-op's. */
async function told(mirror: Repository, { owner, to, bad }: Way): Promise<readonly string[]> {
  const found: string[] = [];
  for (const commit of await commitsBetween(mirror, to, bad)) {
    const values = await trailersOf(mirror, commit.oid, migration);
    if (values.length > 0 && (await concerns(mirror, commit, owner))) found.push(...values.map((value) => `${shortRevision(commit.oid)} says ${migration}: ${oneLine(value)}`));
  }
  return found;
}

async function concerns(mirror: Repository, commit: Commit, owner: Owner | null): Promise<boolean> {
  if (owner === null) return true;
  const changes = await ownChanges(mirror, commit);
  return changes.length === 0 || changes.some(({ path }) => [owner, 'coop'].includes(ownerOf(path)));
}
