import fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { because, GitError } from './error.ts';
import { library } from './library.ts';
import { objectCount } from './uploadpack.ts';

/**
 * Store a pack under the name git gives it, and index it here: nobody's word is taken for what a pack holds.
 * Errors: GitError when not every object of it can be read.
 */
export async function storePack({ into }: { readonly into: string }, pack: Uint8Array): Promise<void> {
  const name = Buffer.from(pack.subarray(-20)).toString('hex');
  const filepath = `objects/pack/pack-${name}.pack`;
  await writeFile(join(into, filepath), pack);
  const found = new Set(await indexed(into, filepath)).size;
  // The library leaves out, without a word, what it cannot resolve.
  if (found !== objectCount(pack)) throw new GitError(`cannot use the pack: of ${objectCount(pack)} objects only ${found} can be read`);
}

async function indexed(into: string, filepath: string): Promise<readonly string[]> {
  try {
    return (await (await library()).indexPack({ fs, dir: into, gitdir: into, filepath })).oids;
  } catch (error) {
    throw new GitError(`cannot use the pack: it is damaged: ${because(error)}`);
  }
}
