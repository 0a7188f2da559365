import { describe, expect, test } from 'vitest';
import { ownAccounts, refusalOfAccount } from '../../../reconciler/admission/accounts.ts';
import { refusalOf, refusals } from '../../../reconciler/admission/admit.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { catalogs } from '../handover/catalogs.ts';

const compiled = await catalogs();
const made = compiled.flatMap(({ catalog }) => catalog.resources);

/** Something that a service really makes, changed as somebody would who writes a handover. */
function forged(id: string, change: (resource: Resource) => Partial<Omit<Resource, 'desired'>> & { readonly desired?: object | null }): Resource {
  const found = made.find((resource) => resource.id === id && resource.desired !== null) ?? made.find((resource) => resource.id === id);
  if (found === undefined) throw new Error(`nobody makes ${id}`);
  const next = { ...found, ...change(found) } as Resource;
  return { ...next, id: `${next.kind}:${next.name}` as Resource['id'] };
}

/** The same with other bytes. */
function saying(id: string, change: (text: string) => string): Resource {
  return forged(id, ({ desired, payload }) => {
    const text = change(payload?.text ?? '');
    return { desired: desired !== null && 'content' in desired ? { ...desired, content: digest(text) } : desired, payload: { ...payload, text } };
  });
}

const croft = 'file:/etc/apache2/croft/croft.conf';
const site = 'file:/etc/apache2/croft/sites/blog.ada.example.conf';
const passwd = 'table:/var/lib/extrausers/passwd';
const at = (name: string, more: object = {}): Resource => forged('file:/etc/apache2/ports.conf', ({ desired }) => ({ name, desired: { ...desired, ...more }, payload: { text: '* * * * * root sh /tmp/x\n' } }));
const appended = (id: string, line: string): Resource => saying(id, (text) => `${text}${line}\n`);

describe('what the services make', () => {
  test('is of every kind, from more than a handful of hosts', () => {
    expect(compiled.length).toBeGreaterThan(15);
    expect([...kinds.keys()].filter((kind) => !made.some((resource) => resource.kind === kind))).toEqual([]);
  });

  // A service that makes something new has its lines added to reconciler/admission/: this names what is missing.
  test.each(compiled)('is admitted: $name', ({ catalog }) => {
    expect(refusals(catalog).map(({ message }) => message)).toEqual([]);
  });
});

const places = [
  '/etc/shadow', '/etc/passwd', '/etc/group', '/etc/sudoers', '/etc/sudoers.d/croft', '/etc/cron.d/croft', '/etc/crontab', '/var/spool/cron/crontabs/root', '/root/.ssh/authorized_keys',
  '/etc/croft/cluster.key', '/etc/croft/host.key', '/etc/croft/config.yaml', '/usr/lib/systemd/system/x.service', '/lib/systemd/system/ssh.service', '/etc/systemd/system/x.service',
  '/etc/systemd/system/ssh.service.d/x.conf', '/etc/systemd/system/user-0.slice.d/50-croft.conf', '/etc/ld.so.preload', '/etc/profile', '/etc/pam.d/sshd', '/usr/bin/croft', '/etc/apt/apt.conf.d/x',
  '/etc/ssh/authorized_keys.d/root', '/etc/ssh/authorized_keys.d/../sshd_config', '/etc/ssh/sshd_config', '/etc/apache2/apache2.conf', '/etc/apache2/croft/sites/../../x.conf', '/var/lib/croft/inventory.jsonl',
  '/home/ada/.ssh/authorized_keys', '/etc/bind/named.conf', '/etc/postfix/croft/x.cf', '/boot/grub/grub.cfg', '/etc/hosts',
];

