/**
 * Daemons' own checkers. On a rooted machine each finds everything right, except what a test has marked (marks.ts), or what `refuse.json`
 * says of a text (`text:<words>`: the daemon no longer takes these words). A checker reads the files that its argv names, or else
 * everything below its daemon's directory.
 */
import type { Ran } from '../../run.ts';
import type { Host, PlainFile } from '../host.ts';
import { isMarked, MARKS, markIn, markedBelow, marksBelow } from './marks.ts';
import { fails, fine, type Program } from './program.ts';

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

/** Name what below a directory a daemon would refuse, when it checks the whole, or when it loads it; null when there is nothing. */
export function refusedBelow(host: Host, folder: string | null, loading: boolean): string | null {
  if (folder === null) return null;
  const wholes = [MARKS.refuse, MARKS.whole, ...(loading ? [MARKS.load] : []), ...outdated(host)];
  const refused = wholes.flatMap((mark) => markedBelow(host, folder, mark) ?? [])[0] ?? marksBelow(host, folder, MARKS.single)[1];
  return refused === undefined ? null : `${refused}: a rooted machine was told to refuse this`;
}

/** Have the daemon of a directory read it. Shape: as of refusedBelow. What it reads and bears may still make it mute. */
export function load(host: Host, folder: string | null): string | null {
  const refused = refusedBelow(host, folder, true);
  if (refused !== null || folder === null) return refused;
  const isMute = markedBelow(host, folder, MARKS.mute) !== null;
  if (isMute !== isMuteIn(host, folder)) host.store.keep('units', [[muteKey(folder), isMute ? 'mute' : null]]);
  return null;
}

/** Does the daemon of a directory answer nobody since it read it last? */
export function isMuteIn(host: Host, folder: string): boolean {
  return host.store.table('units').has(muteKey(folder));
}

function muteKey(folder: string): string {
  return `what read ${folder}`;
}

function outdated(host: Host): readonly string[] {
  return [...host.store.table('refuse').keys()].flatMap((key) => /^text:(.+)$/s.exec(key)?.[1] ?? []);
}

function program(name: string, { deb, folder, tells = [], prints = '' }: Checker): Program {
  return {
    deb,
    mutates: (args) => args.some((word) => tells.includes(word)),
    run(host, args): Ran {
      const paths = args.filter((word) => word.startsWith('/')).map((path) => ({ path, stats: host.stats(path) }));
      const missing = paths.find(({ stats }) => stats === null);
      if (missing !== undefined) return fails(`${name}: ${missing.path}: No such file or directory`);
      const files = paths.flatMap(({ path, stats }) => (stats?.isFile() === true ? [{ path, stats }] : []));
      const refused = files.length > 0 ? refusedAmong(host, files) : args.some((word) => tells.includes(word)) ? load(host, folder) : refusedBelow(host, folder, false);
      return refused === null ? fine(prints) : fails(`${name}: ${refused}`);
    },
  };
}

function refusedAmong(host: Host, files: readonly PlainFile[]): string | null {
  return files.map((file) => refusedFile(host, file)).find((refused) => refused !== null) ?? null;
}

function refusedFile(host: Host, file: PlainFile): string | null {
  const marked = isMarked(host, file) ? markIn(host, file.path, MARKS.refuse) : null;
  return marked === null ? null : `${marked}: a rooted machine was told to refuse this`;
}
