/**
 * How what broke is mended (hold.ts): by an older version of the owner whose documents have problems, or of whoever broke them. Each look back says
 * whether the next commit finds the same (standing.ts).
 */
import type { Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { formatSource } from '../model/source.ts';
import { examine, type Examined } from './check.ts';
import type { Finding } from './finding.ts';
import type { Judge } from './near.ts';
import type { ReadCache } from './read.ts';
import { isAsNewest, remember, remembered, type Search } from './standing.ts';
import { compose, isSame, isSameIn, NOTHING, versionsOf, type Mixture, type Past, type Version } from './versions.ts';

/** What is known while settling. Only `mixture`, `holds` and `search` change. */
export interface Settling {
  readonly head: Snapshot;
  readonly ancestors: () => AsyncIterable<Snapshot>;
  readonly cache: ReadCache;
  readonly judge: Judge;
  readonly newest: Mixture;
  readonly mixture: Map<Owner, Version>;
  readonly holds: Map<Owner, Hold>;
  readonly search: Search;
}

/** Go back through somebody's versions. */
export function pastsOf(owners: readonly [Owner, ...Owner[]], settling: Settling): AsyncIterable<Past> {
  return remembered(owners, versionsOf(owners, settling.ancestors(), settling.newest.has(owners[0])), settling);
}

/**
 * Find a version of the owner that fits. Where the newest that was ever good fits no longer, others changed since: then whoever of
 * them broke it is held instead.
 */
export async function mend(owner: Owner, { settling, problems }: { readonly settling: Settling; readonly problems: readonly Finding[] }): Promise<void> {
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

/** Put an owner's version in the place of the newest. */
export function hold(owner: Owner, version: Version, { settling, problems }: { readonly settling: Settling; readonly problems: readonly Finding[] }): void {
  const { mixture, newest, holds, search } = settling;
  if (owner === 'coop' || version.oid === null || !newest.has(owner) || isSame(version, newest.get(owner) ?? NOTHING)) search.isSure = false;
  mixture.set(owner, version);
  holds.set(owner, { owner, problems: holds.get(owner)?.problems ?? problems.map(plain), lastGood: version.oid });
}

/** Say what is wrong without who else has a part in it. */
export function plain({ against: _, ...problem }: Finding): Problem {
  return problem;
}

/** Look at everything with the versions that are in place. */
export function look({ mixture, head, cache }: Settling): Examined {
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