describe('what a compiler that was taken over may ask for', () => {
  test.each(places)('is no file %s', (name) => {
    expect(refusalOf(at(name))).toMatch(/^croft makes no file of that name$/);
  });

  test.each([...new Set(made.map(({ kind }) => kind))].filter((kind) => kind !== 'sessions'))('is no %s at a place of its choice', (kind) => {
    const [one] = made.filter((resource) => resource.kind === kind && resource.desired !== null);
    expect(refusalOf({ ...(one as Resource), name: kind === 'packages' ? 'x' : '/etc/cron.d', id: `${kind}:/etc/cron.d`, ...(kind === 'packages' ? { desired: { 'evil-package': 'installed' } } : {}) })).not.toBeNull();
  });

  const rows: readonly (readonly [string, Resource])[] = [
    ['a program that runs as its owner', forged('file:/usr/sbin/policy-rc.d', ({ desired }) => ({ desired: { ...desired, mode: '4755' } }))],
    ['a file that everybody can write', forged(croft, ({ desired }) => ({ desired: { ...desired, mode: '0666' } }))],
    ['a file of a member\'s', forged(croft, ({ desired }) => ({ desired: { ...desired, owner: 'ada' } }))],
    ['a home of somebody else\'s', forged('home:/home/ada', ({ desired }) => ({ desired: { ...desired, owner: 'bob' } }))],
    ['a home of root\'s', forged('home:/home/ada', ({ desired }) => ({ desired: { ...desired, owner: 'root', group: 'root' } }))],
    ['a quota for root', forged('quota:/home/ada', ({ desired }) => ({ desired: { ...desired, project: 0 } }))],
    ['a module from elsewhere', forged('link:/etc/apache2/mods-enabled/alias.load', ({ desired }) => ({ desired: { ...desired, target: '../../../home/ada/evil.load' } }))],
    ['a shell to check a file', forged(site, ({ payload }) => ({ payload: { text: payload?.text ?? '', check: ['/bin/sh', '-c', 'id > /tmp/x'] } }))],
    ['a checker with a word more', forged(site, ({ payload }) => ({ payload: { text: payload?.text ?? '', check: [...(payload?.check ?? []), '-C', 'LoadModule x /tmp/x.so'] } }))],
    ['a checker of another file', forged(site, ({ payload }) => ({ payload: { text: payload?.text ?? '', check: ['named-checkconf', '{}'] } }))],
    ['a shell to reload', forged('unit:apache2.service', ({ load }) => ({ load: { reads: load?.reads ?? [], reload: ['/bin/sh', '-c', 'id'] } }))],
    ['a shell to check a unit', forged('unit:apache2.service', ({ load }) => ({ load: { reads: [], reload: load?.reload ?? [], check: ['/bin/sh'] } }))],
    ['another unit to restart', forged('unit:apache2.service', () => ({ load: { reads: [], reload: ['systemctl', 'stop', 'ssh.service'] } }))],
    ['a unit that is told of everything', forged('unit:ssh.service', ({ load }) => ({ load: { ...load, reads: ['/'], reload: load?.reload ?? [] } }))],
    ['a unit that is told of what another one reads', forged('unit:ssh.service', ({ load }) => ({ load: { ...load, reads: ['/etc/apache2/ports.conf'], reload: load?.reload ?? [] } }))],
    ['a unit of its own', forged('unit:apache2.service', () => ({ name: 'evil.service' }))],
    ['what every object has', forged('unit:apache2.service', () => ({ name: 'constructor' }))],
    ['a second root', appended(passwd, 'toor:x:0:0:toor:/home/toor:/bin/bash')],
    ['a member with root\'s group', appended(passwd, 'eve:x:10077:0:eve:/home/eve:/bin/bash')],
    ['a member below the co-op\'s numbers', appended(passwd, 'eve:x:999:999:eve:/home/eve:/bin/bash')],
    ['a member with another shell', appended(passwd, 'eve:x:10077:10077:eve:/home/eve:/tmp/sh')],
    ['a member at home in /root', appended(passwd, 'eve:x:10077:10077:eve:/root:/bin/bash')],
    ['a login without a password', appended('table:/var/lib/extrausers/shadow', 'eve::::::::')],
    ['a login with a password', appended('table:/var/lib/extrausers/shadow', 'eve:$6$x$y:::::::')],
    ['a member in the group sudo', appended('table:/var/lib/extrausers/group', 'sudo:x:27:eve')],
    ['a member in another\'s group', appended('table:/var/lib/extrausers/group', 'ada:x:10002:eve')],
    ['a key that runs what it likes', appended('file:/etc/ssh/authorized_keys.d/ada', 'restrict,command="/bin/sh" ssh-ed25519 AAAA x')],
    ['a key of the kicker\'s that runs nothing', forged('file:/etc/ssh/authorized_keys.d/ada', () => ({ name: '/etc/ssh/authorized_keys.d/croft-kick' }))],
    ['a key without bounds', appended('file:/etc/ssh/authorized_keys.d/ada', 'ssh-ed25519 AAAA x')],
    ['keys from a program', appended('file:/etc/ssh/sshd_config.d/croft.conf', '    AuthorizedKeysCommand /bin/sh')],
    ['root by ssh', appended('file:/etc/ssh/sshd_config.d/croft.conf', 'PermitRootLogin yes')],
    ['a log that is a program', appended(site, 'CustomLog "|/bin/sh -c id" combined')],
    ['a log elsewhere', appended(site, 'ErrorLog /etc/cron.d/x')],
    ['a module by name', appended(croft, 'LoadModule x /tmp/x.so')],
    ['another file as configuration', appended(site, 'Include /home/ada/x.conf')],
    ['a web server that is root', appended(croft, 'User root')],
    ['a line that goes on', appended(site, '# nothing \\\nUser root')],
    ['a folder of the host\'s', saying(site, (text) => text.replace('DocumentRoot /home/ada', 'DocumentRoot /etc'))],
    ['a folder above the members\'', saying(site, (text) => text.replaceAll('/home/ada/', '/home/../etc/'))],
    ['a program in logrotate', appended('file:/etc/logrotate.d/croft-apache2', '        /tmp/x')],
    ['a program in policy-rc.d', appended('file:/usr/sbin/policy-rc.d', '/tmp/x')],
    ['a name service of its own', appended('file:/etc/nsswitch.conf', 'passwd:         evil')],
    ['another file as a zone', appended('file:/etc/bind/named.conf.local', 'zone "x.example" { type primary; file "/etc/shadow"; };')],
    ['another file in a zone', appended('zone:/etc/bind/croft/zones/ada.example.zone', '$INCLUDE /etc/shadow')],
    ['another file as named.conf', appended('file:/etc/bind/named.conf.options', 'include "/tmp/x";')],
    ['a slice that is something else', appended('file:/etc/systemd/system/user-10002.slice.d/50-croft.conf', '[Service]\nExecStart=/tmp/x')],
    ['mail to a program', appended('file:/etc/postfix/main.cf', 'mailbox_command = /tmp/x')],
    ['mail to commands', saying('file:/etc/postfix/main.cf', (text) => text.replace('allow_mail_to_commands =', 'allow_mail_to_commands = alias'))],
    ['aliases from a home', saying('file:/etc/postfix/main.cf', (text) => text.replace(/^alias_maps = .*$/m, 'alias_maps = texthash:/home/ada/aliases'))],
    ['an alias that is a program', appended('table:/etc/postfix/croft/local-aliases', 'eve "|/bin/sh"')],
    ['an alias that is a file', appended('table:/etc/postfix/croft/local-aliases', 'eve /etc/cron.d/x')],
    ['a service of Postfix\'s own', appended('file:/etc/postfix/master.cf', 'evil      unix       - n n - - pipe')],
    ['an option with a program', appended('file:/etc/postfix/master.cf', '  -o smtpd_x=/bin/sh')],
    ['a program of Dovecot\'s', appended('file:/etc/dovecot/dovecot.conf', '  executable = /bin/sh')],
    ['mail of root\'s', appended('table:/etc/dovecot/croft/users', 'eve@ada.example:!:0:0::/root/x::userdb_quota_rule=*:storage=1M')],
  ];

  test.each(rows)('is not %s', (_, resource) => {
    expect(refusalOf(resource)).not.toBeNull();
  });

  test('is told with the resource, its owner and its line, and without quoting what a file says', () => {
    const [problem] = refusals({ host: 'main', revision: 'directory', time: 0, resources: [appended('table:/etc/dovecot/croft/passwd', 'secret-word')] });
    expect(problem).toMatchObject({ code: 'handover/not-admitted', owner: 'coop' });
    expect(problem?.message).toMatch(/^cannot make table:\/etc\/dovecot\/croft\/passwd: its row [0-9]+ is none that such a table may have$/);
  });
});

