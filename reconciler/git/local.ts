/**
 * A repository in a directory of this host. Its objects are copied as files, loose ones and packs with their indexes, and nothing
 * else: no refs, no config, no hooks, no `info/alternates` (which would make this copy depend on a directory that may go away).
 * The directory may belong to a user who is not trusted, so nothing but plain files of a sane size is opened, and no link followed.
 * Source: gitrepository-layout(5).
 */
import { constants } from 'node:fs';
import { mkdir, open, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import type { Limits } from './http.ts';
import { localRefs } from './localrefs.ts';
import { pushInto } from './push/local.ts';
import { branchTip, openRepository } from './repository.ts';
import type { Repository } from './store.ts';
import type { Transport } from './transport.ts';

/** Open the way to a repository in a directory. */
export function local(path: string, limits: Limits): Transport {
  return {
    refs: async () => localRefs((await whole(path)).gitdir),
    tipOf: async (branch) => branchTip(await whole(path), branch),
    bring: async (want) => {
      const { gitdir } = await openRepository(path);
      const here = want.haves.length === 0 ? new Set<string>() : new Set(await objectFiles(want.gitdir));
      const missing = (await objectFiles(gitdir)).filter((file) => !here.has(file));
      for (const file of missing) await copyObject(join(gitdir, file), { to: join(want.into, file), maxBytes: limits.packBytes });
    },
    push: async (repository, updates) => pushInto(await openRepository(path), repository, { updates, maxBytes: limits.packBytes }),
    close: () => {},
  };
}

async function whole(path: string): Promise<Repository> {
  const repository = await openRepository(path);
  if (repository.shallow.size > 0) throw new GitError(`cannot fetch from ${path}: it is a shallow clone, without its full history`);
  return repository;
}

/** List the files of a repository that hold objects, by path below it, each pack before its index. Errors: GitError when a directory cannot be read. */
export async function objectFiles(gitdir: string): Promise<readonly string[]> {
  const directories = (await names(join(gitdir, 'objects'))).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const packs = (await names(join(gitdir, 'objects/pack'))).filter((name) => /^pack-[0-9a-f]{40}\.(pack|idx)$/.test(name));
  const files = packs.toSorted((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx'))).map((name) => `objects/pack/${name}`);
  for (const directory of directories) {
    const loose = (await names(join(gitdir, 'objects', directory))).filter((name) => /^[0-9a-f]{38}$/.test(name));
    files.push(...loose.map((name) => `objects/${directory}/${name}`));
  }
  return files;
}

async function names(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw new GitError(`cannot read ${directory}: ${because(error)}`);
  }
}

async function copyObject(from: string, how: { readonly to: string; readonly maxBytes: number }): Promise<void> {
  const source = await openWithoutLink(from);
  try {
    const found = await source.stat();
    if (!found.isFile() || found.size > how.maxBytes) throw new GitError(`cannot copy ${from}: it is not a plain file of at most ${how.maxBytes} bytes`);
    await mkdir(dirname(how.to), { recursive: true });
    await writeFile(how.to, await source.readFile());
  } finally {
    await source.close();
  }
}

async function openWithoutLink(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new GitError(`cannot copy ${path}: ${because(error)}`);
  }
}
