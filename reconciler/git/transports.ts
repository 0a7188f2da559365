import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GitError } from './error.ts';
import type { Limits } from './http.ts';
import { local } from './local.ts';
import type { Transport } from './transport.ts';
import { web } from './web.ts';

/** Choose the way to a remote by how it is written: an http(s) URL, a file URL or a path. Errors: GitError for anything else. */
export function transportTo(remote: string, limits: Limits): Transport {
  if (isAbsolute(remote) || remote.startsWith('.')) return local(resolve(remote), limits);
  const cannot = `cannot use the remote ${JSON.stringify(remote)}`;
  if (!URL.canParse(remote)) throw new GitError(`${cannot}: it is neither an http or https URL nor a path that begins with / or .`);
  const url = new URL(remote);
  if (url.protocol === 'file:' && url.host === '') return local(fileURLToPath(url), limits);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new GitError(`cannot use the remote ${url.protocol}//${url.host}: only http, https and local paths are known`);
  if (url.username !== '' || url.password !== '') throw new GitError(`cannot use the remote at ${url.host}: its URL holds a user name or a password`);
  return web(url, limits);
}
