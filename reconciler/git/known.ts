/**
 * The commits that a branch has reached. Asking whether a commit was there before is cheap then, and a stride that merges can be told
 * from what it merges anew. Worked out by walking once, the ids are kept in `croft-known` beside the mirror's objects: a line that names
 * the format, the tip's id, the ids of 20 octets in their order, and the SHA-256 of all that. It is a cache and nothing more: one of a tip
 * that this one does not descend from, or that was damaged, is as good as none.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './durable.ts';
import { codeOf, GitError } from './error.ts';
import { assertWhole, type Stride } from './line.ts';
import type { Commit } from './objects.ts';
import { readCommit, type Repository } from './store.ts';

/** All that some commits reach. */
export interface Known {
  has(oid: string): boolean;
  /** Know a commit and all it reaches. Errors: GitError on a missing commit. */
  add(oid: string): Promise<void>;
  /** Know a tip and all it reaches, and keep the whole for the next time that tip is asked about. Errors: as `add`. */
  keep(tip: string): Promise<void>;
}

const magic = Buffer.from('croft-known 1\n');
const mostMerged = 50_000;

/** Learn all commits that a commit reaches, itself included. Errors: GitError on a missing commit, or where a shallow clone's history ends. */
export async function knownCommits(repository: Repository, tip: string): Promise<Known> {
  const oids = (await grown(repository, tip)) ?? new Set<string>();
  const known = {
    has: (oid: string) => oids.has(oid),
    add: async (oid: string) => {
      const found: string[] = [];
      for await (const commit of unknown(repository, [oid], known)) found.push(commit.oid);
      // Only now: what is known must hold all that it reaches, even if the walk had broken off.
      for (const each of found) oids.add(each);
    },
    keep: async (oid: string) => {
      await known.add(oid);
      await keep(repository, oid, oids);
    },
  };
  await known.add(tip);
  return known;
}

/**
 * List the commits that a stride merged and that were not known. What the stride began at is known, with all it reaches.
 * Shape: from the merged ones back, nearest first. Errors: GitError when there are more than 50,000, or as `knownCommits`.
 */
export async function mergedIn(repository: Repository, { from, to, merged }: Stride, known: Known): Promise<readonly Commit[]> {
  await known.add(from.oid);
  const found: Commit[] = [];
  for await (const commit of unknown(repository, merged, known)) {
    if (found.length === mostMerged) throw new GitError(`cannot look at all that ${to.oid} merges: it brings more than ${mostMerged} commits`);
    found.push(commit);
  }
  return found;
}

/** Walk back from commits through all parents, as far as they are not known. */
async function* unknown(repository: Repository, starts: readonly string[], known: Pick<Known, 'has'>): AsyncGenerator<Commit> {
  const seen = new Set(starts.filter((oid) => !known.has(oid)));
  for (const oid of seen) {
    const commit = await readCommit(repository, oid);
    await assertWhole(repository, commit);
    yield commit;
    for (const parent of commit.parents) if (!known.has(parent)) seen.add(parent);
  }
}

/** What was kept, with what came since; null when nothing was, or the tip it was kept for is not one that this tip descends from. */
async function grown(repository: Repository, tip: string): Promise<Set<string> | null> {
  const before = await kept(repository);
  if (before === null || before.tip === tip) return before?.oids ?? null;
  const since: Commit[] = [];
  for await (const commit of unknown(repository, [tip], before.oids)) since.push(commit);
  // A walk that ends at known commits says nothing unless the tip they were kept for is one of its ends.
  if (!since.some(({ parents }) => parents.includes(before.tip))) return null;
  return new Set([...before.oids, ...since.map(({ oid }) => oid)]);
}

/** What was kept, and for which tip; null when nothing was, or it cannot be trusted. */
async function kept(repository: Repository): Promise<{ readonly tip: string; readonly oids: Set<string> } | null> {
  const bytes = await contentOf(fileOf(repository));
  const head = magic.length + 20;
  const end = (bytes?.length ?? 0) - 32;
  if (bytes === null || end < head || (end - head) % 20 !== 0 || !bytes.subarray(0, magic.length).equals(magic)) return null;
  if (!bytes.subarray(end).equals(digest(bytes.subarray(0, end)))) return null;
  const oids = new Set<string>();
  for (let at = head; at < end; at += 20) oids.add(bytes.toString('hex', at, at + 20));
  return { tip: bytes.toString('hex', magic.length, head), oids };
}

async function keep(repository: Repository, tip: string, oids: ReadonlySet<string>): Promise<void> {
  const content = Buffer.concat([magic, ...[tip, ...[...oids].toSorted()].map((oid) => Buffer.from(oid, 'hex'))]);
  try {
    await replaceFile(fileOf(repository), Buffer.concat([content, digest(content)]));
  } catch (error) {
    // Only time is lost with it: somebody who may read a repository, but not write to it, gets her answer.
    if (codeOf(error) === null) throw error;
  }
}

async function contentOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function fileOf({ gitdir }: Repository): string {
  return join(gitdir, 'croft-known');
}
