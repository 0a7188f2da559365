/** Starts a repository that people will work in: files on disk, an index that knows them, one commit. Source: gitcore-tutorial(7). */
import fs from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { library } from './library.ts';
import { localRefs } from './localrefs.ts';
import { openRepository } from './repository.ts';

/** Who begins, and in what words. */
export interface Founder {
  readonly name: string;
  readonly mail: string;
  readonly message: string;
  /** Unix seconds. */
  readonly time: number;
}

/**
 * Write the first files of a repository into a new or empty directory, or beside the `.git` of a repository without any commit, scripts
 * executable, and commit them to `main`. Errors: GitError when the directory or the repository holds anything.
 */
export async function foundRepository(directory: string, files: ReadonlyMap<string, string>, founder: Founder): Promise<void> {
  await refuseUsed(directory);
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    const { add, commit, init, writeRef } = await library();
    await init({ fs, dir: directory, defaultBranch: 'main' });
    await writeRef({ fs, dir: directory, ref: 'HEAD', value: 'refs/heads/main', symbolic: true, force: true });
    await add({ fs, dir: directory, filepath: [...files.keys()] });
    await commit({ fs, dir: directory, message: founder.message, author: { name: founder.name, email: founder.mail, timestamp: founder.time, timezoneOffset: 0 } });
  } catch (error) {
    throw new GitError(`cannot write ${directory}: ${because(error)}`);
  }
}

async function refuseUsed(directory: string): Promise<void> {
  const names = await namesIn(directory);
  if (names.some((name) => name !== '.git')) throw new GitError(`cannot start in ${directory}: it is not empty`);
  if (names.length === 0) return;
  const { gitdir } = await openRepository(directory);
  if (gitdir !== join(directory, '.git')) throw new GitError(`cannot start in ${directory}: its repository is elsewhere, in ${gitdir}`);
  if ((await localRefs(gitdir)).size > 0) throw new GitError(`cannot start in ${directory}: its repository holds commits already`);
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await fs.promises.readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new GitError(`cannot look into ${directory}: ${because(error)}`);
  }
}
