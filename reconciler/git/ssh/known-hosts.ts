/**
 * Which keys a server may have: known_hosts, one a line, `names type key`. Names are patterns with `*`, `?` and `!`, or hashed as
 * `|1|salt|HMAC-SHA1 of the name` so that the file does not tell which servers one knows. A port that is not 22 is part of the name.
 * `@revoked` before them takes a key out for good; `@cert-authority` lets a key vouch for others, which is not done here: only keys
 * that stand in the file themselves are trusted. Source: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; RFC 4251 §4.1.
 */
import { createHash, createHmac } from 'node:crypto';
import { readText } from '../repository.ts';
import { nameOf, type SshRemote } from './remote.ts';

export interface HostKey {
  /** As in the file: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string;
  readonly blob: Buffer;
  /** Where it stands. */
  readonly file: string;
}

/** What the files say about one server. */
export interface Known {
  readonly pinned: readonly HostKey[];
  readonly revoked: readonly HostKey[];
  /** Keys that would vouch for others. */
  readonly authorities: readonly HostKey[];
}

/** Read what known_hosts files say about a server; a file that is not there says nothing. Errors: GitError when one cannot be read. */
export async function knownKeys(files: readonly string[], server: Pick<SshRemote, 'host' | 'port'>): Promise<Known> {
  const entries: Entry[] = [];
  for (const file of files) entries.push(...entriesOf((await readText(file)) ?? '', file));
  const isOut = (names: readonly string[]): boolean => names.some((name) => name.startsWith('!') && isNamed(name.slice(1), server));
  const ours = entries.filter(({ names }) => names.some((name) => isNamed(name, server)) && !isOut(names));
  const marked = (mark: string): readonly HostKey[] => ours.filter((entry) => entry.mark === mark).map(({ key }) => key);
  return { pinned: marked(''), revoked: marked('@revoked'), authorities: marked('@cert-authority') };
}

/** Write a key's fingerprint as ssh does. Shape: `SHA256:` and 43 characters. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Read which sort a public key is of, out of its own bytes. */
export function keyType(blob: Buffer): string {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return length > 64 ? '' : blob.toString('latin1', 4, 4 + length);
}

interface Entry {
  readonly mark: string;
  readonly names: readonly string[];
  readonly key: HostKey;
}

function entriesOf(text: string, file: string): readonly Entry[] {
  return text.split('\n').flatMap((line) => {
    const parts = /^\s*(?:(@\S+)\s+)?([^\s#@]\S*)\s+(\S+)\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(line);
    if (parts === null) return [];
    const [, mark = '', names = '', type = '', key = ''] = parts;
    const blob = Buffer.from(key, 'base64');
    return keyType(blob) === type ? [{ mark, names: names.split(','), key: { type, blob, file } }] : [];
  });
}

function isNamed(name: string, server: Pick<SshRemote, 'host' | 'port'>): boolean {
  const wanted = nameOf(server);
  if (!name.startsWith('|')) return matches(wanted, name.toLowerCase());
  const [, version, salt = '', hash] = name.split('|');
  return version === '1' && createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash;
}

/**
 * `*` is any text, `?` one character. Only the last star is ever tried again, so the time grows with the product of both lengths; a
 * regular expression of many stars would take time without end.
 */
function matches(text: string, pattern: string): boolean {
  let [at, next, star, retry] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[next] === '*') [star, retry, next] = [next, at, next + 1];
    else if (pattern[next] === '?' || pattern[next] === text[at]) [at, next] = [at + 1, next + 1];
    else if (star < 0) return false;
    else [retry, at, next] = [retry + 1, retry + 1, star + 1];
  }
  return /^\**$/.test(pattern.slice(next));
}
