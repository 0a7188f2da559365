import { ownerOf, type Owner } from '../model/owner.ts';
import type { Problem } from '../model/problem.ts';
import type { Snapshot, SnapshotFile } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';

/** One owner's directory as one commit has it; the co-op's is everything outside members/. */
export interface Version {
  /** The commit; null for a directory that is not there at all. */
  readonly oid: string | null;
  readonly files: readonly SnapshotFile[];
  readonly problems: readonly Problem[];
}

/** Whose directory is taken from which commit. */
export type Mixture = ReadonlyMap<Owner, Version>;

/** How many different versions of one directory are tried one after the other. */
export const MOST_VERSIONS = 64;

/** What is used for an owner of whom no version can be used. */
export const NOTHING: Version = { oid: null, files: [], problems: [] };

/** Split a snapshot by owner. */
export function mixtureOf({ revision, files, problems }: Snapshot): Mixture {
  const parts = new Map<Owner, { files: SnapshotFile[]; problems: Problem[] }>();
  const part = (owner: Owner): { files: SnapshotFile[]; problems: Problem[] } => {
    const known = parts.get(owner) ?? { files: [], problems: [] };
    parts.set(owner, known);
    return known;
  };
  for (const file of files) part(ownerOf(file.path)).files.push(file);
  for (const problem of problems) part(problem.owner).problems.push(problem);
  return new Map([...parts].map(([owner, each]) => [owner, { oid: revision.oid, ...each }]));
}

/** Put directories of different commits together to one snapshot, under the name of the newest. */
export function compose(mixture: Mixture, { revision, hidden }: Snapshot): Snapshot {
  const versions = [...mixture.values()];
  const files = versions.flatMap((version) => version.files).toSorted((a, b) => compareText(a.path, b.path));
  return { revision, files, problems: versions.flatMap(({ problems }) => problems), ...(hidden !== undefined && { hidden }) };
}

/** Are these the same bytes at the same paths? */
export function isSame(a: Version, b: Version): boolean {
  if (a.files.length !== b.files.length || a.problems.length !== b.problems.length) return false;
  return a.files.every(({ path, oid }, index) => b.files[index]?.path === path && b.files[index].oid === oid);
}

/** Is somebody's directory the same in both? */
export function isSameIn(owner: Owner, one: Mixture, other: Mixture): boolean {
  return isSame(one.get(owner) ?? NOTHING, other.get(owner) ?? NOTHING);
}

/** One owner's directory in an ancestor, and the ancestor, as it is and by owner. */
export interface Past {
  readonly version: Version;
  readonly snapshot: Snapshot;
  readonly mixture: Mixture;
}

/**
 * Go back through an owner's versions, newest first: one for each time that the directory, or one of those watched beside it, changed.
 * None from before the directory was gone: whoever came then may be somebody else of the same name. `isThere`: in what comes after them all
 * there is such a directory, so that one that is gone in the newest ends the way at once. Of very many only some are tried, further and further apart; always the oldest, and the
 * neighbours with whom a version of the owner's came: whoever changes hers a hundred times must not hide that all was well before.
 */
export async function* versionsOf([owner, ...watched]: readonly [Owner, ...Owner[]], ancestors: AsyncIterable<Snapshot>, isThere = false): AsyncIterable<Past> {
  let wasThere = isThere;
  let [last, own, others]: [readonly Version[], number, number] = [[], 0, 0];
  let passed: Past | null = null;
  for await (const snapshot of ancestors) {
    const mixture = mixtureOf(snapshot);
    const versions = [owner, ...watched].map((each) => mixture.get(each) ?? NOTHING);
    const [version = NOTHING] = versions;
    if (wasThere && version.files.length === 0 && version.problems.length === 0) break;
    wasThere ||= version.files.length > 0;
    if (version.files.length === 0 || versions.every((each, index) => isSame(each, last[index] ?? NOTHING))) continue;
    const isOwn = !isSame(version, last[0] ?? NOTHING);
    if (isOwn && passed !== null && isTried(own)) yield passed;
    [last, own, others] = [versions, own + Number(isOwn), others + Number(!isOwn)];
    passed = { version, snapshot, mixture };
    if (!isTried(isOwn ? own : others)) continue;
    yield passed;
    passed = null;
  }
  if (passed !== null) yield passed;
}

/** Is the nth version one of those that are tried? After the first ones at double the distance each. */
function isTried(nth: number): boolean {
  const beyond = nth - MOST_VERSIONS;
  return beyond <= 0 || Number.isInteger(Math.log2(beyond));
}
