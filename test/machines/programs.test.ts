import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Machine, Step } from '../../reconciler/model/machine.ts';
import { access, ask, run, write } from './bench.ts';

const SHOW = ['systemctl', 'show', '--property=Id,ActiveState,UnitFileState,LoadState'];
const APT = ['apt-get', 'install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold'];

describe('programs of a rooted machine', () => {
  let root: string;
  let machine: Machine;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'croft-programs-'));
    machine = rooted(root);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const tell = (argv: readonly string[], env: { readonly [name: string]: string } = {}): Promise<void> =>
    machine.perform({ do: 'run', argv, env } satisfies Step);
  const remember = (name: string, table: object): void => writeFileSync(join(root, 'var/lib/croft/rooted', `${name}.json`), JSON.stringify(table));
  const logged = (): readonly string[] => {
    const path = join(root, 'var/lib/croft/rooted/log');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    return lines.map((line) => JSON.parse(line).argv.join(' '));
  };

  test('a fresh one is a Debian with an ssh server, and nothing has been logged', async () => {
    expect(await run(machine, ...SHOW, 'ssh.service', 'apache2.service', 'user-10001.slice')).toEqual({
      ask: 'run',
      status: 0,
      stdout: 'Id=ssh.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n'
        + 'Id=apache2.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n\n'
        + 'Id=user-10001.slice\nLoadState=loaded\nActiveState=inactive\nUnitFileState=\n',
      stderr: '',
    });
    for (const path of ['/etc/ssh/sshd_config.d', '/etc/systemd/system', '/etc/security/limits.d', '/usr/sbin', '/srv', '/home']) {
      expect(await ask(machine, path)).toMatchObject({ type: 'directory', mode: '0755', owner: 'root' });
    }
    expect(await ask(machine, '/etc/apache2')).toBeNull();
    expect(logged()).toEqual([]);
  });

  test('dpkg-query knows what is installed and is loud about what is not', async () => {
    const query = ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\\n'];
    expect(await run(machine, ...query, 'systemd', 'apache2')).toMatchObject({
      status: 1, stdout: 'systemd installed\n', stderr: 'dpkg-query: no packages found matching apache2\n',
    });
    remember('packages', { apache2: 'half-configured' });
    expect(await run(machine, ...query, 'apache2')).toMatchObject({ status: 0, stdout: 'apache2 half-configured\n' });
    await expect(tell([...APT, 'bind9'])).rejects.toThrow(/dpkg was interrupted/);
    await tell(['dpkg', '--configure', '-a']);
    expect(await run(machine, ...query, 'apache2')).toMatchObject({ stdout: 'apache2 installed\n' });
  });

  test('a package brings its directories, users, configuration and unit, and what it depends on', async () => {
    await tell([...APT, 'apache2', 'bind9', 'dovecot-imapd', 'postfix-lmdb']);
    expect(await ask(machine, '/etc/apache2/sites-enabled/000-default.conf')).toMatchObject({ type: 'link', target: '../sites-available/000-default.conf' });
    expect(await ask(machine, '/etc/bind')).toMatchObject({ mode: '2755', owner: 'root', group: 'bind' });
    expect(await ask(machine, '/var/log/apache2')).toMatchObject({ mode: '0750', owner: 'root', group: 'adm' });
    expect(await ask(machine, '/var/lib/postfix')).toMatchObject({ owner: 'postfix', group: 'postfix' });
    expect(await ask(machine, '/etc/dovecot/conf.d')).toMatchObject({ type: 'directory' });
    expect((await run(machine, 'dpkg-query', '-W', '-f', '${Package}\\n', 'dovecot-core', 'postfix', 'bind9-utils')).status).toBe(0);
    expect((await run(machine, 'systemctl', 'is-active', 'apache2', 'named')).stdout).toBe('active\nactive\n');
  });

  test('while CROFT_INSTALLING is set and policy-rc.d obeys it, nothing is started', async () => {
    await machine.perform(write('/usr/sbin/policy-rc.d', '#!/bin/sh\n[ -z "$CROFT_INSTALLING" ] || exit 101\n', { mode: '0755' }));
    await tell([...APT, 'apache2'], { CROFT_INSTALLING: '1' });
    expect((await run(machine, ...SHOW, 'apache2.service')).stdout).toBe('Id=apache2.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\n');
    expect(logged()).toEqual([[...APT, 'apache2'].join(' ')]);
  });

  test('units are enabled, started, reloaded and stopped, and each is logged', async () => {
    await machine.perform(write('/etc/systemd/system/own.timer', '[Install]\nWantedBy=timers.target\n'));
    const state = async (): Promise<string> => (await run(machine, ...SHOW, 'own.timer')).stdout.replaceAll('\n', ' ');
    expect(await state()).toContain('ActiveState=inactive UnitFileState=disabled');
    await expect(tell(['systemctl', 'reload', 'own.timer'])).rejects.toThrow('own.timer is not active, cannot reload.');
    for (const verb of ['enable', 'start', 'reload', 'restart', 'reload-or-restart']) await tell(['systemctl', verb, 'own.timer']);
    expect(await state()).toContain('ActiveState=active UnitFileState=enabled');
    expect(await ask(machine, '/etc/systemd/system/timers.target.wants/own.timer')).toMatchObject({ type: 'link' });
    for (const argv of [['disable', 'own.timer'], ['stop', 'own.timer'], ['daemon-reload']]) await tell(['systemctl', ...argv]);
    expect(await state()).toContain('ActiveState=inactive UnitFileState=disabled');
    const verbs = ['reload', 'enable', 'start', 'reload', 'restart', 'reload-or-restart', 'disable', 'stop'];
    expect(logged()).toEqual([...verbs.map((verb) => `systemctl ${verb} own.timer`), 'systemctl daemon-reload']);
  });

  test('a unit that is not there, or is masked, cannot be started', async () => {
    const message = expect.stringContaining('Unit nope.service not found.');
    await expect(tell(['systemctl', 'start', 'nope.service'])).rejects.toMatchObject({ status: 5, message });
    await machine.perform({ do: 'link', path: '/etc/systemd/system/ssh.service', target: '/dev/null' });
    expect((await run(machine, ...SHOW, 'ssh.service')).stdout).toContain('LoadState=masked');
    await expect(tell(['systemctl', 'start', 'ssh.service'])).rejects.toThrow('is masked');
  });

  test('sessions are listed and ended', async () => {
    mkdirSync(join(root, 'var/lib/extrausers'));
    writeFileSync(join(root, 'var/lib/extrausers/passwd'), 'ada:x:10001:10001:Ada:/home/ada:/bin/bash\n');
    remember('sessions', { ada: 2 });
    expect((await run(machine, 'loginctl', 'list-users', '--no-legend')).stdout).toBe('10001 ada no active\n');
    await tell(['loginctl', 'terminate-user', 'ada']);
    expect((await run(machine, 'loginctl', 'list-users', '--no-legend')).stdout).toBe('');
    await expect(tell(['loginctl', 'terminate-user', 'ada'])).rejects.toThrow(/not logged in/);
  });

  test('/home is btrfs with quota groups, unless a test says otherwise', async () => {
    expect((await run(machine, 'stat', '-f', '-c', '%T', '/home', '/etc')).stdout).toBe('btrfs\next2/ext3\n');
    await tell(['btrfs', 'subvolume', 'create', '/home/ada']);
    await tell(['btrfs', 'qgroup', 'limit', '10485760', '/home/ada']);
    const shown = (await run(machine, 'btrfs', 'qgroup', 'show', '-re', '--raw', '/home/ada')).stdout;
    expect(shown.split('\n').slice(2, 4)).toEqual([
      '0/5              16384        16384            none           none   <toplevel>',
      '0/256            16384        16384        10485760           none   ada',
    ]);
    expect((await run(machine, 'btrfs', 'inspect-internal', 'rootid', '/home/ada')).stdout).toBe('256\n');
    expect(await run(machine, 'btrfs', 'subvolume', 'show', '/home')).toMatchObject({ status: 1, stderr: 'ERROR: Not a Btrfs subvolume: Invalid argument\n' });
    await expect(tell(['btrfs', 'subvolume', 'create', '/home/ada'])).rejects.toThrow('target path already exists');
    remember('filesystems', { '/': 'ext2/ext3' });
    await expect(tell(['btrfs', 'subvolume', 'create', '/home/bob'])).rejects.toThrow('not a btrfs filesystem');
  });

  test('a daemon\'s checker is there with its package, and refuses what a test marks', async () => {
    expect(await run(machine, 'apache2ctl', '-t')).toMatchObject({ status: 127, stderr: expect.stringContaining('package apache2 is not installed') });
    await tell([...APT, 'apache2']);
    const check = ['apache2ctl', '-t', '-f', '{}'];
    await machine.perform(write('/etc/apache2/good.conf', '# fine\n', { check }));
    await expect(machine.perform(write('/etc/apache2/bad.conf', 'a\n# croft-rooted: refuse\n', { check }))).rejects.toThrow('/etc/apache2/bad.conf:2');
    expect((await run(machine, 'apache2ctl', '-t')).status).toBe(0);
    await machine.perform(write('/etc/apache2/sites-available/bad.conf', '# croft-rooted: refuse\n'));
    expect((await run(machine, 'apache2ctl', '-t')).status).toBe(1);
    await expect(tell(['systemctl', 'reload', 'apache2'])).rejects.toThrow('cannot run systemctl reload apache2: /etc/apache2/sites-available/bad.conf:1');
  });

  describe('what is done by hand between two programs of one run is seen:', () => {
    const site = (name: string): string => join(root, 'etc/apache2/sites-available', name);
    const refused = async (): Promise<string | null> => (await run(machine, 'apache2ctl', '-t')).stderr.split(':', 2).slice(1).join('').trim() || null;
    beforeEach(async () => {
      await tell([...APT, 'apache2']);
      mkdirSync(site('more'));
      for (const name of ['a.conf', 'more/b.conf', 'z.conf']) writeFileSync(site(name), '# fine, so far\n');
      expect(await refused()).toBeNull();
    });

    test('a mark in the place of other words', async () => {
      writeFileSync(site('more/b.conf'), '# croft-rooted: refuse\n');
      expect(await refused()).toBe('/etc/apache2/sites-available/more/b.conf');
      writeFileSync(site('more/b.conf'), '# fine, so far\n');
      expect(await refused()).toBeNull();
    });

    test('a mark in a file of the same length', async () => {
      writeFileSync(site('a.conf'), '# croft-rooted: refuse\n');
      expect(await refused()).toBe('/etc/apache2/sites-available/a.conf');
      writeFileSync(site('a.conf'), '# croft-rotten: refuse\n');
      expect(await refused()).toBeNull();
      writeFileSync(site('a.conf'), '# croft-rooted: refuse\n');
      utimesSync(site('a.conf'), 1, 1);
      expect(await refused()).toBe('/etc/apache2/sites-available/a.conf');
    });

    test('a file that is new, that is gone, and that has another name', async () => {
      writeFileSync(site('new.conf'), '# croft-rooted: refuse\n');
      expect(await refused()).toBe('/etc/apache2/sites-available/new.conf');
      renameSync(site('new.conf'), site('.new.conf'));
      expect(await refused()).toBeNull();
      renameSync(site('.new.conf'), site('a.conf'));
      expect(await refused()).toBe('/etc/apache2/sites-available/a.conf');
      rmSync(site('a.conf'));
      expect(await refused()).toBeNull();
    });

    test('a directory that is a link by now is not gone into, and one that came in its place is', async () => {
      writeFileSync(site('more/b.conf'), '# croft-rooted: refuse\n');
      renameSync(site('more'), join(root, 'srv/more'));
      symlinkSync('/srv/more', site('more'));
      expect(await refused()).toBeNull();
      rmSync(site('more'));
      renameSync(join(root, 'srv/more'), site('more'));
      expect(await refused()).toBe('/etc/apache2/sites-available/more/b.conf');
    });

    test('what stands first is what is named, whatever was written first', async () => {
      for (const name of ['z.conf', 'more/b.conf', 'more.conf']) writeFileSync(site(name), '# croft-rooted: refuse\n');
      expect(await refused()).toBe('/etc/apache2/sites-available/more/b.conf');
    });

    test('a mark that is only in the view', async () => {
      const [path, token] = ['/etc/apache2/sites-available/b.conf', '0123456789abcdef'];
      await machine.perform({ do: 'stage', path, token, make: { do: 'write', path, text: '# croft-rooted: refuse\n', ...access } });
      const inView = async (): Promise<string> => {
        const [answer] = await machine.observe([{ ask: 'view', places: [{ path, token }], argv: ['apache2ctl', '-t'] }]);
        return answer?.ask === 'view' ? answer.stderr : '';
      };
      expect(await inView()).toContain('/etc/apache2/sites-available/b.conf:1');
      writeFileSync(site('a.conf'), '# croft-rooted: refuse\n');
      expect(await inView()).toContain('/etc/apache2/sites-available/a.conf:1');
      rmSync(site('a.conf'));
      expect([await inView(), await refused()]).toEqual([expect.stringContaining('/etc/apache2/sites-available/b.conf:1'), null]);
    });

    test('of a thousand files that were read by another process, the one that was edited since', async () => {
      for (let number = 0; number < 1000; number += 1) writeFileSync(site(`more/${number}.conf`), `# number ${number}\n`);
      expect(await refused()).toBeNull();
      machine = rooted(root);
      writeFileSync(site('more/500.conf'), '# croft-rooted: refuse\n');
      expect(await refused()).toBe('/etc/apache2/sites-available/more/500.conf');
      for (const spoilt of ['', 'no rows', readFileSync(join(root, 'var/lib/croft/rooted/unmarked'), 'utf8').slice(100, 5000)]) {
        writeFileSync(join(root, 'var/lib/croft/rooted/unmarked'), spoilt);
        machine = rooted(root);
        expect(await refused()).toBe('/etc/apache2/sites-available/more/500.conf');
      }
    });
  });

  test('a link that enables a unit is seen, in whatever directory somebody puts it by hand', async () => {
    const state = async (): Promise<string> => (await run(machine, 'systemctl', 'is-enabled', 'ssh')).stdout.trim();
    expect(await state()).toBe('enabled');
    rmSync(join(root, 'etc/systemd/system/multi-user.target.wants/ssh.service'));
    expect(await state()).toBe('disabled');
    mkdirSync(join(root, 'etc/systemd/system/some.target.requires'));
    symlinkSync('/usr/lib/systemd/system/ssh.service', join(root, 'etc/systemd/system/some.target.requires/ssh.service'));
    expect(await state()).toBe('enabled');
    rmSync(join(root, 'etc/systemd/system/some.target.requires'), { recursive: true });
    expect(await state()).toBe('disabled');
  });

  test('any command can be told to fail', async () => {
    remember('refuse', { 'systemctl restart ssh.service': 'not today' });
    await expect(tell(['systemctl', 'restart', 'ssh.service'])).rejects.toThrow('cannot run systemctl restart ssh.service: not today (status 1)');
    await tell(['systemctl', 'reload', 'ssh.service']);
  });

  test('what no rooted machine has, is said', async () => {
    await expect(tell(['nft', '-f', '/etc/nftables.conf'])).rejects.toThrow('a rooted machine does not have it (status 127)');
  });
});
