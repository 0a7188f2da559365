import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootstrap, bootstrapHost } from '../../reconciler/commands/bootstrap.ts';
import type { ExitStatus, World } from '../../reconciler/commands/command.ts';
import { configOf } from '../../reconciler/commands/place.ts';
import { commitFiles, createRepository } from '../../reconciler/git/commit.ts';
import { base } from '../scenarios/story.ts';
import { fakeHost, keyPair, publicHalf, type FakeHost } from './fake-host.ts';
import { worldIn } from './world.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-bootstrap-'));
const [adminKey, gitKey, otherKey] = [keyPair(join(directory, 'admin.key')), keyPair(join(directory, 'git.key')), keyPair(join(directory, 'other.key'))];
const deb = join(directory, 'croft_0.1.0_all.deb');
writeFileSync(deb, Buffer.concat([Buffer.from('!<arch>\n'), randomBytes(300_000)]));
const secret = randomBytes(48).toString('base64');
const clusterKey = join(directory, 'cluster.key');
writeFileSync(clusterKey, `${secret}\n`);
const web = 'https://git.meadow.example/coop.git';
const ssh = 'git@192.0.2.77:/srv/git/coop.git';
const home = join(directory, 'home');
mkdirSync(join(home, '.ssh'), { recursive: true });

interface Told {
  readonly status: ExitStatus | null;
  /** What was printed, and at the end why it could not go on. */
  readonly text: string;
  readonly notes: readonly string[];
}

let host: FakeHost;
let rooms = 0;
beforeEach(async () => {
  const room = join(directory, `host-${(rooms += 1)}`);
  mkdirSync(room);
  host = await fakeHost(room, adminKey);
  writeFileSync(join(home, '.ssh/known_hosts'), `192.0.2.77 ${publicHalf(gitKey)}\nelsewhere.example ${publicHalf(otherKey)}\n`);
});
afterEach(() => host.close());
afterAll(() => rmSync(directory, { recursive: true }));

interface Coop {
  readonly path: string;
  readonly first: string;
}

let coops = 0;
/** A repository whose host one has the keys of the fake one, as far as they are given. */
async function coop(keys: { readonly sshd?: string | null; readonly own?: string } = {}): Promise<Coop> {
  const path = join(directory, `coop-${(coops += 1)}.git`);
  const { sshd = host.sshdKey, own } = keys;
  const declared = [...(sshd === null ? [] : [`ssh-host-key: ${sshd} root@one\n`]), ...(own === undefined ? [] : [`key: ${own} croft@one\n`])].join('');
  const files = new Map(base());
  files.set('desired-state/hosts/one.yaml', `${files.get('desired-state/hosts/one.yaml')}${declared}`);
  const first = await commitFiles(await createRepository(path), { branch: 'main', files, author: { name: 'Dana', mail: 'dana@elsewhere.example' }, message: 'found the co-op', time: 1_700_000_000 });
  return { path, first };
}

function ownKey(): string {
  return host.read('new-key.pub').split(' ').slice(0, 2).join(' ');
}

interface How {
  readonly [option: string]: string | boolean | readonly string[] | undefined;
}

/** A terminal on which an admin sits who is not root. */
function terminal(lines: string[], notes: string[]): World {
  return worldIn(directory, { print: (text) => void lines.push(text), note: (text) => void notes.push(text), interactive: true, ssh: { agent: null, home } });
}

/** Run it as an admin would, on a terminal. */
async function set(path: string, how: How = {}, tellEvery = 10_000): Promise<Told> {
  const [lines, notes]: [string[], string[]] = [[], []];
  const world = terminal(lines, notes);
  const values = { repo: path, deb, remote: [web], address: '127.0.0.1', port: String(host.port), key: adminKey, ...how };
  try {
    return { status: await bootstrapHost({ positionals: ['one'], values }, world, { tellEvery }), text: lines.join('\n'), notes };
  } catch (error) {
    if (!(error instanceof Error) || error.constructor.name === 'Error') throw error;
    return { status: null, text: [...lines, error.message].join('\n'), notes };
  }
}

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
  }, 240_000);

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
