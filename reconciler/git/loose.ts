/**
 * Writes loose objects, one a file, deflated with type and size in front: where git has them, or beside that trees of croft's own making,
 * which no commit names: what is in force where not all of a commit is. There a mirror that is fetched anew does not lose them, git
 * does not prune them, and what a hook makes of a push that is refused is in nobody's way. Source: gitrepository-layout(5).
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { replaceFile } from './durable.ts';
import { because, GitError } from './error.ts';
import { mostObjectBytes, oidOf, parseLoose, type StoredObject } from './objects.ts';

/** Where the trees of croft's own making are, laid out as `objects/` is. */
export function ownTrees(gitdir: string): string {
  return join(gitdir, 'croft-trees');
}

/** Write a tree of croft's own making, for good. Shape: its id. Errors: GitError when it cannot be written. */
export async function writeOwnTree(gitdir: string, bytes: Uint8Array): Promise<string> {
  const tree = { type: 'tree', bytes };
  const oid = oidOf(tree);
  const path = join(ownTrees(gitdir), oid.slice(0, 2), oid.slice(2));
  try {
    if (!(await isThere(path, oid))) await replaceFile(path, fileOf(tree));
  } catch (error) {
    throw new GitError(`cannot write ${path}: ${because(error)}`);
  }
  return oid;
}

/** Write an object where git has it. No more is done than a file of it is made: who needs it after a power cut sees to that. Shape: its id. Errors: those of the file system. */
export async function writeLoose(gitdir: string, object: StoredObject): Promise<string> {
  const oid = oidOf(object);
  const path = join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2));
  if (await isThere(path, oid)) return oid;
  await mkdir(dirname(path), { recursive: true });
  // A run that ends meanwhile leaves this, and what git calls so it also clears away.
  const begun = join(dirname(path), `tmp_obj_${randomBytes(8).toString('hex')}`);
  await writeFile(begun, fileOf(object));
  await rename(begun, path);
  return oid;
}

function fileOf({ type, bytes }: StoredObject): Buffer {
  return deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]));
}

/** Is it there, and whole? What a power cut has left of it is written anew. */
async function isThere(path: string, oid: string): Promise<boolean> {
  try {
    return oidOf(parseLoose(await readFile(path), mostObjectBytes)) === oid;
  } catch {
    return false;
  }
}
