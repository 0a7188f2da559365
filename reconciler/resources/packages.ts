/**
 * Debian packages that a service needs. dpkg's database says what is installed (dpkg-query(1)); anything but the status `installed` is
 * mended: first what an interrupted run left half done, then fresh lists, then what is missing. Edited configuration files are kept, and
 * CROFT_INSTALLING=1 makes croft's /usr/sbin/policy-rc.d answer 101, so that no daemon starts before it is configured
 * (invoke-rc.d(8)). Dropped packages stay: removing one may take other people's data or programs along.
 */
import type { Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { linesOf, outputOf } from './answer.ts';
import { differing, resource } from './resource.ts';

/** Want Debian packages, under one name for all of them. Shape: { '<package>': 'installed', … }. Errors: throws for what is no package name. */
export function packages(name: string, debs: readonly string[], provenance: Provenance): Resource {
  const wrong = debs.find((deb) => !/^[a-z0-9][a-z0-9+.-]+$/.test(deb));
  if (wrong !== undefined || debs.length === 0) throw new Error(`cannot install ${JSON.stringify(wrong ?? '')}: that is no package name`);
  const desired = Object.fromEntries([...new Set(debs)].sort(compareText).map((deb) => [deb, 'installed']));
  return resource({ kind: 'packages', name }, { desired }, provenance);
}

/** Look at packages and install them. */
export const packagesKind: Kind = {
  name: 'packages',
  whenDropped: 'keep',
  probe: (resources) => {
    const debs = wanted(resources);
    return debs.length === 0 ? [] : [{ ask: 'run', argv: ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\\n', ...debs] }];
  },
  read: (answers, resources) => {
    const statuses = statusesOf(answers.length === 0 ? '' : outputOf(answers[0]).stdout);
    return new Map(resources.map(({ id, desired }) => {
      const debs = Object.keys(desired ?? {});
      const there = debs.some((deb) => statuses.has(deb));
      return [id, there ? Object.fromEntries(debs.map((deb) => [deb, statuses.get(deb) ?? 'not-installed'])) : null];
    }));
  },
  steps: (resource, { actual }) => {
    const missing = resource.desired === null ? [] : differing(resource, actual);
    return missing.length === 0 ? [] : installing(missing);
  },
};

function wanted(resources: readonly Resource[]): readonly string[] {
  return [...new Set(resources.flatMap(({ desired }) => Object.keys(desired ?? {})))].sort(compareText);
}

/** Of a package that is there for several architectures, the best status counts. */
function statusesOf(stdout: string): ReadonlyMap<string, string> {
  const statuses = new Map<string, string>();
  for (const line of linesOf(stdout)) {
    const [deb = '', status = ''] = line.split(' ');
    if (statuses.get(deb) !== 'installed') statuses.set(deb, status);
  }
  return statuses;
}

function installing(debs: readonly string[]): readonly Step[] {
  const env = { DEBIAN_FRONTEND: 'noninteractive', CROFT_INSTALLING: '1' };
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', ...debs];
  return [['dpkg', '--configure', '-a'], ['apt-get', 'update'], install].map((argv) => ({ do: 'run', argv, env, timeoutSeconds: 1800 }));
}
