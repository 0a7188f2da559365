import type { Command, Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import { checkers } from './checkers.ts';
import { btrfs, findmnt, stat } from './disks.ts';
import { loginctl, postmap } from './others.ts';
import { aptGet, dpkg, dpkgQuery } from './packages.ts';
import { fails, fine, never, type Program } from './program.ts';
import { systemctl } from './systemctl.ts';

const PROGRAMS: { readonly [name: string]: Program } = {
  'apt-get': aptGet,
  btrfs,
  dpkg,
  'dpkg-query': dpkgQuery,
  'false': { deb: null, mutates: never, run: () => fails('') },
  findmnt,
  loginctl,
  'newaliases': { ...postmap, run: (host) => postmap.run(host, ['hash:/etc/aliases'], {}) },
  'postalias': postmap,
  postmap,
  stat,
  systemctl,
  'true': { deb: null, mutates: never, run: () => fine() },
  ...checkers,
};

/** Run a program of a rooted machine, and log it when it changes something. One that is not there has status 127. */
export function runProgram(host: Host, { argv, env = {} }: Command): Ran {
  const [path = '', ...args] = argv;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (program === undefined) return fails(`${path}: a rooted machine does not have it`, 127);
  if (!isInstalled(host, program)) return fails(`${path}: not found: package ${program.deb} is not installed on this rooted machine`, 127);
  const refused = refusedCommand(host, argv);
  const ran = refused === null ? program.run(host, args, env) : fails(refused);
  if (program.mutates(args)) host.store.log({ argv, status: ran.status });
  return ran;
}

function isInstalled(host: Host, { deb }: Program): boolean {
  return deb === null || host.store.table('packages').get(deb) === 'installed';
}

/** Tests make a program fail by naming the beginning of its command line in refuse.json. */
function refusedCommand(host: Host, argv: readonly string[]): string | null {
  const line = `${argv.join(' ')} `;
  return [...host.store.table('refuse')].find(([beginning]) => line.startsWith(`${beginning} `))?.[1] ?? null;
}
