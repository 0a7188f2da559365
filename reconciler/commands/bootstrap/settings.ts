import { list } from '../../report/words.ts';
import { configPath } from '../place.ts';
import type { Job } from './job.ts';
import { clusterKeyPath, digestOf, knownHostsPath, remotesOf } from './look.ts';
import { write, type Input, type Seen, type Stage, type Step } from './step.ts';

/** Tell the host what it has to know. Its configuration comes last: from then on the timer begins runs. */
export const settings: Stage = {
  title: () => 'tell it where the repository is, and which commit to trust',
  steps: (job, seen) => files(job, seen).map(({ step }) => step),
  settle: (_, job, seen) => {
    const names = files(job, seen).map(({ path }) => path);
    const lacksKey = job.hosts > 1 && job.clusterKey === null && !seen.hasClusterKey;
    const key = lacksKey ? [`there is no ${clusterKeyPath} there: hosts of a co-op with several need it for each other, see --cluster-key`] : [];
    const trust = keepsTrusted(job, seen) ? [] : [`trusted: ${job.trusted.commit}`, `  ${job.trusted.why}`];
    return { result: names.length === 0 ? 'it is told already' : `${list(names)} written`, lines: [...trust, ...key] };
  },
};

/** Write what a host's configuration is to say. Every text is quoted: a name may look like a number. */
export function configText(job: Job, seen: Seen): string {
  const { branch } = seen.settings;
  const trusted = (keepsTrusted(job, seen) ? seen.settings.trusted : null) ?? job.trusted.commit;
  return [
    '# Written by croft bootstrap. What each line means: man croft, and /usr/share/doc/croft.',
    `host: ${JSON.stringify(job.host.name)}`,
    'remotes:',
    ...remotesOf(job, seen.settings).map((remote) => `  - ${JSON.stringify(remote)}`),
    ...(branch === 'main' ? [] : [`branch: ${JSON.stringify(branch)}`]),
    '# The first commit that this host believes without asking who signed it.',
    `trusted: ${JSON.stringify(trusted)}`,
    '',
  ].join('\n');
}

/** What is there is another admin's word, and holds unless this one says otherwise. */
function keepsTrusted({ named }: Job, { settings: { trusted } }: Seen): boolean {
  return named.trusted === null && trusted !== null;
}

interface Written {
  readonly path: string;
  readonly step: Step;
}

function files(job: Job, seen: Seen): readonly Written[] {
  const known = knownHostsText(job, seen);
  const knownHosts = known === seen.knownHosts ? [] : [file(knownHostsPath, '0644', known)];
  const key = job.clusterKey === null || seen.hasClusterKey ? [] : [file(clusterKeyPath, '0600', `${job.clusterKey}\n`, "the co-op's key, secret")];
  return [...knownHosts, ...key, ...(isTold(job, seen) ? [] : [file(configPath, '0644', configText(job, seen))])];
}

function isTold(job: Job, seen: Seen): boolean {
  const { host, remotes, trusted } = seen.settings;
  const wanted = keepsTrusted(job, seen) ? trusted : job.trusted.commit;
  return host === job.host.name && trusted === wanted && remotes.join('\n') === remotesOf(job, seen.settings).join('\n');
}

function file(path: string, mode: '0600' | '0644', text: string, what: string = path): Written {
  const input: Input = { what, bytes: Buffer.from(text) };
  return { path, step: write(path, mode, { ...input, digest: digestOf(text) }) };
}

/** Lines for other servers stay; what is said of ours is what the admin knows of them. */
function knownHostsText({ servers }: Job, { knownHosts }: Seen): string {
  const names = new Set(servers.map(({ name }) => name));
  const kept = knownHosts.split('\n').filter((line) => line.trim() !== '' && !names.has(line.trim().split(/\s+/)[0] ?? ''));
  const lines = [...kept, ...servers.map(({ name, key }) => `${name} ${key}`)];
  return servers.length === 0 ? knownHosts : `${lines.join('\n')}\n`;
}
