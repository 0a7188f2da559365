import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configOf } from '../../reconciler/commands/place.ts';
import { commitFiles, createRepository } from '../../reconciler/git/commit.ts';
import { clusterKey, coop, gitKey, home, host, otherKey, ownKey, secret, set, ssh, web, withHost } from './bootstrap-rig.ts';
import { publicHalf } from './fake-host.ts';

withHost();

describe('croft bootstrap', () => {
  it('makes a bare Debian a converged host, and says every step with its result', async () => {
    const { path, first } = await coop({ own: ownKey() });
    const { status, text } = await set(path, { 'cluster-key': clusterKey });
    expect(text.split('\n')).toEqual([
      `one at root@[127.0.0.1]:${host.port}, known by ssh-host-key in desired-state/hosts/one.yaml; main is to be trusted from ${first.slice(0, 10)}`,
      '1/7 look at the host',
      '    Debian 12, amd64, no croft yet',
      '2/7 copy croft_0.1.0_all.deb (0.3 MB)',
      '    croft 0.1.0 is there, with the same SHA-256',
      '3/7 install it, with what it needs from Debian',
      '    croft 0.1.0 is installed',
      '4/7 compare its keys with desired-state/hosts/one.yaml',
      '    they are as declared',
      '5/7 tell it where the repository is, and which commit to trust',
      '    /etc/croft/cluster.key and /etc/croft/config.yaml written',
      `    trusted: ${first}`,
      '      the newest commit of main: croft check finds no problem, and trust is off, so nobody was asked for a signature',
      '6/7 begin the first run; it may take some minutes',
      '    it is over',
      '7/7 see how it went',
      '    one is as desired @ 4be21c9d03',
      '    | one @ 4be21c9d03: 118 changes done in 61.2 s',
    ]);
    expect(status).toBe(0);
    expect(await configOf(host.read('etc/croft/config.yaml'))).toEqual({ host: 'one', remotes: [web], branch: 'main', trusted: first });
    expect(host.settings()).toMatchObject({ 'cluster.key': `600 ${secret}\n`, 'config.yaml': expect.stringMatching(/^644 /) });
    expect(host.ran().filter((line) => /^(dpkg --f|apt-get|systemctl start)/.test(line))).toEqual([
      'dpkg --force-confdef --force-confold --configure -a',
      'apt-get -q -o DPkg::Lock::Timeout=300 update',
      `apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install -y ${host.root}/var/cache/croft-bootstrap/croft.deb`,
      'systemctl start -- croft.service',
    ]);
  });

  it('leaves nothing behind, and says nothing secret: not on a command line, not in what it prints', async () => {
    const { path } = await coop({ own: ownKey() });
    const { text, notes } = await set(path, { 'cluster-key': clusterKey });
    expect(() => host.read('var/cache/croft-bootstrap/croft.deb')).toThrow('ENOENT');
    expect(Object.keys(host.settings())).toEqual(['cluster.key', 'config.yaml', 'host.key.pub']);
    for (const place of [host.asked.join('\n'), host.read('ran'), text, notes.join('\n')]) expect(place).not.toContain(secret.slice(0, 12));
  });

  it('may be run again, and then changes nothing', async () => {
    const { path } = await coop({ own: ownKey() });
    await set(path, { 'cluster-key': clusterKey });
    const before = host.settings();
    const { status, text } = await set(path, { 'cluster-key': clusterKey });
    expect(status).toBe(0);
    expect(text).toContain('    Debian 12, amd64, croft is told already that it is one\n');
    expect(text).toContain('    it is told already\n');
    expect(host.settings()).toEqual(before);
  });

  it('keeps the commit and the remotes that the host was told earlier, unless it is told others', async () => {
    const { path, first } = await coop({ own: ownKey() });
    await set(path, { remote: [web, 'https://mirror.example/coop.git'] });
    const later = await commitFiles(await createRepository(path), { branch: 'main', files: new Map([['desired-state/members/ada/README.md', 'hello\n']]), author: { name: 'Dana', mail: 'dana@elsewhere.example' }, message: 'more', time: 1_700_000_060 });
    const read = (): ReturnType<typeof configOf> => configOf(host.read('etc/croft/config.yaml'));
    expect((await set(path, { remote: undefined })).status).toBe(0);
    expect(await read()).toMatchObject({ trusted: first, remotes: [web, 'https://mirror.example/coop.git'] });
    const { text } = await set(path, { trusted: later.slice(0, 12) });
    expect(await read()).toMatchObject({ trusted: later, remotes: [web] });
    expect(text).toContain(`    trusted: ${later}\n      as --trusted says\n`);
  });

  it('goes on where it was interrupted, one command later each time, and ends at the same as in one go', async () => {
    const { path, first } = await coop({ own: ownKey() });
    const options = { 'cluster-key': clusterKey, remote: [ssh], trusted: first };
    let [broken, told] = [0, await set(path, options)];
    const wanted = host.settings();
    for (const name of ['etc/croft', 'var/cache', 'installed']) rmSync(join(host.root, name), { recursive: true });
    mkdirSync(join(host.root, 'var/cache'));
    host.write('installed', '');
    do {
      host.asked.length = 0;
      host.mischief.breakAt = broken += 1;
      told = await set(path, options);
      if (told.status === null) expect(told.text).toMatch(/cannot go on with one in step \d\/7 .*: it broke the connection off – run the same command again: what is done stays done$/);
    } while (told.status === null);
    expect([told.status, host.asked.length]).toEqual([0, broken - 1]);
    expect(broken).toBeGreaterThan(15);
    expect(host.settings()).toEqual(wanted);
  });

  it('tells the host by which key it knows the git server, from the admin\'s own known_hosts, and keeps what else it knows', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('etc/croft/known_hosts', `192.0.2.77 ${publicHalf(otherKey)}\nmirror.example ${publicHalf(otherKey)}\n`);
    const { status } = await set(path, { remote: [ssh, web] });
    expect(status).toBe(0);
    expect(host.settings()['known_hosts']).toBe(`644 mirror.example ${publicHalf(otherKey)}\n192.0.2.77 ${publicHalf(gitKey)}\n`);
  });

  it('talks to nobody before it knows which key the git server has', async () => {
    const { path } = await coop({ own: ownKey() });
    const { status, text } = await set(path, { remote: ['ssh://git@192.0.2.78:2222/coop.git'] });
    expect([status, host.asked]).toEqual([null, []]);
    expect(text).toBe(`cannot tell hosts by which key they know the git server [192.0.2.78]:2222: your known_hosts has none of it – when whoever runs it confirms what it prints: ssh-keyscan -t ed25519 -p 2222 192.0.2.78 >> ${home}/.ssh/known_hosts`);
  });

  it('logs in as somebody else, who is root by sudo', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('uid', '1000\n');
    const { status, text } = await set(path, { user: 'debian' });
    expect(status, text).toBe(0);
    expect([...host.users]).toEqual(['debian']);
    expect(host.asked.every((command) => command.startsWith("'sudo' '-n' '--' '"))).toBe(true);
  });

  it('refuses somebody whom sudo asks for a password, with what sudo says', async () => {
    const { path } = await coop();
    host.write('sudo-says', 'sudo: a password is required\n');
    const { status, text } = await set(path, { user: 'debian' });
    expect(status).toBe(null);
    expect(text).toMatch(/cannot go on with one in step 1\/7 look at the host: id there ended with 1\n {2}\| sudo: a password is required$/);
  });

  it('prints the lines that the document lacks, and goes on over https', async () => {
    const { path } = await coop({ sshd: null });
    writeFileSync(join(home, '.ssh/known_hosts'), `[127.0.0.1]:${host.port} ${host.sshdKey}\n`);
    const { status, text } = await set(path);
    expect(status).toBe(0);
    expect(text).toContain(`    what is not declared yet goes into desired-state/hosts/one.yaml:\n      key: ${ownKey()} croft@one\n      ssh-host-key: ${host.sshdKey} root@one\n`);
  });

  it('prints nothing of a host\'s key but the key', async () => {
    const { path } = await coop();
    host.write('new-key.pub', `${ownKey()} root: x\u001b[2J # \u202eodd\n`);
    const { text } = await set(path);
    expect(text).toContain(`\n      key: ${ownKey()} croft@one\n`);
    expect(text).not.toMatch(/odd|[\u001b\u202e]/);
    host.write('etc/croft/host.key.pub', 'ssh-ed25519 AAAA\u001b[2J\n');
    expect((await set(path)).text).toMatch(/cannot go on with one: \/etc\/croft\/host\.key\.pub there holds no ed25519 key – make one there with ssh-keygen -t ed25519 -N '' -f \/etc\/croft\/host\.key, and run/);
  });

  it('ends in part, and says what to do, while the git server does not let the host in', async () => {
    const { path } = await coop();
    host.write('status', '1\n');
    host.write('journal', 'croft: cannot fetch the branch main, and no earlier copy of it is here; git@192.0.2.77:/srv/git/coop.git: cannot fetch: git@192.0.2.77 lets none of these keys in: /etc/croft/host.key\n');
    const { status, text } = await set(path, { remote: [ssh] });
    expect(status).toBe(3);
    expect(text).toContain(`key: ${ownKey()} croft@one\n`);
    expect(text).toContain('    one is installed, and cannot fetch yet: the git server does not know its key\n    | croft: cannot fetch the branch main');
    expect(text).toContain('declare the key of step 4 as key: in desired-state/hosts/one.yaml');
  });

  it('shows who is held and what failed in a first run that ended in part', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('status', '3\n');
    host.write('journal', 'one @ 4be21c9d03: 117 changes done, 1 not in 61.2 s\nfailed ada: file:/etc/apache2/croft/sites/blog.ada.example.conf: \u001b[2Jno\n');
    const { status, text } = await set(path);
    expect(status).toBe(3);
    expect(text).toMatch(/ {4}one is converged in part @ 4be21c9d03; the timer goes on every minute\n {4}\| one @ 4be21c9d03: .*\n {4}\| failed ada: .*: \\u\{1b\}\[2Jno$/);
  });

  it('cannot, when the first run cannot, and says what it said', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('status', '70\n');
    host.write('journal', 'croft: this is a bug in croft 0.1.0, please report it\n');
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(/cannot say that one is as desired: its first run ended with status 70; .*\n {2}\| croft: this is a bug in croft 0\.1\.0, please report it$/);
  });

  it('begins again when the timer began before the host was told anything', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('skipped', '2\n');
    expect((await set(path)).status).toBe(0);
    expect(host.read('starts')).toBe('x\nx\nx\n');
  });
});

