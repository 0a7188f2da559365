/**
 * Whether a server is the one it should be. In its first packets it shows a public key and signs with it; whoever accepts any key talks
 * to anybody. So only keys that stand in known_hosts are accepted, and only their sorts are asked for: a server with several keys then
 * shows the one that is known. Source: RFC 4253 §7 and §8.
 */
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { fingerprint, keyType, type HostKey, type Known } from './known-hosts.ts';
import { nameOf, type SshRemote } from './remote.ts';

const algorithms: ReadonlyMap<string, readonly ServerHostKeyAlgorithm[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

/** Choose which sorts of keys to ask a server for: those of its pinned keys. A server without any is asked for its best, to tell what it shows. */
export function algorithmsFor({ pinned }: Known): ServerHostKeyAlgorithm[] {
  const types = new Set(pinned.map(({ type }) => type));
  const chosen = [...algorithms].filter(([type]) => types.has(type)).flatMap(([, names]) => names);
  return chosen.length > 0 ? chosen : [...algorithms.values()].flat();
}

/** Judge the key that a server shows. Shape: null when it is pinned and not revoked, else why it is not accepted and what to do. */
export function refusalOf(blob: Buffer, server: SshRemote, about: { readonly known: Known; readonly files: readonly string[] }): string | null {
  const { pinned, revoked, authorities } = about.known;
  const same = (key: HostKey): boolean => key.blob.equals(blob);
  const shown = `${fingerprint(blob)} (${keyType(blob)})`;
  const out = revoked.find(same);
  if (out !== undefined) return `the host key of ${nameOf(server)}, ${shown}, is revoked in ${out.file}`;
  if (pinned.some(same)) return null;
  const [old] = pinned;
  const before = `${old?.file} has ${pinned.map((key) => fingerprint(key.blob)).join(', ')}: somebody may be in between`;
  if (old !== undefined) return `the host key of ${nameOf(server)} has changed to ${shown}, and ${before}; ${advice(blob, server, [old.file])}`;
  const vouched = authorities.length === 0 ? '' : ' (its @cert-authority entries are not used: only keys themselves are)';
  return `the host key of ${nameOf(server)}, ${shown}, is not known${vouched}: ${advice(blob, server, about.files)}`;
}

/** Say that a server has no key of the sorts that are pinned. */
export function noSuchKey(server: SshRemote, { pinned }: Known): string {
  const types = [...new Set(pinned.map(({ type }) => type))].join(', ');
  return `${nameOf(server)} shows no host key of a sort that both sides know; ${pinned[0]?.file ?? 'known_hosts'} has ${types === '' ? 'none' : types}`;
}

function advice(blob: Buffer, server: SshRemote, [file]: readonly string[]): string {
  const port = server.port === 22 ? '' : `-p ${server.port} `;
  const type = keyType(blob).replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa');
  const where = file === undefined ? '; no known_hosts file is named' : ` >> ${file}`;
  const scan = `ssh-keyscan -t ${/^\w+$/.test(type) ? type : 'ed25519'} ${port}${server.host}`;
  return `when whoever runs it confirms that fingerprint, put it in with: ${scan}${where}`;
}
