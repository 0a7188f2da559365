/**
 * What a rooted machine begins as: the directories, users and files of a Debian installed with nothing but an ssh server. Laid down once,
 * into a directory that is empty or holds only what somebody put there for this machine; nothing that exists is overwritten.
 * Source: the packages base-files and base-passwd, hier(7).
 */
import type { Host } from './host.ts';
import { install } from './install.ts';
import { STORE } from './store.ts';

const DIRECTORIES = [
  '/etc/apt', '/etc/cron.d', '/etc/default', '/etc/logrotate.d', '/etc/pam.d', '/etc/profile.d', '/etc/security/limits.d', '/etc/skel', '/etc/ssl/certs',
  '/etc/sysctl.d', '/etc/systemd/system', '/etc/tmpfiles.d', '/home', '/opt', '/run', '/srv', '/usr/bin', '/usr/lib/systemd/system', '/usr/lib/tmpfiles.d',
  '/usr/sbin', '/usr/share', '/var/cache', '/var/lib', '/var/log', '/var/spool', STORE,
];

const LINKS = { '/bin': 'usr/bin', '/lib': 'usr/lib', '/sbin': 'usr/sbin', '/var/run': '/run', '/etc/mtab': '../proc/self/mounts' };

/** Name, number; groups first, as every user's own group has the user's number. */
const GROUPS: readonly (readonly [string, number])[] = [
  ['root', 0], ['daemon', 1], ['bin', 2], ['sys', 3], ['adm', 4], ['tty', 5], ['disk', 6], ['mail', 8], ['man', 12], ['proxy', 13], ['sudo', 27],
  ['www-data', 33], ['backup', 34], ['shadow', 42], ['staff', 50], ['users', 100], ['systemd-journal', 999], ['nogroup', 65534],
];
const USERS: readonly (readonly [string, number, string, string])[] = [
  ['root', 0, '/root', '/bin/bash'], ['daemon', 1, '/usr/sbin', '/usr/sbin/nologin'], ['mail', 8, '/var/mail', '/usr/sbin/nologin'],
  ['www-data', 33, '/var/www', '/usr/sbin/nologin'], ['backup', 34, '/var/backups', '/usr/sbin/nologin'],
  ['nobody', 65534, '/nonexistent', '/usr/sbin/nologin'],
];

const UNITS = ['multi-user.target', 'network-online.target', 'sockets.target', 'timers.target', 'user.slice'];
const PACKAGES = ['base-files', 'base-passwd', 'btrfs-progs', 'dpkg', 'libpam-modules', 'openssh-server', 'systemd'];

/** Has this directory been made a machine? */
export function isFurnished(host: Host): boolean {
  return host.stats(`${STORE}/filesystems.json`) !== null;
}

/** Make a directory a Debian host as far as croft can tell. */
export function furnish(host: Host): void {
  for (const path of DIRECTORIES) host.directory(path);
  host.directory('/root', { mode: 0o700 });
  host.directory('/tmp', { mode: 0o1777 });
  for (const [path, target] of Object.entries(LINKS)) if (host.stats(path) === null) host.link(path, target);
  for (const [path, text] of Object.entries(files())) if (host.stats(path) === null) host.file(path, text);
  if (host.stats('/etc/shadow') === null) host.file('/etc/shadow', 'root:*:19700:0:99999:7:::\n', { mode: 0o640, group: 'shadow' });
  host.directory('/var/mail', { mode: 0o2775, group: 'mail' });
  for (const name of PACKAGES) install(host, name, { start: false });
  host.store.keep('units', [['ssh.service', 'active']]);
  host.store.keep('filesystems', [['/', 'ext2/ext3'], ['/home', 'btrfs']]);
}

function files(): { readonly [path: string]: string } {
  return {
    '/etc/group': GROUPS.map(([name, id]) => `${name}:x:${id}:\n`).join(''),
    '/etc/passwd': USERS.map(([name, id, home, shell]) => `${name}:x:${id}:${id}:${name}:${home}:${shell}\n`).join(''),
    '/etc/nsswitch.conf': 'passwd:         files systemd\ngroup:          files systemd\nshadow:         files\nhosts:          files dns\n',
    '/etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n',
    '/etc/shells': '/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n',
    '/etc/pam.d/common-session': 'session\t[default=1]\tpam_permit.so\nsession\trequired\tpam_unix.so\nsession\toptional\tpam_systemd.so\n',
    ...Object.fromEntries(UNITS.map((name) => [`/usr/lib/systemd/system/${name}`, `[Unit]\nDescription=${name}\n`])),
  };
}
