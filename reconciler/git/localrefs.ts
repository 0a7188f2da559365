import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { isOid } from './objects.ts';
import { readText } from './repository.ts';

/**
 * List the refs of a repository in a directory: those of `packed-refs`, and over them the files below `refs/`. Links, and refs that
 * stand for another ref, are left out. Errors: GitError when a directory cannot be read. Source: gitrepository-layout(5).
 */
export async function localRefs(gitdir: string): Promise<ReadonlyMap<string, string>> {
  const packed = [...((await readText(join(gitdir, 'packed-refs'))) ?? '').matchAll(/^([0-9a-f]{40}) (refs\/\S+)$/gm)];
  const refs = new Map(packed.map(([, oid = '', name = '']) => [name, oid]));
  for (const name of await filesBelow(gitdir, 'refs')) {
    const oid = ((await readText(join(gitdir, name))) ?? '').trim();
    if (isOid(oid)) refs.set(name, oid);
  }
  return refs;
}

async function filesBelow(gitdir: string, directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(gitdir, directory), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => relative(gitdir, join(entry.parentPath, entry.name)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new GitError(`cannot read ${join(gitdir, directory)}: ${because(error)}`);
  }
}
