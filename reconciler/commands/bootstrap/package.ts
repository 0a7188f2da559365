/**
 * Bringing the package and installing it. It lies in a directory that only root can enter, and is compared there before it is looked into.
 * apt-get asks nothing, keeps the configuration that is there, and waits for others who install (apt.conf(5), DPkg::Lock::Timeout).
 * What an interrupted run of dpkg left half done is done first (dpkg(1), --configure -a).
 */
import type { Answer } from '../host-errand.ts';
import { UsageError } from '../command.ts';
import type { Job } from './job.ts';
import { wordOf } from './said.ts';
import { step, type Settled, type Stage, type Step } from './step.ts';

const room = '/var/cache/croft-bootstrap';
const file = `${room}/croft.deb`;
const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'] as const;
const keepOurs = ['--force-confdef', '--force-confold'] as const;
const minute = 60;

/** Copy the package to the host and compare it there. */
export const copy: Stage = {
  title: ({ deb }) => `copy ${deb.name} (${(deb.bytes.length / 1e6).toFixed(1)} MB)`,
  steps: ({ deb }) => [
    {
      argv: ['sh', '-euc', 'umask 077; rm -rf -- "$1"; mkdir -- "$1"; cat > "$2"', 'sh', room, file],
      stdin: { what: deb.name, bytes: deb.bytes },
      seconds: 60 * minute,
    },
    step('sha256sum', '--', file),
    { ...step('dpkg-deb', '--field', file, 'Package', 'Version', 'Architecture'), mayFail: true },
  ],
  settle: ([, sum, fields], job, { architecture }) => whole(sum, fields, { job, architecture }),
};

function whole(sum: Answer | undefined, fields: Answer | undefined, { job, architecture }: { readonly job: Job; readonly architecture: string }): Settled {
  const { deb, host } = job;
  const isWhole = sum?.out.startsWith(`${deb.sha256} `) === true;
  if (!isWhole) throw new UsageError(`cannot install croft on ${host.name}: ${deb.name} did not arrive as it is here – run the same command again`);
  const field = (name: string): string => new RegExp(`^${name}: ([!-~]{1,100})$`, 'm').exec(fields?.out ?? '')?.[1] ?? '';
  if (field('Package') !== 'croft') throw new UsageError(`cannot install ${deb.name} on ${host.name}: it is not the package of croft`);
  const fits = ['all', architecture].includes(field('Architecture'));
  if (!fits) throw new UsageError(`cannot install ${deb.name} on ${host.name}: it is for ${field('Architecture')}, and the host is ${architecture}`);
  return { result: `croft ${field('Version')} is there, with the same SHA-256`, seen: { version: field('Version') } };
}

/** Install the package. */
export const install: Stage = {
  title: () => 'install it, with what it needs from Debian',
  steps: () => [
    long('env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', ...keepOurs, '--configure', '-a'),
    long(...apt, 'update'),
    long(...apt, ...keepOurs.flatMap((option) => ['-o', `Dpkg::Options::=${option}`]), 'install', '-y', file),
    step('rm', '-rf', '--', room),
    step('dpkg-query', '--show', '--showformat=${Version}', 'croft'),
  ],
  settle: (answers, { host }, { version }) => {
    const there = wordOf(answers.at(-1));
    if (there !== version) throw new UsageError(`cannot install croft ${version} on ${host.name}: dpkg there says that ${there ?? 'none'} is installed`);
    return { result: `croft ${version} is installed` };
  },
};

function long(...argv: readonly string[]): Step {
  return { argv, seconds: 30 * minute };
}
