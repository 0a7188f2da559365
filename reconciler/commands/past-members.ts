import { readFile } from '../desired/read.ts';
import { GitError } from '../git/error.ts';
import { firstParents } from '../git/history.ts';
import { resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { repositoryAround } from './repository.ts';

/** Whoever was a member in the history of a branch, by name and by number. */
export interface Past {
  /** Every number that somebody had, and the name of whoever had it last. */
  readonly uids: ReadonlyMap<number, string>;
  /** Every name, and the number that it had last. */
  readonly names: ReadonlyMap<string, number>;
  /** Is there more history than was looked at? */
  readonly isCut: boolean;
}

/** How many commits are looked through: what is older is in coop/retired.yaml, or was forgotten long before. */
export const mostCommits = 500;

/** What is known where nobody looked. */
export const nobodyBefore: Past = { uids: new Map(), names: new Map(), isCut: false };

/** Look through the newest commits for everybody who was a member. Where there is no git, nobody was. */
export async function pastMembers(directory: string): Promise<Past> {
  const [uids, names, seen] = [new Map<number, string>(), new Map<string, number>(), new Set<string>()];
  const past = (isCut: boolean): Past => ({ uids, names, isCut });
  try {
    const { repository } = await repositoryAround(null, { directory });
    let count = 0;
    for await (const { oid } of firstParents(repository, await resolveRevision(repository, 'HEAD'))) {
      if (count === mostCommits) return past(true);
      count += 1;
      for (const { name, uid } of peopleIn(await snapshotOf(repository, oid), seen)) {
        if (!uids.has(uid)) uids.set(uid, name);
        if (!names.has(name)) names.set(name, uid);
      }
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  return past(false);
}

const places = /^(?:desired-state\/)?(?:members\/[^/]+\/member|coop\/retired)\.yaml$/;

/** What was read of an older commit already is not read again. */
function* peopleIn({ files }: Snapshot, seen: Set<string>): Iterable<{ readonly name: string; readonly uid: number }> {
  for (const file of files) {
    const key = `${file.path} ${file.oid}`;
    if (!places.test(file.path) || seen.has(key)) continue;
    seen.add(key);
    const { document } = readFile(file);
    if (document?.kind === 'member') yield { name: document.name, uid: document.value.uid };
    if (document?.kind === 'retired') yield* document.value.members;
  }
}
