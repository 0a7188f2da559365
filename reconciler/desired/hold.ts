import type { DesiredState } from '../model/desired.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText, formatSource } from '../model/source.ts';
import { examine, type Examined } from './check.ts';
import { sentOutIn } from './close.ts';
import { closeKept } from './close-kept.ts';
import type { Finding } from './finding.ts';
import { judgeNear, type Judge } from './near.ts';
import { read, type ReadCache } from './read.ts';
import { beginSearch, isAsNewest, remember, remembered, type Search, type Standing } from './standing.ts';
import { compose, isSame, isSameIn, mixtureOf, NOTHING, versionsOf, type Mixture, type Past, type Version } from './versions.ts';

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

/** What is known while settling. Only `mixture`, `holds` and `search` change. */
interface Settling {
  readonly head: Snapshot;
  readonly ancestors: () => AsyncIterable<Snapshot>;
  readonly cache: ReadCache;
  readonly judge: Judge;
  readonly newest: Mixture;
  readonly mixture: Map<Owner, Version>;
  readonly holds: Map<Owner, Hold>;
  readonly search: Search;
}

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

function standingOf(owners: ReadonlySet<Owner>, holds: readonly Hold[], { mixture, search: { isSure, tried } }: Settling): Standing | null {
  return isSure ? { holds, versions: new Map([...owners].map((owner) => [owner, mixture.get(owner) ?? NOTHING])), tried } : null;
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

/** Go back through somebody's versions. */
function pastsOf(owners: readonly [Owner, ...Owner[]], settling: Settling): AsyncIterable<Past> {
  return remembered(owners, versionsOf(owners, settling.ancestors(), settling.newest.has(owners[0])), settling);
}

/**
 * Find a version of the owner that fits. Where the newest that was ever good fits no longer, others changed since: then whoever of
 * them broke it is held instead.
 */
async function mend(owner: Owner, { settling, problems }: { readonly settling: Settling; readonly problems: readonly Finding[] }): Promise<void> {
  const culprits = culpritsOf(owner, problems);
  if (wouldBeFine([owner], owner, settling)) settling.search.isSure = false;
  let [tried, blamed] = [settling.mixture.get(owner) ?? NOTHING, false];
  for await (const { version, snapshot, mixture } of pastsOf([owner, ...culprits], settling)) {
    if (!isSame(version, tried) && areFineWith([owner], [owner, version], settling)) return hold(owner, version, { settling, problems });
    tried = version;
    if (blamed || !settling.judge(mixture, [owner], snapshot)) continue;
    blamed = true;
    // A commit later the newest one is judged in the place of this one.
    if (isAsNewest([owner, ...culprits], { mixture }, settling.newest)) settling.search.isSure = false;
    if (await holdCulprit(owner, { problems, culprits, settling, fine: mixture })) return;
  }
  hold(owner, NOTHING, { settling, problems });
}

/** Would the newest version, which a search from a commit later meets first, be taken for a good one, or all be taken to have been well with it? */
function wouldBeFine(owners: readonly Owner[], owner: Owner, settling: Settling): boolean {
  const { newest, mixture, judge, head } = settling;
  return judge(newest, owners, head) || judge(mixture, owners, head) || (!isSameIn(owner, newest, mixture) && areFineWith(owners, [owner, newest.get(owner) ?? NOTHING], settling));
}

/** Who may have broken what was fine: those whom the problems name, and the co-op, whose documents everything rests on. */
function culpritsOf(owner: Owner, problems: readonly Finding[]): readonly Owner[] {
  return [...new Set<Owner>([...problems.flatMap(({ against }) => against ?? []), 'coop'])].filter((each) => each !== owner);
}

interface Broken {
  readonly problems: readonly Finding[];
  readonly culprits: readonly Owner[];
  readonly settling: Settling;
  /** Whose documents were how, when the owner's were fine. */
  readonly fine: Mixture;
}

/** Hold whoever's change broke the owner's documents: the one with an older version that mends them. */
async function holdCulprit(victim: Owner, { problems, culprits, settling, fine }: Broken): Promise<boolean> {
  for (const culprit of culprits) {
    if (culprit === 'coop' || wouldBeFine([victim, culprit], culprit, settling)) settling.search.isSure = false;
    for await (const version of versionsSince(culprit, fine, settling)) {
      if (isSame(version, settling.mixture.get(culprit) ?? NOTHING)) continue;
      if (!areFineWith([victim, culprit], [culprit, version], settling)) continue;
      hold(culprit, version, { settling, problems: mendedBy(lookWith(culprit, version, settling), { culprit, problems, settling }) });
      return true;
    }
    settling.search.isSure = false;
  }
  return false;
}

/** A culprit's older versions; and if none of those that are tried is any good, the one with which all was well. */
async function* versionsSince(culprit: Owner, fine: Mixture, settling: Settling): AsyncIterable<Version> {
  for await (const { version } of pastsOf([culprit], settling)) yield version;
  const version = fine.get(culprit) ?? NOTHING;
  remember(culprit, version, settling.search);
  yield version;
}

/** All problems, of whomever, that are gone with an older version of the culprit: what the culprit must see to. */
function mendedBy(then: Examined, { culprit, problems, settling }: { readonly culprit: Owner; readonly problems: readonly Finding[]; readonly settling: Settling }): readonly Finding[] {
  const remaining = new Set(then.problems.map(({ code, source }) => `${code} ${formatSource(source)}`));
  const gone = look(settling).problems.filter(({ code, source }) => !remaining.has(`${code} ${formatSource(source)}`));
  return (gone.length === 0 ? problems : gone).map((problem) => ({ ...problem, owner: culprit }));
}

function hold(owner: Owner, version: Version, { settling, problems }: { readonly settling: Settling; readonly problems: readonly Finding[] }): void {
  const { mixture, newest, holds, search } = settling;
  if (owner === 'coop' || version.oid === null || !newest.has(owner) || isSame(version, newest.get(owner) ?? NOTHING)) search.isSure = false;
  mixture.set(owner, version);
  holds.set(owner, { owner, problems: holds.get(owner)?.problems ?? problems.map(plain), lastGood: version.oid });
}

function plain({ against: _, ...problem }: Finding): Problem {
  return problem;
}

function look({ mixture, head, cache }: Settling): Examined {
  return examine(compose(mixture, head), cache);
}

function lookWith(owner: Owner, version: Version, { mixture, head, cache }: Settling): Examined {
  return examine(compose(withVersion(mixture, [owner, version]), head), cache);
}

/** Are some owners' documents fine once there is another version of somebody's? */
function areFineWith(owners: readonly Owner[], tried: readonly [Owner, Version], { mixture, head, judge }: Settling): boolean {
  return judge(withVersion(mixture, tried), owners, head);
}

function withVersion(mixture: Mixture, tried: readonly [Owner, Version]): Mixture {
  return new Map([...mixture, tried]);
}

/** The co-op first, since everything rests on it. */
function ownersOf(problems: readonly Problem[]): readonly Owner[] {
  return [...new Set(problems.map(({ owner }) => owner))].toSorted((a, b) => compareText(a, b));
}
