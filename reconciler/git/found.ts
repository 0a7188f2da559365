/** Starts a repository that people will work in: files on disk, an index that knows them, one commit. Source: gitcore-tutorial(7). */
import fs from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { add, commit, init } from 'isomorphic-git';
import { because, codeOf, GitError } from './error.ts';

/** Who begins, and in what words. */
export interface Founder {
  readonly name: string;
  readonly mail: string;
  readonly message: string;
  /** Unix seconds. */
  readonly time: number;
}

/** Write the first files of a repository into a new or empty directory, scripts executable, and commit them. Errors: GitError when the directory holds anything. */
export async function foundRepository(directory: string, files: ReadonlyMap<string, string>, founder: Founder): Promise<void> {
  if (!(await isEmpty(directory))) throw new GitError(`cannot start in ${directory}: it is not empty`);
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
    await init({ fs, dir: directory, defaultBranch: 'main' });
    await add({ fs, dir: directory, filepath: [...files.keys()] });
    await commit({ fs, dir: directory, message: founder.message, author: { name: founder.name, email: founder.mail, timestamp: founder.time, timezoneOffset: 0 } });
  } catch (error) {
    throw new GitError(`cannot write ${directory}: ${because(error)}`);
  }
}

async function isEmpty(directory: string): Promise<boolean> {
  try {
    return (await fs.promises.readdir(directory)).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw new GitError(`cannot look into ${directory}: ${because(error)}`);
  }
}
