import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GitError } from '../git/error.ts';
import { credentials, type SshIdentity } from '../git/ssh/identity.ts';
import type { Host } from '../model/desired.ts';
import { oneLine } from '../report/printable.ts';
import { text, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { hostNamed, hostsOf, portOf } from './hosts.ts';
import { identityOf } from './place.ts';
import { snapshotAt } from './source.ts';
import { kicker, tell, type Hearer, type Voice } from './tell.ts';

const usualKey = '/etc/croft/kick.key';
/** Whoever pushes waits for this: longer than the slowest host that is still well, shorter than patience. */
const limits = { atOnce: 16, eachSeconds: 10, wholeSeconds: 14 };

/** Tell hosts to look for news at once. */
export const kick: Command = {
  name: 'kick',
  summary: 'tell hosts over ssh to look for news at once',
  help: `croft kick [HOST …]: tells all hosts of the co-op, or those that are named, to look for news now and
not when their minute is over. All at the same time, over ssh, and never for longer than 15 seconds.
The key for it is trust.kick-key of cluster.yaml; it can do nothing else on a host.

Usage: croft kick [HOST …] [--repo PATH] [--key FILE] [--port NUMBER]

  HOST              a host of the co-op; none: all of them
  --repo PATH       the co-op's git repository, whose main says which hosts there are, at which address,
                    and by which ssh-host-key they are known; default: the one that you are in
  --key FILE        the private key; default: ${usualKey}, or where there is none the keys that
                    ssh would use
  --port NUMBER     where the hosts' sshd listens; default: 22

Example:
  $ croft kick --repo /srv/git/coop.git
  main: will look for news (0.2 s)
  dynamic: cannot be told: it does not answer within 10 seconds (10.0 s)

Exit status: 0 all were told, 1 none was or cannot, 3 some were not.`,
  operand: 'HOST',
  options: { repo: { type: 'string' }, key: { type: 'string' }, port: { type: 'string' } },
  run,
};

/** Whom to tell, and as whom. */
export interface Kick {
  /** A git repository on this machine. */
  readonly repository: string;
  /** Names of hosts; none: all. */
  readonly names: readonly string[];
  /** The private key; null: the usual one. */
  readonly key: string | null;
  readonly port: number;
}

/** Tell hosts, printing a line for each as it is known. Errors: UsageError and GitError, before any host was asked. */
export async function kickHosts({ repository, names, key, port }: Kick, world: World, within = limits): Promise<ExitStatus> {
  const end = world.now() + within.wholeSeconds * 1000;
  const hearers = chosen(hostsOf(await snapshotAt(repository, null), 'cannot tell any host'), names).map((host) => hearerOf(host, port));
  const identity = keysOf(key, world);
  const keys = await credentials(identity, kicker, (await import('ssh2')).default.utils.parseKey);
  const waiting = [...hearers];
  let told = 0;
  async function next(): Promise<void> {
    for (let hearer = waiting.shift(); hearer !== undefined; hearer = waiting.shift()) {
      const begun = world.now();
      const seconds = Math.min(within.eachSeconds, (end - begun) / 1000);
      const why = await tellWithin(hearer, { keys, knownHosts: identity.knownHosts, seconds });
      told += why === null ? 1 : 0;
      const word = why === null ? 'will look for news' : world.paint('red', `cannot be told: ${oneLine(why)}`);
      world.print(`${hearer.name}: ${word} (${((world.now() - begun) / 1000).toFixed(1)} s)`);
    }
  }
  await Promise.all(Array.from({ length: within.atOnce }, next));
  return told === hearers.length ? 0 : told === 0 ? 1 : 3;
}

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [repository, key, port] = [text(call, 'repo'), text(call, 'key'), portOf(call)];
  const from = (path: string): string => resolve(world.directory, path);
  const here = world.git.directory ?? '.';
  return kickHosts({ repository: from(repository ?? here), names: call.positionals, key: key === null ? null : from(key), port }, world);
}

/** One host's trouble is that host's: the others are told all the same. */
async function tellWithin(hearer: Hearer, voice: Voice): Promise<string | null> {
  if (voice.seconds <= 0) return 'there was no time left for it';
  try {
    return await tell(hearer, voice);
  } catch (error) {
    if (error instanceof GitError) return error.message;
    throw error;
  }
}

function chosen(hosts: readonly Host[], names: readonly string[]): readonly Host[] {
  const named = names.map((name) => hostNamed(hosts, name));
  return named.length === 0 ? hosts : hosts.filter((host) => named.includes(host));
}

/** By address: news about the co-op's names must not wait for the co-op's names. */
function hearerOf({ name, fqdn, ipv4, sshHostKey }: Host, port: number): Hearer {
  return { name, fqdn, address: ipv4, port, key: sshHostKey };
}

function keysOf(key: string | null, world: World): SshIdentity {
  const usual = identityOf('/', world);
  const only = key ?? (existsSync(usualKey) ? usualKey : null);
  return only === null ? { ...usual, keyFiles: usual.keyFiles.filter((path) => !path.endsWith('/host.key')) } : { ...usual, keyFiles: [only], agent: null };
}
