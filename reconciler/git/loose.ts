/**
 * Trees of croft's own making, which no commit names: what is in force where not all of a commit is. They are loose objects like git's,
 * deflated with type and size in front, in a directory beside `objects/`. There a mirror that is fetched anew does not lose them, git
 * does not prune them, and what a hook makes of a push that is refused is in nobody's way. Source: gitrepository-layout(5).
 */
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { replaceFile } from './durable.ts';
import { because, GitError } from './error.ts';

/** Where the trees of croft's own making are, laid out as `objects/` is. */
export function ownTrees(gitdir: string): string {
  return join(gitdir, 'croft-trees');
}

/** Write a tree of croft's own making, for good. Shape: its id. Errors: GitError when it cannot be written. */
export async function writeOwnTree(gitdir: string, bytes: Uint8Array): Promise<string> {
  const object = Buffer.concat([Buffer.from(`tree ${bytes.length}\0`), bytes]);
  const oid = createHash('sha1').update(object).digest('hex');
  const path = join(ownTrees(gitdir), oid.slice(0, 2), oid.slice(2));
  try {
    if (!(await isThere(path))) await replaceFile(path, deflateSync(object));
  } catch (error) {
    throw new GitError(`cannot write ${path}: ${because(error)}`);
  }
  return oid;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
