import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { because, GitError } from './error.ts';
import { indexed } from './indexing.ts';
import { objectCount } from './uploadpack.ts';

/**
 * Store a pack under the name git gives it, and index it here: nobody's word is taken for what a pack holds.
 * Errors: GitError when not every object of it can be read.
 */
export async function storePack({ into }: { readonly into: string }, pack: Uint8Array): Promise<void> {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const { index, oids } = indexOf(bytes);
  const found = new Set(oids).size;
  // What cannot be made is left out of the index.
  if (found !== objectCount(pack)) throw new GitError(`cannot use the pack: of ${objectCount(pack)} objects only ${found} can be read`);
  const path = join(into, `objects/pack/pack-${bytes.toString('hex', bytes.length - 20)}`);
  await writeFile(`${path}.pack`, pack);
  // In a repository that others read, an index that is not whole yet would be one that is damaged.
  const begun = join(into, `objects/pack/tmp_idx_${randomBytes(8).toString('hex')}`);
  await writeFile(begun, index);
  await rename(begun, `${path}.idx`);
}

function indexOf(bytes: Buffer): ReturnType<typeof indexed> {
  try {
    return indexed(bytes);
  } catch (error) {
    throw new GitError(`cannot use the pack: it is damaged: ${because(error)}`);
  }
}
