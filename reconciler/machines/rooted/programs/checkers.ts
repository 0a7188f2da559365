/**
 * Daemons' own checkers. On a rooted machine each finds everything right, except what holds the words `croft-rooted: refuse` (say as a
 * comment, `# croft-rooted: refuse`, or in a value that a member may choose): that is how a test makes a checker fail. A checker
 * reads the files that its argv names, or else everything below its daemon's directory.
 */
import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import { fails, fine, type Program } from './program.ts';

/** What a checker on a rooted machine refuses. */
export const REFUSED = 'croft-rooted: refuse';

interface Checker {
  readonly deb: string | null;
  /** What it reads when no file is named. */
  readonly folder: string | null;
  /** With these words it is no checker, but tells the running daemon something. */
  readonly tells?: readonly string[];
  /** What it prints when all is right. */
  readonly prints?: string;
}

const CHECKERS: { readonly [name: string]: Checker } = {
  'apache2': { deb: 'apache2', folder: '/etc/apache2', prints: 'Syntax OK\n' },
  'apache2ctl': { deb: 'apache2', folder: '/etc/apache2', prints: 'Syntax OK\n', tells: ['graceful', 'restart', 'start', 'stop'] },
  'apachectl': { deb: 'apache2', folder: '/etc/apache2', prints: 'Syntax OK\n', tells: ['graceful', 'restart', 'start', 'stop'] },
  'named-checkconf': { deb: 'bind9-utils', folder: '/etc/bind' },
  'named-checkzone': { deb: 'bind9-utils', folder: null, prints: 'OK\n' },
  'rndc': { deb: 'bind9-utils', folder: '/etc/bind', tells: ['reload', 'reconfig', 'notify', 'flush', 'retransfer', 'freeze', 'thaw'] },
  'postfix': { deb: 'postfix', folder: '/etc/postfix', tells: ['reload', 'start', 'stop', 'flush'] },
  'postconf': { deb: 'postfix', folder: '/etc/postfix' },
  'doveconf': { deb: 'dovecot-core', folder: '/etc/dovecot' },
  'doveadm': { deb: 'dovecot-core', folder: '/etc/dovecot', tells: ['reload', 'stop', 'kick', 'auth'] },
  'sshd': { deb: 'openssh-server', folder: '/etc/ssh' },
  'visudo': { deb: 'sudo', folder: '/etc/sudoers.d' },
  'systemd-analyze': { deb: null, folder: null },
  'systemd-tmpfiles': { deb: null, folder: null, tells: ['--create', '--remove'] },
  'systemd-sysusers': { deb: null, folder: null },
};

/** The checkers, by name. */
export const checkers: { readonly [name: string]: Program } = Object.fromEntries(
  Object.entries(CHECKERS).map(([name, checker]) => [name, program(name, checker)]),
);

/** Name the file below a directory that a daemon would refuse; null when there is none. */
export function refusedBelow(host: Host, folder: string | null): string | null {
  if (folder === null) return null;
  for (const name of host.entries(folder)) {
    const path = `${folder}/${name}`;
    const refused = host.stats(path)?.isDirectory() ? refusedBelow(host, path) : refusedFile(host, path);
    if (refused !== null) return refused;
  }
  return null;
}

function program(name: string, { deb, folder, tells = [], prints = '' }: Checker): Program {
  return {
    deb,
    mutates: (args) => args.some((word) => tells.includes(word)),
    run(host, args): Ran {
      const paths = args.filter((word) => word.startsWith('/'));
      const missing = paths.find((path) => host.stats(path) === null);
      if (missing !== undefined) return fails(`${name}: ${missing}: No such file or directory`);
      const files = paths.filter((path) => host.stats(path)?.isFile());
      const refused = files.length === 0 ? refusedBelow(host, folder) : refusedAmong(host, files);
      return refused === null ? fine(prints) : fails(`${name}: ${refused}`);
    },
  };
}

function refusedAmong(host: Host, files: readonly string[]): string | null {
  return files.map((path) => refusedFile(host, path)).find((refused) => refused !== null) ?? null;
}

function refusedFile(host: Host, path: string): string | null {
  const lines = (host.text(path) ?? '').split('\n');
  const line = lines.findIndex((each) => each.includes(REFUSED));
  return line < 0 ? null : `${path}:${line + 1}: a rooted machine was told to refuse this`;
}