describe('croft bootstrap --dry-run', () => {
  it('says every command that a bare host would be told, in order, and talks to nobody', async () => {
    const { path } = await coop({ own: ownKey() });
    const dry = await set(path, { 'dry-run': true, 'cluster-key': clusterKey, remote: [ssh], user: 'debian' });
    expect([dry.status, host.users.size]).toEqual([0, 0]);
    expect(dry.text).not.toContain(secret.slice(0, 12));
    expect(dry.text).toContain('        < the co-op\'s key, secret\n');
    await set(path, { 'cluster-key': clusterKey, remote: [ssh], user: 'debian' });
    const said = dry.text.split('\n').filter((line) => line.startsWith('    $ ')).map((line) => line.slice(6).replaceAll("'", ''));
    const done = host.asked.map((command) => command.replaceAll("'", '').replace('0123456789abcdef0123456789abcdef', '…'));
    expect(said).toEqual(done);
    expect(dry.text.split('\n').filter((line) => /^\d\/7 /.test(line))).toHaveLength(7);
  });
});

describe('while it takes long', () => {
  it('tells on a terminal how far it is', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('bin/dpkg-query', `#!/bin/sh\n/bin/sleep 0.5\ncat '${host.root}/installed'\n`, 0o755);
    const { status, notes } = await set(path, {}, 50);
    expect(status).toBe(0);
    expect(notes).toContain('    … 0 s');
  });
});
