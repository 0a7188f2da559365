import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import type { Limits } from '../../../reconciler/git/http.ts';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { fetchBranch, type Fetched } from '../../../reconciler/git/remote.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import type { SshIdentity } from '../../../reconciler/git/ssh/identity.ts';
import { parseSshRemote } from '../../../reconciler/git/ssh/remote.ts';
import { transportTo } from '../../../reconciler/git/transports.ts';
import { bare, commitOf, git, room } from './fixture.ts';
import { keyPair, knownHosts, publicKey, sshServer, type SshServer } from './ssh-server.ts';

const limits = { wholeSeconds: 30, silenceSeconds: 20, packBytes: 10_000_000 };
const path = 'desired-state/members/ada/member.yaml';

/** Fetch main as a new process would, and go to where it is. */
async function fetched(directory: string, url: string, identity: SshIdentity, bounds = limits): Promise<Fetched> {
  const mirror = await openMirror(directory);
  const result = await fetchBranch(mirror, { remotes: [url], branch: 'main', limits: bounds, identity });
  if (result.remote !== null && result.tip !== null) await recordTip(mirror, { oid: result.tip, time: 0, trusted: null });
  return result;
}

/** What a fetch that must fail says. */
async function failure(url: string, identity: SshIdentity, bounds = limits): Promise<string> {
  const { remote, failures } = await fetched(join(room(), 'mirror'), url, identity, bounds);
  expect(remote).toBeNull();
  return failures[0]?.message ?? '';
}

async function emptied(server: SshServer): Promise<void> {
  while (server.connections.open > 0) await new Promise((next) => setTimeout(next, 10));
}

