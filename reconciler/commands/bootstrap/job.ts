import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { because, GitError } from '../../git/error.ts';
import { isAncestor } from '../../git/history.ts';
import { originOf } from '../../git/origin.ts';
import { resolveRevision } from '../../git/repository.ts';
import { snapshotOf } from '../../git/snapshot.ts';
import type { Repository } from '../../git/store.ts';
import type { Host } from '../../model/desired.ts';
import { text, texts, UsageError, type Call, type World } from '../command.ts';
import type { Peer } from '../host-ssh.ts';
import { hostNamed, hostsOf, portOf } from '../hosts.ts';
import { isFarAway } from '../place.ts';
import { repositoryAround } from '../repository.ts';
import { serversOf, type Server } from './servers.ts';
import { namedPin, newestPin, type Pin } from './trusted.ts';

/** Everything that a bootstrap has to know before it talks to anybody. */
export interface Job {
  readonly host: Host;
  /** How many hosts the co-op has. */
  readonly hosts: number;
  readonly peer: Peer;
  readonly deb: Deb;
  /** Where the host finds the repository; none when nobody said and the clone does not tell. */
  readonly remotes: readonly string[];
  readonly servers: readonly Server[];
  /** The co-op's key, without the end of its line; null when none was given. Secret. */
  readonly clusterKey: string | null;
  readonly trusted: Pin;
  /** What was said on the command line, and so goes before what the host was told earlier. */
  readonly named: { readonly remotes: boolean; readonly trusted: string | null };
  /** Is a commit in the history of main? */
  isOurs(oid: string): Promise<boolean>;
}

/** The package. */
export interface Deb {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Whose word counts for the keys of git servers. */
export interface Knowing {
  readonly knownHosts: readonly string[];
}

const leastKeyBytes = 32;

/** Gather everything. Errors: UsageError and GitError, before any host was talked to. */
export async function jobOf(call: Call, world: World, { knownHosts }: Knowing): Promise<Job> {
  const [name, ...others] = call.positionals;
  const isOne = name !== undefined && others.length === 0;
  if (!isOne) throw new UsageError('cannot tell which host is meant: name one, as in croft bootstrap main --deb croft_0.1.0_all.deb');
  const { repository } = await repositoryAround(text(call, 'repo'), world);
  const main = await resolveRevision(repository, 'main');
  const hosts = hostsOf(await snapshotOf(repository, main), 'cannot set up any host');
  const host = hostNamed(hosts, name);
  const named = { remotes: texts(call, 'remote').length > 0, trusted: text(call, 'trusted') };
  const remotes = await remotesOf(call, repository);
  return {
    host, hosts: hosts.length, named, remotes,
    peer: peerOf(call, host),
    deb: debOf(text(call, 'deb'), world),
    servers: await serversOf(remotes, { hosts, knownHosts }),
    clusterKey: clusterKeyOf(text(call, 'cluster-key'), world),
    trusted: await (named.trusted === null ? newestPin(repository, main) : namedPin(repository, main, named.trusted)),
    isOurs: (oid) => isIn(repository, oid, main),
  };
}

function peerOf(call: Call, { fqdn, ipv4, sshHostKey }: Host): Peer {
  const [address, user] = [text(call, 'address') ?? ipv4, text(call, 'user') ?? 'root'];
  if (!/^[A-Za-z0-9_.:%-]{1,255}$/.test(address)) throw new UsageError(`cannot use --address ${address}: it must be an address, or a name`);
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/.test(user)) throw new UsageError(`cannot use --user ${user}: no account can have that name`);
  return { fqdn, address: address.toLowerCase(), port: portOf(call), user, key: sshHostKey };
}

async function remotesOf(call: Call, repository: Repository): Promise<readonly string[]> {
  const named = texts(call, 'remote');
  const unusable = named.find((remote) => !isFarAway(remote) && !isAbsolute(remote));
  const right = 'it must be a URL, user@host:path, or a path that begins with /, as the host reaches it';
  if (unusable !== undefined) throw new UsageError(`cannot use --remote ${unusable}: ${right}`);
  const origin = named.length > 0 ? null : await originOf(repository);
  return origin === null || !isFarAway(origin) || origin.startsWith('file:') ? named : [origin];
}

function debOf(path: string | null, world: World): Deb {
  if (path === null) throw new UsageError('cannot set up a host without --deb FILE: the package of croft, as packaging/deb.mjs builds it');
  const bytes = read('--deb', path, world);
  if (bytes.subarray(0, 8).toString('latin1') !== '!<arch>\n') throw new UsageError(`cannot use --deb ${path}: it is not a Debian package`);
  return { name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function clusterKeyOf(path: string | null, world: World): string | null {
  if (path === null) return null;
  const key = read('--cluster-key', path, world).toString('utf8').trim();
  if (Buffer.byteLength(key) >= leastKeyBytes) return key;
  throw new UsageError(`cannot use --cluster-key ${path}: it holds less than ${leastKeyBytes} bytes; openssl rand -base64 48 makes a good one`);
}

function read(option: string, path: string, { directory }: World): Buffer {
  try {
    return readFileSync(resolve(directory, path));
  } catch (error) {
    throw new UsageError(`cannot read ${option} ${path}: ${because(error)}`);
  }
}

async function isIn(repository: Repository, oid: string, main: string): Promise<boolean> {
  try {
    return await isAncestor(repository, oid, main);
  } catch (error) {
    if (error instanceof GitError) return false;
    throw error;
  }
}
