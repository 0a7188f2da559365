/**
 * Is this the host that is meant, and may it be changed? /etc/os-release names the distribution and, for a release that is out, its
 * number. Source: os-release(5), dpkg(1).
 */
import { createHash } from 'node:crypto';
import { oneLine } from '../../report/printable.ts';
import type { Answer } from '../host-errand.ts';
import { configOf, configPath, type Config } from '../place.ts';
import { UsageError } from '../command.ts';
import type { Job } from './job.ts';
import { wordOf } from './said.ts';
import { readIfAny, step, type Settled, type Stage, type Step } from './step.ts';

/** Where a host keeps the co-op's key, and by which keys it knows git servers. */
export const clusterKeyPath = '/etc/croft/cluster.key';
export const knownHostsPath = '/etc/croft/known_hosts';

// `$(…)` leaves out the last newlines, as whoever derives from the key does. printf is the shell's own: nobody sees its words.
const keyDigest: Step = step('sh', '-euc', 'if test -e "$1"; then printf %s "$(cat -- "$1")" | sha256sum; fi', 'sh', clusterKeyPath);

/** Look at the host. */
export const look: Stage = {
  title: () => 'look at the host',
  steps: () => [
    step('id', '-u'),
    readIfAny('/etc/os-release'),
    { ...step('dpkg', '--print-architecture'), mayFail: true },
    readIfAny(configPath),
    readIfAny(knownHostsPath),
    keyDigest,
  ],
  settle,
};

/** Digest the co-op's key as hosts compare it. */
export function digestOf(key: Uint8Array | string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Where the host is to look for the co-op's repository: what it was told stays, unless it is told anew. Errors: UsageError when nobody says. */
export function remotesOf({ host, named, remotes }: Job, there: Config): readonly string[] {
  const chosen = named.remotes || there.remotes.length === 0 ? remotes : there.remotes;
  if (chosen.length === 0) throw new UsageError(`cannot tell ${host.name} where the repository is: give --remote URL, as the host reaches it`);
  return chosen;
}

async function settle([id, release, dpkg, config, known, key]: readonly Answer[], job: Job): Promise<Settled> {
  if (wordOf(id) !== '0') throw new UsageError(`cannot set up ${job.host.name} as ${job.peer.user}: that is not root there, and sudo does not make it so`);
  const debian = releaseOf(release, job);
  const architecture = wordOf(dpkg);
  if (architecture === null) throw new UsageError(`cannot set up ${job.host.name}: dpkg there does not say of which architecture it is`);
  const settings = await settingsOf(config?.out ?? '', job);
  remotesOf(job, settings);
  const theirs = /^[0-9a-f]{64}/.exec(key?.out ?? '')?.[0] ?? null;
  refuseAnotherKey(theirs, job);
  const found = settings.host === null ? 'no croft yet' : `croft is told already that it is ${settings.host}`;
  const seen = { architecture, settings, knownHosts: known?.out ?? '', hasClusterKey: theirs !== null };
  return { result: `Debian ${debian}, ${architecture}, ${found}`, seen };
}

function releaseOf(answer: Answer | undefined, { host }: Job): number {
  const says = (field: string): string => new RegExp(`^${field}=["']?([^"'\n]*)["']?$`, 'm').exec(answer?.out ?? '')?.[1] ?? '';
  const [id, version] = [says('ID'), says('VERSION_ID')];
  const name = says('PRETTY_NAME') || 'nothing';
  const there = `its /etc/os-release says ${JSON.stringify(oneLine(name.slice(0, 80)))}`;
  if (id !== 'debian') throw new UsageError(`cannot set up ${host.name}: it is not Debian, ${there}`);
  if (version === String(host.debian)) return host.debian;
  const right = `install Debian ${host.debian} there, or correct the document`;
  throw new UsageError(`cannot set up ${host.name}: ${host.source.file} says debian: ${host.debian}, and ${there} – ${right}`);
}

/** A host that serves another co-op is not taken over by a mistyped address. */
async function settingsOf(text: string, { host, named, isOurs }: Job): Promise<Config> {
  const settings = await readSettings(text, host.name);
  const remove = `if it is to be taken over all the same, remove ${configPath} there`;
  if (settings.host !== null && settings.host !== host.name) {
    const another = JSON.stringify(oneLine(settings.host.slice(0, 80)));
    throw new UsageError(`cannot set up ${host.name}: ${configPath} there says that it is ${another} – ${remove}`);
  }
  if (settings.trusted !== null && named.trusted === null && !(await isOurs(settings.trusted))) {
    const foreign = `trusts commit ${settings.trusted}, which is not in our main: it is another co-op's host, or this clone is behind`;
    throw new UsageError(`cannot set up ${host.name}: ${configPath} there ${foreign} – ${remove}`);
  }
  return settings;
}

async function readSettings(text: string, name: string): Promise<Config> {
  try {
    return await configOf(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`cannot set up ${name}: what is there cannot be read, and is not overwritten: ${oneLine(error.message)}`);
  }
}

function refuseAnotherKey(theirs: string | null, { host, clusterKey }: Job): void {
  if (theirs === null || clusterKey === null || theirs === digestOf(clusterKey)) return;
  const another = `${clusterKeyPath} there is another one than the one given, and is never overwritten`;
  throw new UsageError(`cannot set up ${host.name}: ${another} – find out which of them the other hosts have`);
}
