import { usualLimits } from '../../git/http.ts';
import { knownKeys } from '../../git/ssh/known-hosts.ts';
import { nameOf, parseSshRemote, type SshRemote } from '../../git/ssh/remote.ts';
import { transportTo } from '../../git/transports.ts';
import type { Host } from '../../model/desired.ts';
import { UsageError } from '../command.ts';

/** A git server behind ssh, and a key that it may show. */
export interface Server {
  /** As known_hosts names it. */
  readonly name: string;
  /** `type base64`. */
  readonly key: string;
}

/** Who is asked which keys a git server has: the co-op's own documents, and the admin's known_hosts. */
export interface Witnesses {
  readonly hosts: readonly Host[];
  readonly knownHosts: readonly string[];
}

/** Find out by which keys hosts are to know the git servers. Errors: UsageError for a server that nobody knows; GitError for a remote that cannot be used. */
export async function serversOf(remotes: readonly string[], witnesses: Witnesses): Promise<readonly Server[]> {
  const servers = await Promise.all(remotes.map((remote) => serversAt(remote, witnesses)));
  return [...new Map(servers.flat().map((server) => [`${server.name} ${server.key}`, server])).values()];
}

async function serversAt(remote: string, { hosts, knownHosts }: Witnesses): Promise<readonly Server[]> {
  const server = parseSshRemote(remote);
  if (server === null) {
    transportTo(remote, usualLimits).close();
    return [];
  }
  const { pinned, revoked } = await knownKeys(knownHosts, server);
  const good = pinned.filter(({ blob }) => !revoked.some((key) => key.blob.equals(blob))).map(({ type, blob }) => `${type} ${blob.toString('base64')}`);
  const declared = hosts.flatMap((host) => (isAt(host, server) && host.sshHostKey !== null ? [`${host.sshHostKey.type} ${host.sshHostKey.blob}`] : []));
  const keys = declared.length > 0 ? declared : good;
  if (keys.length === 0) throw new UsageError(unknown(server, knownHosts));
  return keys.map((key) => ({ name: nameOf(server), key }));
}

function isAt({ ipv4, ipv6, fqdn }: Host, { host, port }: SshRemote): boolean {
  return port === 22 && [String(ipv4), String(ipv6), String(fqdn)].includes(host);
}

function unknown(server: SshRemote, files: readonly string[]): string {
  const scan = `ssh-keyscan -t ed25519 ${server.port === 22 ? '' : `-p ${server.port} `}${server.host}`;
  const into = files.find((path) => path.includes('/.ssh/')) ?? '~/.ssh/known_hosts';
  const cannot = `cannot tell hosts by which key they know the git server ${nameOf(server)}: your known_hosts has none of it`;
  return `${cannot} – when whoever runs it confirms what it prints: ${scan} >> ${into}`;
}
