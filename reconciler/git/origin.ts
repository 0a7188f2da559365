import fs from 'node:fs';
import { because, GitError } from './error.ts';
import { library } from './library.ts';
import type { Repository } from './store.ts';

/** Read where a clone came from; null where git was not told. Errors: GitError when its config cannot be read. */
export async function originOf({ gitdir }: Repository): Promise<string | null> {
  try {
    const url: unknown = await (await library()).getConfig({ fs, gitdir, path: 'remote.origin.url' });
    return typeof url === 'string' && url !== '' ? url : null;
  } catch (error) {
    throw new GitError(`cannot read the config of ${gitdir}: ${because(error)}`);
  }
}
