import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../reconciler/commands/bootstrap.ts';
import { adminKey, clusterKey, coop, deb, directory, host, otherKey, ownKey, set, terminal, withHost, type How } from './bootstrap-rig.ts';
import { publicHalf, type FakeHost } from './fake-host.ts';

withHost();

describe('croft bootstrap refuses', () => {
  const untouched = (): void => {
    expect(host.ran().filter((line) => /^(apt-get|dpkg --f|systemctl)/.test(line))).toEqual([]);
    expect(host.asked.filter((command) => command.includes('cat >'))).toEqual([]);
  };

  it('a host whose sshd shows another key than the one declared, without logging in', async () => {
    const { path } = await coop({ sshd: publicHalf(otherKey) });
    const { status, text } = await set(path);
    expect([status, host.users.size, host.asked]).toEqual([null, 0, []]);
    expect(text).toMatch(/in step 1\/7 look at the host: whoever answers there has the key SHA256:\S{43} \(ssh-ed25519\), and ssh-host-key in desired-state\/hosts\/one\.yaml is SHA256:/);
  });

  it('a host whose key nobody has said, with its fingerprint and the lines to add', async () => {
    const { path } = await coop({ sshd: null });
    const { status, text } = await set(path);
    expect([status, host.users.size]).toEqual([null, 0]);
    expect(text).toMatch(/cannot tell whether 127\.0\.0\.1 is one: nobody has said which key its sshd has\. Whoever answers there shows\n {2}SHA256:\S{43} \(ssh-ed25519\)\n/);
    expect(text).toContain(`to desired-state/hosts/one.yaml, and commit it to main:\n  ssh-host-key: ${host.sshdKey} root@one\nor\nto your ~/.ssh/known_hosts:\n  [127.0.0.1]:${host.port} ${host.sshdKey}`);
  });

  const others: readonly { readonly name: string; readonly there: (at: FakeHost) => void; readonly says: RegExp }[] = [
    { name: 'what is not Debian, whatever it calls itself', there: (at) => at.write('etc/os-release', 'ID=fedora\nVERSION_ID=12\nPRETTY_NAME="Fed\u001b[31mora"\n'), says: /it is not Debian, its \/etc\/os-release says "Fed\\\\u\{1b\}\[31mora"$/ },
    { name: 'a host without a release', there: (at) => rmSync(join(at.root, 'etc/os-release')), says: /it is not Debian, its \/etc\/os-release says "nothing"$/ },
    { name: 'another release than the one declared', there: (at) => at.write('etc/os-release', 'ID=debian\nVERSION_ID="13"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n'), says: /hosts\/one\.yaml says debian: 12, and its \/etc\/os-release says "Debian GNU\/Linux 13 \(trixie\)" – install Debian 12 there, or correct the document$/ },
    { name: 'a host that is told to be another one', there: (at) => at.write('etc/croft/config.yaml', 'host: main\nremotes: [https://other.example/coop.git]\n'), says: /\/etc\/croft\/config\.yaml there says that it is "main" – if it is to be taken over all the same, remove/ },
    { name: 'a host of the same name that trusts another co-op', there: (at) => at.write('etc/croft/config.yaml', `host: one\nremotes: [https://other.example/coop.git]\ntrusted: ${'ab'.repeat(20)}\n`), says: /trusts commit (ab){20}, which is not in our main/ },
    { name: 'a host whose configuration cannot be read', there: (at) => at.write('etc/croft/config.yaml', 'host: [\n'), says: /what is there cannot be read, and is not overwritten: \/etc\/croft\/config\.yaml:/ },
    { name: 'a host with another key of the co-op', there: (at) => at.write('etc/croft/cluster.key', `${'z'.repeat(64)}\n`, 0o600), says: /\/etc\/croft\/cluster\.key there is another one than the one given, and is never overwritten/ },
    { name: 'somebody who is not root', there: (at) => at.write('uid', '1000\n'), says: /as root: that is not root there/ },
  ];
  it.each(others)('$name', async ({ there, says }) => {
    const { path } = await coop({ own: ownKey() });
    there(host);
    const { status, text } = await set(path, { 'cluster-key': clusterKey });
    expect(status).toBe(null);
    expect(text).toMatch(says);
    untouched();
  });

  it('a package that did not arrive as it was sent, and installs nothing', async () => {
    const { path } = await coop({ own: ownKey() });
    host.mischief.tamper = 100_000;
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(/cannot install croft on one: croft_0\.1\.0_all\.deb did not arrive as it is here – run the same command again$/);
    expect(host.ran().filter((line) => line.startsWith('apt-get'))).toEqual([]);
  });

  it('to go on without room for the package, with what the host says', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('bin/mkdir', '#!/bin/sh\necho "mkdir: cannot create directory: No space left on device" >&2\nexit 1\n', 0o755);
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(/in step 2\/7 copy croft_0\.1\.0_all\.deb \(0\.3 MB\): sh there ended with 1\n {2}\| mkdir: cannot create directory: No space left on device$/);
    expect(host.ran().filter((line) => line.startsWith('apt-get'))).toEqual([]);
  });

  it.each([
    ['another program\'s package', 'Package: cowsay\nVersion: 3\nArchitecture: all\n', /it is not the package of croft$/],
    ['a package for other machines', 'Package: croft\nVersion: 0.1.0\nArchitecture: arm64\n', /it is for arm64, and the host is amd64$/],
  ])('%s', async (_, fields, says) => {
    const { path } = await coop({ own: ownKey() });
    host.write('fields', fields);
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(says);
    expect(host.ran().filter((line) => line.startsWith('apt-get'))).toEqual([]);
  });

  it('to go on when apt-get fails, with the end of what it said, megabytes and escapes or not', async () => {
    const { path } = await coop({ own: ownKey() });
    host.write('apt-says', `${'\u001b[2Jnoise and more noise\n'.repeat(200_000)}E: Unable to \u202efetch\u0007\none is as desired @ 4be21c9d03\n`);
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(/in step 3\/7 install it, with what it needs from Debian: apt-get there ended with 100\n {2}\| …\n/);
    expect(text).toMatch(/\n {2}\| E: Unable to \\u\{202e\}fetch\\u\{7\}\n {2}\| one is as desired @ 4be21c9d03$/);
    expect(text).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(text.length).toBeLessThan(4000);
    expect(host.ran().some((line) => / install /.test(line))).toBe(false);
  });

  it('a host whose own key is not the declared one, before the timer could begin anything', async () => {
    const { path } = await coop({ own: publicHalf(otherKey) });
    const { status, text } = await set(path);
    expect(status).toBe(null);
    expect(text).toMatch(/desired-state\/hosts\/one\.yaml declares key SHA256:\S{43}, and the host has SHA256:\S{43} – when the host was set up anew, this is its line now:\n/);
    expect(text).toContain(`\n  key: ${ownKey()} croft@one`);
    expect(host.read('etc/croft/config.yaml')).toBe('# host: main\n');
  });

  it.each<readonly [string, How, RegExp]>([
    ['no package', { deb: undefined }, /^cannot set up a host without --deb FILE/],
    ['a package that is none', { deb: clusterKey }, /it is not a Debian package$/],
    ['a key of the co-op that is short', { 'cluster-key': adminKey.replace('admin.key', 'short.key') }, /it holds less than 32 bytes/],
    ['a remote that only this machine can reach', { remote: ['../coop'] }, /^cannot use --remote \.\.\/coop: it must be a URL/],
    ['a remote with a password', { remote: ['https://dana:secret@git.example/coop.git'] }, /its URL holds a user name or a password$/],
    ['no remote at all', { remote: undefined }, /cannot tell one where the repository is: give --remote URL/],
    ['a user that no account can be', { user: '-o' }, /^cannot use --user -o/],
    ['a port that is none', { port: '0' }, /^cannot use --port 0/],
    ['a commit that there is not', { trusted: 'ab'.repeat(20) }, /^cannot (find|read)/],
  ])('%s', async (_, how, says) => {
    writeFileSync(join(directory, 'short.key'), 'short\n');
    const { path } = await coop({ own: ownKey() });
    const { status, text } = await set(path, how);
    expect(status).toBe(null);
    expect(text.split('\n').at(-1)).toMatch(says);
    untouched();
  });

  it('a host that the co-op has not, and more than one', async () => {
    const { path } = await coop();
    const world = terminal([], []);
    await expect(bootstrap.run({ positionals: ['oen'], values: { repo: path, deb } }, world)).rejects.toThrow('cannot find host oen: the co-op has one and two');
    await expect(bootstrap.run({ positionals: [], values: { repo: path, deb } }, world)).rejects.toThrow('cannot tell which host is meant');
  });
});
