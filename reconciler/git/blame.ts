/**
 * Which commit is behind a line: walk back along first parents while the line can be found in the parent's version of the file, and
 * stop at the first commit whose parent does not have it. A merge thus answers for what it brought in, as the branch saw it.
 * Directories whose tree id did not change are not entered, so commits that touch other files cost one comparison. A file is not
 * followed through a change of its name: in desired state the name is part of what is declared. Source: git-blame(1) `--first-parent`.
 */
import type { Revision } from '../model/snapshot.ts';
import { lineBefore, linesOf } from './lines.ts';
import type { Commit, TreeEntry } from './objects.ts';
import { firstParents } from './history.ts';
import { readObject, readTree, type Repository } from './store.ts';

/** The commit behind a line, and where the line stood in that commit. */
export interface Blame extends Revision {
  readonly line: number;
}

/** A place to ask about, as seen from a commit. Units: lines count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  /** Which version of the file is meant; commits with a newer one, which is not in force, are passed over. Left out: the tip's. */
  readonly oid?: string;
}

const mostCommits = 10_000;

/**
 * Find the commit that last changed a line; for a line the file does not have, the one that last changed the file.
 * Shape: null when the commit has no such file. History older than 10,000 commits is not looked at: the oldest one seen answers.
 * Errors: GitError when an object is missing.
 */
export async function blame(repository: Repository, tip: string, place: Place): Promise<Blame | null> {
  let here: Version | null = null;
  let { line } = place;
  let left = mostCommits;
  for await (const commit of firstParents(repository, tip)) {
    const older = await versionOf(repository, commit, place.path);
    if (here === null && place.oid !== undefined && older?.oid !== place.oid && (left -= 1) > 0) continue;
    const before: number | null = here === null || older === null ? line : await lineIn(repository, { older, newer: here, line });
    if (older === null || before === null) break;
    here = older;
    line = before;
    left -= 1;
    if (left === 0) break;
  }
  return here === null ? null : { ...here.commit.revision, line };
}

interface Version {
  readonly commit: Commit;
  readonly oid: string;
}

interface Step {
  readonly newer: Version;
  readonly older: Version;
  readonly line: number;
}

/** Where the newer version's line stood in the older one; null when it was not there. */
async function lineIn(repository: Repository, { newer, older, line }: Step): Promise<number | null> {
  if (newer.oid === older.oid) return line;
  return lineBefore(await textOf(repository, older.oid), await textOf(repository, newer.oid), line);
}

async function versionOf(repository: Repository, commit: Commit, path: string): Promise<Version | null> {
  let oid = commit.tree;
  for (const name of path.split('/')) {
    const entry: TreeEntry | undefined = (await readTree(repository, oid))?.find((candidate) => candidate.name === name);
    if (entry === undefined) return null;
    oid = entry.oid;
  }
  return { commit, oid };
}

async function textOf(repository: Repository, oid: string): Promise<readonly string[]> {
  const { bytes } = await readObject(repository, oid);
  return linesOf(bytes);
}