describe('over ssh', () => {
  test('a branch is fetched, then only asked for, then only what is new comes, each over one connection', async () => {
    const repository = bare();
    const server = await sshServer();
    const mirror = join(room(), 'mirror');
    const url = server.url(repository);
    const first = commitOf(repository, { [path]: 'one\n', 'desired-state/cluster.yaml': `${'x'.repeat(40_000)}\n` });
    expect(await fetched(mirror, url, server.identity)).toEqual({ tip: first, remote: url, failures: [] });
    expect(server.asked.splice(0)).toEqual([`git-upload-pack '${repository}'`]);
    expect((await fetched(mirror, url, server.identity)).tip).toBe(first);
    expect(server.asked.splice(0)).toHaveLength(1);
    const second = commitOf(repository, { [path]: 'two\n', 'desired-state/cluster.yaml': `${'x'.repeat(40_000)}\n` }, first);
    expect((await fetched(mirror, url, server.identity)).tip).toBe(second);
    expect(readdirSync(join(mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'))).toHaveLength(2);
    expect(git(mirror, ['rev-list', '--objects', second]).split('\n')).toHaveLength(13);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
    expect(server.connections.made).toBe(3);
    await emptied(server);
  });

  test('a large history with deltas arrives whole', async () => {
    const repository = bare();
    const server = await sshServer();
    const mirror = join(room(), 'mirror');
    const noise = Array.from({ length: 60_000 }, (_, n) => `${(n * 2_654_435_761) % 4_294_967_296}`);
    let tip = commitOf(repository, { 'data.txt': noise.join('\n') });
    for (let n = 0; n < 5; n += 1) tip = commitOf(repository, { 'data.txt': noise.with(n * 7, `changed ${n}`).join('\n') }, tip);
    git(repository, ['repack', '-adfq', '--depth=50']);
    expect((await fetched(mirror, server.url(repository), server.identity)).tip).toBe(tip);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
  });

  test.each(['a b', 'it\'s', 'x; touch pwned', '$(touch pwned)', '`touch pwned`', 'wow!', '"quoted"', 'a&b|c>d<e', '*?[a]', 'back\\slash', '#100%'])('a repository called %j is found, and no shell sees anything in it', async (name) => {
    const repository = bare();
    const home = dirname(repository);
    const tip = commitOf(repository, { [path]: 'one\n' });
    renameSync(repository, join(home, name));
    const server = await sshServer({ home });
    expect((await fetched(join(room(), 'mirror'), server.url(`${home}/${encodeURIComponent(name)}`), server.identity)).tip).toBe(tip);
    expect((await fetched(join(room(), 'mirror'), server.url(`/~/${encodeURIComponent(name)}`), server.identity)).tip).toBe(tip);
    expect(readdirSync(home)).toEqual([name]);
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])('a server with an %s key, and a user with one, is talked to', async (type) => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer({ hostKeyType: type });
    expect((await fetched(join(room(), 'mirror'), server.url(repository), server.identity)).tip).toBe(tip);
  });

  test('the next remote is asked when a server behind ssh refuses, and none is asked without an identity', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer({ locked: true });
    const mirror = await openMirror(join(room(), 'mirror'));
    expect(await fetchBranch(mirror, { remotes: [server.url('/x'), repository], branch: 'main', limits, identity: server.identity })).toMatchObject({ tip, remote: repository, failures: [{ url: server.url('/x') }] });
    const { failures } = await fetchBranch(mirror, { remotes: [server.url('/x')], branch: 'main', limits });
    expect(failures[0]?.message).toContain('no key and no known hosts were given for ssh');
    expect(server.connections.made).toBe(1);
  });
});

describe('whom it takes for the server', () => {
  test('a key that is not known is shown with what to do, and nothing is said to the server', async () => {
    const server = await sshServer();
    const file = knownHosts('git.example ssh-ed25519 AAAA', '# a comment', '', 'nonsense');
    const print = execFileSync('ssh-keygen', ['-lf', '-'], { input: server.hostKey }).toString().split(' ')[1] ?? '';
    const message = await failure(server.url('/x'), { ...server.identity, knownHosts: [file] });
    expect(message).toBe(`cannot fetch: the host key of ${server.name}, ${print} (ssh-ed25519), is not known: when whoever runs it confirms that fingerprint, put it in with: ssh-keyscan -t ed25519 -p ${server.port} 127.0.0.1 >> ${file}`);
    expect(server.asked).toEqual([]);
    expect(await failure(server.url('/x'), { ...server.identity, knownHosts: [join(room(), 'missing')] })).toContain('is not known');
    expect(await failure(server.url('/x'), { ...server.identity, knownHosts: [] })).toContain('no known_hosts file is named');
  });

  test('a key that changed, one of another sort, one that is revoked and one that others vouch for are each told apart', async () => {
    const server = await sshServer();
    const other = publicKey(keyPair());
    const said = async (...lines: readonly string[]): Promise<string> => failure(server.url('/x'), { ...server.identity, knownHosts: [knownHosts(...lines)] });
    expect(await said(`${server.name} ${other}`)).toMatch(/has changed to SHA256:\S+ \(ssh-ed25519\), and \S+ has SHA256:\S+: somebody may be in between/);
    expect(await said(`${server.name} ${publicKey(keyPair('ecdsa'))}`)).toContain('shows no host key of a sort that both sides know');
    expect(await said(`${server.name} ${server.hostKey}`, `@revoked * ${server.hostKey}`)).toMatch(/is revoked in \S+known_hosts$/);
    expect(await said(`@revoked ${server.name} ${server.hostKey}`)).toContain('is revoked');
    expect(await said(`@cert-authority * ${server.hostKey}`)).toContain('its @cert-authority entries are not used');
    expect(await said(`127.0.0.1 ${server.hostKey}`)).toContain('is not known');
    expect(await said(`*,!${server.name} ${server.hostKey}`)).toContain('is not known');
    expect(server.asked).toEqual([]);
  });

  test('hashed names, patterns and lists of names are understood, and one right key of several is enough', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer();
    const hashed = knownHosts(`${server.name} ${server.hostKey}`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'pipe' });
    expect(readdirSync(dirname(hashed))).toContain('known_hosts.old');
    const files = [
      hashed,
      knownHosts(`git.example,[127.0.0.?]:* ${server.hostKey} a comment`),
      knownHosts(`${server.name} ${publicKey(keyPair())}`, `${server.name} ${publicKey(keyPair('ecdsa'))}`, `${server.name} ${server.hostKey}`, `@revoked * ${publicKey(keyPair())}`),
    ];
    for (const file of files) expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, knownHosts: [file] })).tip).toBe(tip);
  });
});

describe('who one is to the server', () => {
  test('a key that the server does not take is named, with the user', async () => {
    const server = await sshServer();
    const [wrong, locked] = [keyPair(), keyPair('ed25519', 'a passphrase')];
    const message = await failure(server.url('/x'), { ...server.identity, keyFiles: [wrong, locked] });
    expect(message).toBe(`cannot fetch: git@${server.name} lets none of these keys in: ${wrong}, ${locked} (it is encrypted: hand it to an ssh-agent and name the agent's socket)`);
    expect(await failure(server.url('/x').replace('git@', 'root@'), server.identity)).toContain(`root@${server.name} lets none of these keys in`);
  });

  test('a key that is encrypted, public, missing or something else is told before anything is said to the server', async () => {
    const server = await sshServer();
    const locked = keyPair('ed25519', 'a passphrase');
    const other = join(room(), 'key');
    writeFileSync(other, 'hello\n');
    const said = async (...keyFiles: readonly string[]): Promise<string> => failure(server.url('/x'), { ...server.identity, keyFiles });
    expect(await said(locked)).toContain(`${locked} (it is encrypted: hand it to an ssh-agent`);
    expect(await said(`${locked}.pub`)).toContain('it is a public key');
    expect(await said(other)).toContain('it is not a key in OpenSSH\'s format');
    expect(await said(`${other}x`)).toContain('there is no such file');
    expect(await said()).toContain('no key file and no agent is named');
    expect(server.connections.made).toBe(0);
  });

  test('an agent signs for a key that is not in a file, and one that is away is one way in less', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const server = await sshServer();
    const socket = join(room(), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(async () => {
      agent.kill();
      await once(agent, 'close');
    });
    await once(agent.stdout, 'data');
    execFileSync('ssh-add', ['-q', ...server.identity.keyFiles], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
    expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, keyFiles: [keyPair()], agent: socket })).tip).toBe(tip);
    expect((await fetched(join(room(), 'mirror'), server.url(repository), { ...server.identity, agent: `${socket}x` })).tip).toBe(tip);
    expect(await failure(server.url(repository), { ...server.identity, keyFiles: [], agent: `${socket}x` })).toContain(`lets none of these keys in: the agent at ${socket}x`);
  });
});

