/** The files in which a repository has its objects: each loose one in its own, the others in packs with their indexes. Source: gitrepository-layout(5). */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { offsetIn, openIndex, type PackIndex } from './pack.ts';

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

/**
 * Tell of the files of another repository which of them a mirror has no need of: it has them, or what is in them in one of its packs. An index that
 * is damaged is as good as not there. Errors: as `objectFiles`.
 */
export async function heldIn(gitdir: string): Promise<(file: string) => boolean> {
  const files = new Set(await objectFiles(gitdir));
  const indexes = [...files].filter((file) => file.endsWith('.idx')).flatMap((file) => indexAt(join(gitdir, file.slice(0, -'.idx'.length))));
  return (file) => {
    const id = idOf(file);
    return files.has(file) || (id !== null && indexes.some((index) => offsetIn(index, id) !== null));
  };
}

function indexAt(path: string): readonly PackIndex[] {
  try {
    return [openIndex(path)];
  } catch {
    return [];
  }
}

/** The id of a loose object; null for the file of a pack. */
export function idOf(file: string): string | null {
  return file.startsWith('objects/pack/') ? null : file.slice(-41).replace('/', '');
}
