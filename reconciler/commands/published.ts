import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../git/durable.ts';
import { because, codeOf, GitError } from '../git/error.ts';

/** Where a host keeps what it has told others, in the directory of the half that tells them. */
const publishedFile = 'published.json';

/** What this host has told others. Units: unix seconds. */
export interface Published {
  /** The commit in force, and since when. */
  readonly commit: string | null;
  readonly since: number;
  /** The last report that a remote took; `said` digests it without its time. */
  readonly report: { readonly oid: string; readonly time: number; readonly said: string } | null;
  /** Reports that were pushed since, the newest last, where nobody said whether they were taken. */
  readonly unanswered: readonly string[];
  /** Where the notes are on the remote that took them last; null: nobody knows. */
  readonly noted: string | null;
  /** Notes on commits, the newest last. */
  readonly notes: readonly (readonly [commit: string, text: string])[];
  /** Is there a note that no remote has taken yet? */
  readonly owed: boolean;
  /** When a remote last did not take all; null when the last try went well. */
  readonly refusedAt: number | null;
}

const nothing: Published = { commit: null, since: 0, report: null, unanswered: [], noted: null, notes: [], owed: false, refusedAt: null };

/** Read what was told. What is lost or damaged is told anew. */
export async function readPublished(directory: string): Promise<Published> {
  try {
    return parsePublished(await readFile(join(directory, publishedFile), 'utf8'));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return nothing;
  }
}

/** Keep what was told, in one atomic write. Errors: GitError. */
export async function writePublished(directory: string, published: Published): Promise<void> {
  try {
    await replaceFile(join(directory, publishedFile), Buffer.from(`${JSON.stringify(published)}\n`));
  } catch (error) {
    throw new GitError(`cannot remember what was told: ${because(error)}`);
  }
}

function parsePublished(text: string): Published {
  try {
    const value = { ...nothing, ...(JSON.parse(text) as Partial<Published>) };
    return isPublished(value) ? value : nothing;
  } catch {
    return nothing;
  }
}

function isPublished({ commit, since, report, unanswered, noted, notes, owed, refusedAt }: Published): boolean {
  const times = [since, ...(report === null ? [] : [report.time]), refusedAt ?? 0];
  const texts = [commit ?? '', noted ?? '', ...unanswered, ...(report === null ? [] : [report.oid, report.said]), ...notes.flat()];
  const isText = texts.every((one) => typeof one === 'string');
  return times.every(Number.isSafeInteger) && isText && typeof owed === 'boolean' && Array.isArray(unanswered) && notes.every((note) => note.length === 2 && /^[0-9a-f]{40}$/.test(note[0]));
}