describe('a server behind ssh', () => {
  test('without the repository says so in its own words, cut and made fit to print', async () => {
    const server = await sshServer();
    expect(await failure(server.url('/srv/missing.git'), server.identity)).toBe('cannot fetch: the server says "fatal: \'/srv/missing.git\' does not appear to be a git repository"');
    const rude = await sshServer({ answer: (channel) => refuse(channel, `\u001b[2Jfatal: unrecognized command\u202e${'x'.repeat(5000)}\n`) });
    const message = await failure(rude.url('/x'), rude.identity);
    expect(message).toMatch(/^cannot fetch: the server says "\\u001b\[2Jfatal: unrecognized command\\u\{202e\}x+…"$/);
    expect(message.length).toBeLessThan(400);
  });

  test('without the branch, or with an empty repository, says so', async () => {
    const server = await sshServer();
    expect(await failure(server.url(bare()), server.identity)).toBe('cannot fetch: the repository has no branch main');
  });

  const bad: readonly { readonly name: string; readonly says: RegExp; readonly bounds: Partial<Limits>; readonly answer: (channel: ServerChannel) => void }[] = [
    { name: 'says nothing', says: /the server has said nothing for 1 seconds/, bounds: { silenceSeconds: 1 }, answer: () => {} },
    { name: 'stops in the middle of its refs', says: /the server has said nothing for 1 seconds/, bounds: { silenceSeconds: 1 }, answer: (channel) => void channel.write('00ff') },
    { name: 'drips', says: /the server takes longer than 1 seconds/, bounds: { wholeSeconds: 0.2 }, answer: drips },
    { name: 'says nothing more after its refs', says: /the server has said nothing for 1 seconds/, bounds: { silenceSeconds: 1 }, answer: (channel) => void channel.write(refs()) },
    { name: 'ends in the middle of its refs', says: /ends the conversation too early/, bounds: {}, answer: (channel) => finish(channel, refs().slice(0, -8)) },
    { name: 'ends before its refs', says: /ends the conversation too early/, bounds: {}, answer: (channel) => finish(channel, '') },
    { name: 'ends after its refs', says: /ends the conversation too early/, bounds: {}, answer: (channel) => finish(channel, refs()) },
    { name: 'ends in the middle of the pack', says: /ends too early/, bounds: {}, answer: (channel) => finish(channel, `${refs()}0008NAK\n00ff\u0001PACK`) },
    { name: 'speaks another protocol', says: /does not speak git's protocol: "Welcome/, bounds: {}, answer: (channel) => finish(channel, 'Welcome to git.example!\n') },
    { name: 'sends more refs than anybody has', says: /sends more than 33554432 bytes/, bounds: {}, answer: (channel) => floods(channel, `fff0${'x'.repeat(0xfff0 - 4)}`) },
    { name: 'sends more than a pack may hold', says: /sends more than 10000000 bytes/, bounds: {}, answer: (channel) => void channel.write(refs(), () => floods(channel, `fff0\u0001${'x'.repeat(0xfff0 - 5)}`)) },
    { name: 'says an error', says: /the server says "not \\u\{202e\}yours"/, bounds: {}, answer: (channel) => finish(channel, '0014ERR not \u202eyours0000') },
  ];

  test.each(bad)('that $name is given up, and nothing stays open', async ({ says, bounds, answer }) => {
    const server = await sshServer({ answer });
    expect(await failure(server.url('/x'), server.identity, { ...limits, ...bounds })).toMatch(says);
    await emptied(server);
  });

  test('that breaks the connection off, refuses it, is no ssh server, says nothing at all or is not known by name is told', async () => {
    const { identity } = await sshServer();
    const server = await sshServer({ answer: (channel) => void channel.write(refs(), () => channel.destroy()) });
    expect(await failure(server.url('/x'), server.identity, { ...limits, wholeSeconds: 4 })).toMatch(/^cannot fetch: /);
    expect(await failure(`ssh://git@127.0.0.1:${await listening((socket) => socket.destroy())}/x`, identity)).toMatch(/broke the connection off/);
    expect(await failure(`ssh://git@127.0.0.1:${await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(90)))}/x`, identity)).toMatch(/^cannot fetch: the (connection to \S+ fails|server broke)/);
    expect(await failure(`ssh://git@127.0.0.1:${await listening(() => {})}/x`, identity, { ...limits, silenceSeconds: 0.3 })).toBe('cannot fetch: the server has said nothing for 0.3 seconds');
    expect(await failure(`ssh://git@127.0.0.1:${await listening(null)}/x`, identity)).toBe('cannot fetch: the server refuses the connection');
    expect(await failure('ssh://git@nowhere.invalid/x', identity)).toMatch(/the name of the server (is not known|cannot be looked up now)/);
  });
});

describe('a remote behind ssh', () => {
  test.each([
    ['ssh://git@git.example/srv/coop.git', { user: 'git', host: 'git.example', port: 22, path: '/srv/coop.git' }],
    ['ssh://git@Git.Example:2222/~/coop%20op.git', { user: 'git', host: 'git.example', port: 2222, path: '~/coop op.git' }],
    ['ssh://git@[2001:db8::1]:22/~ada/x', { user: 'git', host: '2001:db8::1', port: 22, path: '~ada/x' }],
    ['git@git.example:coop.git', { user: 'git', host: 'git.example', port: 22, path: 'coop.git' }],
    ['git@git.example:/srv/100%.git', { user: 'git', host: 'git.example', port: 22, path: '/srv/100%.git' }],
    ['git@[2001:db8::1]:~/x', { user: 'git', host: '2001:db8::1', port: 22, path: '~/x' }],
    ['https://git.example/x', null],
    ['/srv/coop.git', null],
    ['git.example:x', null],
  ])('%j is understood', (written, expected) => {
    expect(parseSshRemote(written)).toEqual(expected);
  });

  test.each([
    ['ssh://git.example/x', 'it names no user'],
    ['ssh://git:hunter2@git.example/x', 'it holds a password'],
    ['ssh://-oProxyCommand=x@git.example/x', 'it names no user'],
    ['ssh://git@-oProxyCommand=x/x', 'that is no host name'],
    ['ssh://git@/x', 'that is no host name'],
    ['ssh://git@git.example:0/x', 'its port is not a number'],
    ['ssh://git@git.example:http/x', 'its port is not a number'],
    ['ssh://git@git.example', 'is not that of a repository'],
    ['ssh://git@git.example/', 'is not that of a repository'],
    ['ssh://git@git.example/a%00b', 'is not that of a repository'],
    ['ssh://git@git.example/a%zz', 'a % is not followed by two digits'],
    ['git@git.example:--upload-pack=x', 'is not that of a repository'],
    ['git@git.example:a\nb', 'is not that of a repository'],
  ])('%j is refused in words', (written, says) => {
    expect(() => parseSshRemote(written)).toThrow(GitError);
    expect(() => transportTo(written, limits)).toThrow(says);
    expect(() => transportTo(written, limits)).not.toThrow('hunter2');
  });

  test('that is written as for scp is looked for in the login directory', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    mkdirSync(join(dirname(repository), 'below'));
    const server = await sshServer({ home: dirname(repository) });
    const transport = transportTo(server.url(`/~/below/../${basename(repository)}`), limits, server.identity);
    expect(await transport.refs()).toEqual(new Map([['HEAD', tip], ['refs/heads/main', tip]]));
    transport.close();
  });
});

const tipThere = 'a'.repeat(40);

/** What a server says first, of a branch main. */
function refs(): string {
  const line = `${tipThere} refs/heads/main\0side-band-64k ofs-delta\n`;
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
}

function finish(channel: ServerChannel, text: string): void {
  channel.write(text);
  channel.exit(0);
  channel.end();
}

function refuse(channel: ServerChannel, text: string): void {
  channel.stderr.write(text);
  channel.exit(128);
  channel.end();
}

function drips(channel: ServerChannel): void {
  channel.write('fff0');
  const timer = setInterval(() => channel.write('.'), 50);
  channel.on('close', () => clearInterval(timer));
  onTestFinished(() => clearInterval(timer));
}

function floods(channel: ServerChannel, text: string): void {
  channel.on('error', () => {});
  const more = (): void => void (channel.writable && channel.write(text, more));
  more();
}

/** The port of a server that does this with whoever comes; null: that nobody listens on. */
async function listening(greet: ((socket: Socket) => void) | null): Promise<number> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    greet?.(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (greet === null) server.close();
  else onTestFinished(() => void server.close());
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
