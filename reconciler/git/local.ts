/**
 * A repository in a directory of this host. Its objects are copied as files, loose ones and packs with their indexes, and nothing
 * else: no refs, no config, no hooks, no `info/alternates` (which would make this copy depend on a directory that may go away).
 * The directory may belong to a user who is not trusted, so nothing but plain files of a sane size is opened, and no link followed.
 * Source: gitrepository-layout(5).
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
      const here = want.haves.length === 0 ? [] : await objectFiles(want.gitdir);
      await copyObjects({ from: gitdir, into: want.into, but: here, maxBytes: limits.packBytes });
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

/** What is to be copied: every object file of one repository into another, but those that are there. */
interface Copying {
  readonly from: string;
  readonly into: string;
  readonly but: readonly string[];
  readonly maxBytes: number;
}

/** A repository that is packed anew this often while it is copied is not worth waiting for. */
const mostTurns = 5;

/**
 * Copy what is missing, file after file: there may be tens of thousands, and to wait for each in turn takes longer than to read it. `git gc` may pack the repository meanwhile: what was listed and is gone when its turn comes is in a pack by then,
 * so it is listed again. `list` is told what to list. Errors: GitError.
 */
export async function copyObjects({ from, into, but, maxBytes }: Copying, list: (gitdir: string) => Promise<readonly string[]> = objectFiles): Promise<void> {
  const [done, made] = [new Set(but), new Set<string>()];
  for (let turn = 1; ; turn += 1) {
    const vanished: string[] = [];
    for (const file of (await list(from)).filter((each) => !done.has(each))) {
      if (!made.has(dirname(file))) mkdirSync(join(into, dirname(file)), { recursive: true });
      made.add(dirname(file));
      if (copyObject(join(from, file), { to: join(into, file), maxBytes })) done.add(file);
      else vanished.push(join(from, file));
    }
    if (vanished.length === 0) return;
    if (turn === mostTurns) throw new GitError(`cannot copy ${vanished[0]}: it vanished while it was being copied, as did what was there ${turn - 1} times before`);
  }
}

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

/** Shape: whether it was there. */
function copyObject(from: string, how: { readonly to: string; readonly maxBytes: number }): boolean {
  const source = openWithoutLink(from);
  if (source === null) return false;
  try {
    const found = fstatSync(source);
    if (!found.isFile() || found.size > how.maxBytes) throw new GitError(`cannot copy ${from}: it is not a plain file of at most ${how.maxBytes} bytes`);
    writeFileSync(how.to, readFileSync(source));
    return true;
  } finally {
    closeSync(source);
  }
}

function openWithoutLink(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new GitError(`cannot copy ${path}: ${because(error)}`);
  }
}
