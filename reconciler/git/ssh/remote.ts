/**
 * How people write a repository behind ssh: `ssh://user@host:port/path`, percent-encoded, where `/~/x` lies in the login directory; or
 * `user@host:path` as scp(1) has it, where a path without a leading `/` does, and nothing is encoded. The user is always named: what
 * croft connects as does not depend on who runs it. Source: git-clone(1), GIT URLS.
 */
import { GitError } from '../error.ts';

export interface SshRemote {
  readonly user: string;
  /** A name or an address, in lower case, without brackets. */
  readonly host: string;
  readonly port: number;
  /** As the server is to be asked for it: absolute, below `~`, or from the login directory. */
  readonly path: string;
}

/** Read a remote that is reached by ssh; null when it is written in no such way. Errors: GitError when it is, but cannot be used. */
export function parseSshRemote(remote: string): SshRemote | null {
  const url = /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/@]*)(?::([^/]*))?(\/.*)?$/s.exec(remote);
  if (url !== null) {
    const [, user = '', host = '', port = '22', path = ''] = url;
    const below = decoded(path);
    return checked({ user: decoded(user), host, port: Number(port), path: below.startsWith('/~') ? below.slice(1) : below });
  }
  const scp = /^([^@/:]+)@(\[[^\]]+\]|[^:/@[\]]+):(?!\/\/)(.*)$/s.exec(remote);
  if (scp === null) return null;
  const [, user = '', host = '', path = ''] = scp;
  return checked({ user, host, port: 22, path });
}

/** Write whom one talks to, as in `git@git.fairmeadow.example:2222`. */
export function serverOf({ user, host, port }: SshRemote): string {
  return `${user}@${nameOf({ host, port })}`;
}

/** Write a server as known_hosts names it: `host`, or `[host]:port` for a port that is not 22. */
export function nameOf({ host, port }: Pick<SshRemote, 'host' | 'port'>): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function checked({ user, host, port, path }: SshRemote): SshRemote {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const cannot = `cannot use the ssh remote at ${JSON.stringify(name.slice(0, 255))}`;
  if (user.includes(':')) throw new GitError(`${cannot}: it holds a password; croft shows a key instead`);
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(user)) throw new GitError(`${cannot}: it names no user; write ssh://git@host/path`);
  const named = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/.test(name) || /^[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?$/.test(name);
  if (!named) throw new GitError(`${cannot}: that is no host name and no address`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new GitError(`${cannot}: its port is not a number from 1 to 65535`);
  // A server would take a leading dash for an option.
  if (/^-|^\/?$|[\0-\x1f\x7f]/.test(path)) throw new GitError(`${cannot}: its path ${JSON.stringify(path)} is not that of a repository`);
  return { user, host: name, port, path };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GitError(`cannot use the ssh remote: in ${JSON.stringify(text)} a % is not followed by two digits; write %25 for the sign itself`);
  }
}
