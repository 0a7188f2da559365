import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GitError } from './error.ts';
import type { Limits } from './http.ts';
import { local } from './local.ts';
import { ssh } from './ssh.ts';
import type { SshIdentity } from './ssh/identity.ts';
import { parseSshRemote } from './ssh/remote.ts';
import type { Transport } from './transport.ts';
import { web } from './web.ts';

/**
 * Choose the way to a remote by how it is written: an http(s), ssh or file URL, a path that begins with `/` or `.`, or `user@host:path`.
 * Errors: GitError for anything else, and for ssh without an identity.
 */
export function transportTo(remote: string, limits: Limits, identity: SshIdentity | null = null): Transport {
  if (isAbsolute(remote) || remote.startsWith('.')) return local(resolve(remote), limits);
  const cannot = `cannot use the remote ${JSON.stringify(remote)}`;
  const byShell = parseSshRemote(remote);
  if (byShell !== null && identity === null) throw new GitError(`${cannot}: no key and no known hosts were given for ssh`);
  if (byShell !== null && identity !== null) return ssh(byShell, limits, identity);
  if (!URL.canParse(remote)) throw new GitError(`${cannot}: it is neither an http, https or ssh URL, nor user@host:path, nor a path that begins with / or .`);
  const url = new URL(remote);
  if (url.protocol === 'file:' && url.host === '') return local(fileURLToPath(url), limits);
  const known = url.protocol === 'http:' || url.protocol === 'https:';
  if (!known) throw new GitError(`cannot use the remote ${url.protocol}//${url.host}: only http, https, ssh and local paths are known`);
  if (url.username !== '' || url.password !== '') throw new GitError(`cannot use the remote at ${url.host}: its URL holds a user name or a password`);
  return web(url, limits);
}