describe('an account of the host\'s own', () => {
  const own = 'root:x:0:0:root:/root:/bin/bash\ndebian:x:1000:1000:Debian:/home/debian:/bin/bash\ncroft-kick:x:110:110::/run/croft-kick:/bin/sh\n';
  const whole = (...resources: readonly Resource[]): Parameters<typeof ownAccounts>[0] => ({ host: 'main', revision: 'directory', time: 0, resources });
  const keys = forged('file:/etc/ssh/authorized_keys.d/ada', () => ({ name: '/etc/ssh/authorized_keys.d/debian' }));
  const group = 'table:/var/lib/extrausers/group';

  test.each([
    ['with keys', keys],
    ['among the members', saying(group, (text) => text.replace(/^(croft-members:x:601:.*)$/m, '$1,debian'))],
    ['as a member of another number', appended(passwd, 'debian:x:10077:10077:debian:/home/debian:/bin/bash')],
  ])('is nobody\'s to enter: %s', (_, resource) => {
    expect(refusalOf(resource)).toBeNull();
    expect(ownAccounts(whole(resource), own).map(refusalOfAccount)).toMatchObject([{ code: 'handover/own-account', message: `cannot make ${resource.id}: debian is an account of the host's own, of uid 1000` }]);
  });

  test('is a member\'s where it has her number; and nothing that the services make is another\'s', () => {
    expect(ownAccounts(whole(keys, appended(passwd, 'debian:x:10077:10077:debian:/home/debian:/bin/bash')), own.replaceAll('1000', '10077'))).toEqual([]);
    for (const { catalog } of compiled) expect(ownAccounts(catalog, own)).toEqual([]);
  });
});
