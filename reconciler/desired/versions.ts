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

/** How many different versions of one directory are tried before its owner goes without. */
const MOST_VERSIONS = 64;

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
export function compose(mixture: Mixture, { revision }: Snapshot): Snapshot {
  const versions = [...mixture.values()];
  const files = versions.flatMap((version) => version.files).toSorted((a, b) => compareText(a.path, b.path));
  return { revision, files, problems: versions.flatMap(({ problems }) => problems) };
}

/** Are these the same bytes at the same paths? */
export function isSame(a: Version, b: Version): boolean {
  if (a.files.length !== b.files.length || a.problems.length !== b.problems.length) return false;
  return a.files.every(({ path, oid }, index) => b.files[index]?.path === path && b.files[index].oid === oid);
}

/** One owner's directory in an ancestor, and the ancestor. */
export interface Past {
  readonly version: Version;
  readonly snapshot: Snapshot;
}

/**
 * Go back through an owner's versions, newest first: one for each time that the directory, or one of those watched beside it, changed.
 * None from before the directory was there. However often the watched change, the owner's own last good version is still found.
 */
export async function* versionsOf([owner, ...watched]: readonly [Owner, ...Owner[]], ancestors: AsyncIterable<Snapshot>): AsyncIterable<Past> {
  let [last, own, others]: [readonly Version[], number, number] = [[], 0, 0];
  for await (const snapshot of ancestors) {
    const mixture = mixtureOf(snapshot);
    const versions = [owner, ...watched].map((each) => mixture.get(each) ?? NOTHING);
    const [version = NOTHING] = versions;
    if (version.files.length === 0 || versions.every((each, index) => isSame(each, last[index] ?? NOTHING))) continue;
    const isOwn = !isSame(version, last[0] ?? NOTHING);
    if (isOwn && own === MOST_VERSIONS) return;
    if (!isOwn && others === MOST_VERSIONS) continue;
    [last, own, others] = [versions, own + Number(isOwn), others + Number(!isOwn)];
    yield { version, snapshot };
  }
}
