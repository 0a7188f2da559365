/**
 * What a merge brings from its sides: commits that the branch had not reached. Each one's signature vouches for what that commit itself
 * changed, as far as the merge has it byte for byte, and only if the branch did not touch the path since the side left it: else somebody
 * could bring back, by merging it late, what was signed long ago and given up since.
 */
import { changesBetween, entryAt } from '../git/changes.ts';
import { mergedIn, type Known } from '../git/known.ts';
import { lineBetween, type Stride } from '../git/line.ts';
import type { Commit } from '../git/objects.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { PathChange } from '../model/authority.ts';
import type { Charter } from './charter.ts';
import { firstParent, isSame, isSameEntry, ownChanges } from './own-changes.ts';
import { signatureOf } from './signature.ts';

/** A stride to look at: what it changed, by which charter, and what the branch knew before. */
export interface Brought {
  readonly stride: Stride;
  readonly changes: readonly PathChange[];
  readonly charter: Charter;
  /** Asked only for merges: finding out may cost a walk through all of history. */
  readonly known: () => Promise<Known>;
}

/** Somebody's word for another commit. */
export interface Approval {
  readonly by: string;
  readonly commit: string;
}

/** One commit of a side that was merged in: who signed it, and which of the merge's paths are as it left them. */
export interface Side {
  readonly by: string;
  readonly covers: readonly string[];
  readonly approvals: readonly Approval[];
}

/** Look at every commit that a merge brings anew. */
export async function sidesOf(repository: Repository, { stride, changes, charter, known }: Brought): Promise<readonly Side[]> {
  const before = await known();
  const merged = await mergedIn(repository, stride, before);
  const fresh = new Map(merged.map((commit) => [commit.oid, commit]));
  const wanted = new Map(changes.map((change) => [change.path, change]));
  const sides: Side[] = [];
  const touched = new Map<string, ReadonlySet<string>>();
  const basesOf = basesIn(fresh);
  for (const commit of merged) {
    const { by, approves } = await signatureOf(repository, { commit, since: await firstParent(repository, commit), merged: Math.max(stride.from.revision.time, stride.to.revision.time) }, charter);
    if (by === null || by === 'forge') continue;
    const same = (await ownChanges(repository, commit)).filter((change) => isSame(change, wanted.get(change.path)));
    const bases: Commit[] = [];
    for (const oid of same.length === 0 ? [] : basesOf(commit.oid)) {
      if (!touched.has(oid) && touched.size === mostBases) continue;
      const base = await readCommit(repository, oid);
      if (!touched.has(oid)) touched.set(oid, await touchedSince(repository, base, stride.from));
      bases.push(base);
    }
    const covers: string[] = [];
    for (const { path } of same) if (await isBuiltOn(repository, bases, { change: wanted.get(path), touched })) covers.push(path);
    sides.push({ by, covers, approvals: approves.map((approved) => ({ by, commit: approved })) });
  }
  return sides;
}

/** From so many places of the branch may the sides of one merge come: for each the branch is gone through from there on. What comes from more is not vouched for. */
const mostBases = 100;

/** What the branch was when a side left it: known commits right below the side's own. Each of those is looked at once, for all that are above it. */
function basesIn(fresh: ReadonlyMap<string, Commit>): (oid: string) => Iterable<string> {
  const found = new Map<string, ReadonlySet<string>>();
  return (start) => {
    const waiting = [start];
    for (let oid = waiting.at(-1); oid !== undefined; oid = waiting.at(-1)) {
      const parents = fresh.get(oid)?.parents ?? [];
      const next = parents.filter((parent) => !found.has(parent));
      for (const parent of next) waiting.push(parent);
      if (next.length === 0) {
        found.set(oid, fresh.has(oid) ? together(parents.flatMap((parent) => found.get(parent) ?? [])) : new Set([oid]));
        waiting.pop();
      }
    }
    return found.get(start) ?? [];
  };
}

/** A side of one line is as its beginning. */
function together(all: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = all;
  if (others.every((each) => each === first)) return first;
  const bases = new Set<string>();
  for (const each of all) for (const oid of each) if (bases.size <= mostBases) bases.add(oid);
  return bases;
}

/**
 * Was the path, where the side left the branch, what it still is on the branch, and all the time between? Else somebody changed it
 * meanwhile, or an old change comes again. What has nothing of the branch below it was signed for something else.
 */
async function isBuiltOn(repository: Repository, bases: readonly Commit[], { change, touched }: { readonly change: PathChange | undefined; readonly touched: ReadonlyMap<string, ReadonlySet<string>> }): Promise<boolean> {
  if (change === undefined) return false;
  for (const { oid, tree } of bases) {
    const isUntouched = touched.get(oid)?.has(change.path) === false;
    if (isUntouched && isSameEntry(await entryAt(repository, tree, change.path), change.before)) return true;
  }
  return false;
}

/** Which paths the branch changed since a commit of it. */
async function touchedSince(repository: Repository, { oid }: Commit, tip: Commit): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for (const { from, to } of (await lineBetween(repository, oid, tip.oid)) ?? []) {
    for (const { path } of await changesBetween(repository, from.tree, to.tree)) paths.add(path);
  }
  return paths;
}
