import { join } from 'node:path';
import { because, GitError } from './error.ts';
import { indexed } from './indexing.ts';
import { putPack } from './packindex.ts';
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
  putPack(join(into, 'objects/pack'), bytes, index);
}

function indexOf(bytes: Buffer): ReturnType<typeof indexed> {
  try {
    return indexed(bytes);
  } catch (error) {
    throw new GitError(`cannot use the pack: it is damaged: ${because(error)}`);
  }
}
