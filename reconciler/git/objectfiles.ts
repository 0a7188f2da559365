/** The files in which a repository has its objects: each loose one in its own, the others in packs with their indexes. Source: gitrepository-layout(5). */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { idsIn } from './pack.ts';

/**
 * List the files of a repository that hold objects, by path below it, each pack before its index. Packs are looked for last: who packs
 * loose objects removes them after the pack is there. Errors: GitError when a directory cannot be read.
 */
export async function objectFiles(gitdir: string): Promise<readonly string[]> {
  const loose: string[] = [];
  for (const directory of names(join(gitdir, 'objects')).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    const files = names(join(gitdir, 'objects', directory)).filter((name) => /^[0-9a-f]{38}$/.test(name));
    loose.push(...files.map((name) => `objects/${directory}/${name}`));
  }
  const packs = names(join(gitdir, 'objects/pack')).filter((name) => /^pack-[0-9a-f]{40}\.(pack|idx)$/.test(name));
  return [...packs.toSorted((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx'))).map((name) => `objects/pack/${name}`), ...loose];
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw new GitError(`cannot read ${directory}: ${because(error)}`);
  }
}

/** List what a mirror has, as the files that it is in and those that it would be if it were loose. Errors: as `objectFiles`. */
export async function objectsIn(gitdir: string): Promise<readonly string[]> {
  const files = await objectFiles(gitdir);
  const indexes = files.filter((file) => file.endsWith('.idx')).map((file) => join(gitdir, file.slice(0, -'.idx'.length)));
  return [...files, ...indexes.flatMap(idsOf).map((id) => `objects/${id.slice(0, 2)}/${id.slice(2)}`)];
}

/** What an index that is damaged lists is as good as not there. */
function idsOf(path: string): readonly string[] {
  try {
    return idsIn(path);
  } catch {
    return [];
  }
}
