import { once } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Limits } from '../../../reconciler/git/http.ts';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { fetchBranch } from '../../../reconciler/git/remote.ts';
import { bare, commitOf, git, room } from './fixture.ts';
import { failure, fetched, limits, path } from './ssh-fetch.ts';
import { sshServer, type SshServer } from './ssh-server.ts';

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
