import type { DesiredState } from '../model/desired.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { ownersIn } from '../model/parts.ts';
import type { Hold } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { examine } from './check.ts';
import { sentOutIn } from './close.ts';
import { closeKept } from './close-kept.ts';
import { hold, look, mend, pastsOf, plain, type Settling } from './mend.ts';
import { judgeNear } from './near.ts';
import { read, type ReadCache } from './read.ts';
import { beginSearch, type Standing } from './standing.ts';
import { mixtureOf, NOTHING } from './versions.ts';

/** The state to make true, and whose newest declarations it leaves out. */
export interface Settled {
  /** null: nothing in history can be used. */
  readonly state: DesiredState | null;
  readonly holds: readonly Hold[];
  /** What is the same in the next commit, where nobody changes anything who has to do with it; null: that is not sure. */
  readonly standing: Standing | null;
}

/** How often one owner is mended again, since holding another can break what was mended. */
const MOST_MENDINGS = 4;

/**
 * Make a state of a commit, whatever is wrong in it: of each owner with problems the last good version is used instead.
 * A member whose documents did not change while they broke is not held; whoever's change broke them is. What the newest documents close
 * (a suspended member, a key that is gone, another password) is closed even so.
 * A commit without any document, or with something else in the place of all members, is no wish to remove everything.
 * Reads ancestors only when somebody has problems. Deterministic: the same history gives the same state.
 */
export async function settle(head: Snapshot, ancestors: () => AsyncIterable<Snapshot>, cache: ReadCache = new WeakMap()): Promise<Settled> {
  const first = examine(head, cache);
  if (first.problems.length === 0) return { state: first.value, holds: [], standing: { holds: [], versions: new Map(), tried: new Map() } };
  if (head.files.length === 0) return { state: null, holds: [{ owner: 'coop', problems: first.problems.map(plain), lastGood: null }], standing: null };
  const hiding = head.problems.filter(hidesMembers);
  if (hiding.length > 0) return settleBefore(hiding, { ancestors, cache });
  const newest = mixtureOf(head);
  const settling: Settling = { head, ancestors, cache, judge: judgeNear(head, cache), newest, mixture: new Map(newest), holds: new Map(), search: beginSearch() };
  for (const owner of brokenAlone(settling)) await holdUnreadable(owner, settling);
  await mendAll(settling);
  return conclude(settling);
}

/** Mend one owner at a time and look again: what broke a thousand members may be one document of the co-op. */
async function mendAll(settling: Settling): Promise<void> {
  const mended = new Map<Owner, number>();
  for (;;) {
    const { problems } = look(settling);
    const owner = ownersOf(problems).find((each) => (mended.get(each) ?? 0) < MOST_MENDINGS);
    if (owner === undefined) return;
    mended.set(owner, (mended.get(owner) ?? 0) + 1);
    await mend(owner, { settling, problems: problems.filter((problem) => problem.owner === owner) });
  }
}

/** Is this a problem with the directory that holds all members? */
function hidesMembers({ owner, source }: Problem): boolean {
  return owner === 'coop' && /^(?:desired-state|(?:desired-state\/)?members)$/i.test(source.file);
}

/** The newest commit that shows its members, settled; the co-op is held there. */
async function settleBefore(problems: readonly Problem[], { ancestors, cache }: Pick<Settling, 'ancestors' | 'cache'>): Promise<Settled> {
  let seen = 0;
  for await (const snapshot of ancestors()) {
    seen += 1;
    if (snapshot.files.length === 0 || snapshot.problems.some(hidesMembers)) continue;
    const older = seen;
    const { state, holds } = await settle(snapshot, () => without(older, ancestors()), cache);
    return { state, holds: [{ owner: 'coop', problems, lastGood: snapshot.revision.oid }, ...holds.filter(({ owner }) => owner !== 'coop')], standing: null };
  }
  return { state: null, holds: [{ owner: 'coop', problems, lastGood: null }], standing: null };
}

async function* without(first: number, snapshots: AsyncIterable<Snapshot>): AsyncIterable<Snapshot> {
  let seen = 0;
  for await (const snapshot of snapshots) if (seen++ >= first) yield snapshot;
}

/** Whatever still does not fit is left out; without the co-op's own documents there is nothing. */
function conclude(settling: Settling): Settled {
  const { value, problems } = look(settling);
  for (const owner of ownersOf(problems)) hold(owner, NOTHING, { settling, problems: problems.filter((problem) => problem.owner === owner) });
  const holds = [...settling.holds.values()].map((each) => told(each, settling.head)).toSorted((a, b) => compareText(a.owner, b.owner));
  const lost = holds.some(({ owner, lastGood }) => owner === 'coop' && lastGood === null);
  if (lost || value === null) return { state: null, holds, standing: null };
  const owners = new Set(settling.holds.keys());
  return { state: closeKept(value, { owners, newest: settling.head }), holds, standing: standingOf(owners, holds, settling) };
}

/** Whoever has only problems in the newest commit, and no directory, has nothing by which her version could stand. */
function standingOf(owners: ReadonlySet<Owner>, holds: readonly Hold[], { head, mixture, search: { isSure, tried } }: Settling): Standing | null {
  const directories = ownersIn(head);
  return isSure && [...owners, ...tried.keys()].every((owner) => directories.has(owner)) ? { holds, versions: new Map([...owners].map((owner) => [owner, mixture.get(owner) ?? NOTHING])), tried } : null;
}

/** Of whom nothing can be used there is no member left to shut out: that she is sent out is said with the hold. */
function told(hold: Hold, head: Snapshot): Hold {
  const isOut = hold.lastGood === null && hold.owner !== 'coop' && sentOutIn(head, ownerName(hold.owner)) !== null;
  return isOut ? { ...hold, sentOut: true } : hold;
}

/** Owners whose documents cannot be read or validated, whatever the others declare. */
function brokenAlone({ head, cache }: Settling): readonly Owner[] {
  return ownersOf(read(head, cache).problems);
}

/** Go back to the newest version that can be read. Whether it fits the others is seen later. */
async function holdUnreadable(owner: Owner, settling: Settling): Promise<void> {
  const { head, cache } = settling;
  const problems = read(head, cache).problems.filter((problem) => problem.owner === owner);
  for await (const { version } of pastsOf([owner], settling)) {
    const alone = read({ ...head, files: version.files, problems: version.problems }, cache);
    if (alone.problems.length === 0) return hold(owner, version, { settling, problems });
  }
  hold(owner, NOTHING, { settling, problems });
}

/** The co-op first, since everything rests on it. */
function ownersOf(problems: readonly Problem[]): readonly Owner[] {
  return [...new Set(problems.map(({ owner }) => owner))].toSorted((a, b) => compareText(a, b));
}
