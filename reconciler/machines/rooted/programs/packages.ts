/** dpkg-query, dpkg and apt-get, as far as croft asks them. Source: dpkg-query(1), apt-get(8), /usr/sbin/policy-rc.d in invoke-rc.d(8). */
import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import { install } from '../install.ts';
import { fails, fine, never, words, type Env, type Program } from './program.ts';

const NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** Ask what is installed: `-W -f FORMAT NAME…`. */
export const dpkgQuery: Program = { deb: null, mutates: never, run: query };

/** Finish what an interrupted installation left: `--configure -a`. */
export const dpkg: Program = {
  deb: null,
  mutates: (args) => args.includes('--configure'),
  run(host, args) {
    if (!args.includes('--configure')) return fails('dpkg: error: a rooted machine knows only --configure -a', 2);
    host.store.keep('packages', [...host.store.table('packages').keys()].map((name) => [name, 'installed']));
    return fine();
  },
};

/** Install packages: `update`, `install NAME…`. */
export const aptGet: Program = {
  deb: null,
  mutates: (args) => words(args, ['-o', '-t']).words.length > 0,
  run(host, args, env) {
    const [verb, ...names] = words(args, ['-o', '-t']).words;
    if (verb === 'update') return fine('Reading package lists...\n');
    if (verb !== 'install') return fails(`E: a rooted machine's apt-get knows update and install, not ${verb}`, 100);
    return installAll(host, names, env);
  },
};

function query(host: Host, args: readonly string[]): Ran {
  const { words: names, options } = words(args, ['-f', '--showformat']);
  const format = options.get('-f') ?? options.get('--showformat') ?? '${Package}\\t${Version}\\n';
  const known = host.store.table('packages');
  const asked = names.length === 0 ? [...known.keys()] : [...names].sort();
  const unknown = asked.filter((name) => !known.has(name));
  const stdout = asked.filter((name) => known.has(name)).map((name) => filled(format, { name, status: known.get(name) ?? '' })).join('');
  const stderr = unknown.map((name) => `dpkg-query: no packages found matching ${name}\n`).join('');
  return { status: unknown.length === 0 ? 0 : 1, stdout, stderr };
}

function filled(format: string, { name, status }: { readonly name: string; readonly status: string }): string {
  const fields: { readonly [field: string]: string } = {
    'Package': name, 'binary:Package': name, 'Version': '1.0-1', 'Architecture': 'amd64', 'db:Status-Status': status, 'Status': `install ok ${status}`,
  };
  return format.replace(/\$\{([^}]+)\}/g, (_whole, field: string) => fields[field] ?? '').replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

function installAll(host: Host, names: readonly string[], env: Env): Ran {
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) return fails(`E: Unable to locate package ${odd}`, 100);
  const broken = [...host.store.table('packages')].find(([, status]) => status !== 'installed' && status !== 'not-installed' && status !== 'config-files');
  if (broken !== undefined) return fails('E: dpkg was interrupted, you must manually run \'dpkg --configure -a\' to correct the problem.', 100);
  for (const name of names) install(host, name, { start: !denied(host, env) });
  return fine(names.map((name) => `Setting up ${name} ...\n`).join(''));
}

/** Does croft's policy-rc.d keep daemons from starting, as it does while CROFT_INSTALLING is set? */
function denied(host: Host, env: Env): boolean {
  return env['CROFT_INSTALLING'] !== undefined && (host.text('/usr/sbin/policy-rc.d') ?? '').includes('CROFT_INSTALLING');
}
