/**
 * A repository behind git's smart HTTP protocol, as every forge and `git http-backend` offer it: two requests at most, the refs and the
 * pack. The pack is stored under the name git gives it, and its index is made here: the server's word is not taken for what a pack holds.
 * Source: gitprotocol-http(5), git-http-backend(1).
 */
import fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexPack } from 'isomorphic-git';
import { because, GitError } from './error.ts';
import { connection, type Limits } from './http.ts';
import type { Transport, Want } from './transport.ts';
import { branchOf, objectCount, packOf, packRequest, parseAdvertisement } from './uploadpack.ts';

const advertisementBytes = 32 * 1024 * 1024;
const question = 'info/refs?service=git-upload-pack';

/** Open the way to a repository over http or https. */
export function web(url: URL, limits: Limits): Transport {
  const { exchange, close } = connection(limits);
  let base = url.href.replace(/\/+$/, '');
  return {
    tipOf: async (branch) => {
      const reply = await exchange({ method: 'GET', url: new URL(`${base}/${question}`), headers: {}, maxBytes: advertisementBytes });
      const spoken = reply.contentType.startsWith('application/x-git-upload-pack-advertisement');
      if (!spoken) throw new GitError('cannot fetch: the server answers, but not as a git server does');
      // Forges send `/repo` on to `/repo.git`; the pack is then asked for there as well.
      base = reply.url.href.replace(/\/info\/refs\?.*$/, '');
      return branchOf(parseAdvertisement(reply.body), branch);
    },
    bring: async (want) => {
      const headers = { 'content-type': 'application/x-git-upload-pack-request', accept: 'application/x-git-upload-pack-result' };
      const body = packRequest(want.oid, want.haves);
      const reply = await exchange({ method: 'POST', url: new URL(`${base}/git-upload-pack`), headers, body, maxBytes: limits.packBytes });
      await storePack(want, packOf(reply.body));
    },
    close,
  };
}

async function storePack(want: Want, pack: Uint8Array): Promise<void> {
  const name = Buffer.from(pack.subarray(-20)).toString('hex');
  const filepath = `objects/pack/pack-${name}.pack`;
  await writeFile(join(want.into, filepath), pack);
  const found = new Set(await indexed(want.into, filepath)).size;
  // The library leaves out, without a word, what it cannot resolve.
  if (found !== objectCount(pack)) throw new GitError(`cannot use the pack: of ${objectCount(pack)} objects only ${found} can be read`);
}

async function indexed(into: string, filepath: string): Promise<readonly string[]> {
  try {
    return (await indexPack({ fs, dir: into, gitdir: into, filepath })).oids;
  } catch (error) {
    throw new GitError(`cannot use the pack: it is damaged: ${because(error)}`);
  }
}
