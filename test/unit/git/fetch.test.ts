import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import { makeIncoming, openMirror } from '../../../reconciler/git/mirror.ts';
import { fetchBranch } from '../../../reconciler/git/remote.ts';
import { ancestors, snapshotOf } from '../../../reconciler/git/snapshot.ts';
import type { Repository } from '../../../reconciler/git/store.ts';
import type { ListedFile } from '../../../reconciler/model/snapshot.ts';
import { bare, commitOf, git, room } from './fixture.ts';
import { listen, serve } from './server.ts';
import { flipped, limits, path, run, textAt, packs, served } from './follow.ts';

describe('over http', () => {
  test('a branch is fetched, then only asked for, then only what is new comes', async () => {
    const repository = bare();
    const { url, asked } = await served(repository);
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n', 'desired-state/cluster.yaml': `${'x'.repeat(40_000)}\n` });
    expect(await run(mirror, [url], 5000)).toMatchObject({ tip: first, remote: url, failures: [], ageSeconds: 0, problems: [] });
    expect(await textAt(mirror, first)).toBe('one\n');
    expect(asked.splice(0)).toHaveLength(2);
    await run(mirror, [url]);
    expect(asked.splice(0)).toEqual(['GET /coop.git/info/refs?service=git-upload-pack']);
    const second = commitOf(repository, { [path]: 'two\n', 'desired-state/cluster.yaml': `${'x'.repeat(40_000)}\n` }, first);
    expect((await run(mirror, [url])).tip).toBe(second);
    expect(await textAt(mirror, second)).toBe('two\n');
    expect(packs(mirror)).toHaveLength(2);
    expect(git(mirror, ['rev-list', '--objects', second]).split('\n').length).toBeGreaterThan(8);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
    expect(git(mirror, ['rev-parse', 'refs/croft/tip'])).toBe(second);
  });

  test('what was listed and is not here any more is fetched anew with all else', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const directory = join(room(), 'mirror');
    const other = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';
    const first = commitOf(repository, { [path]: 'one\n', [other]: 'two\n' });
    const listings = new Map<string, readonly ListedFile[]>();
    const mirror = async (): Promise<Repository> => ({ ...(await openMirror(directory)), listed: { get: (name) => listings.get(name), sizeOf: (name) => listings.get(name)?.length, set: (name, files) => void listings.set(name, files) } });
    await run(directory, [url]);
    await snapshotOf(await mirror(), first);
    expect(listings.size).toBeGreaterThan(0);
    const [pack = ''] = packs(directory);
    const bytes = readFileSync(join(directory, 'objects/pack', basename(pack)));
    for (const name of readdirSync(join(directory, 'objects/pack'))) rmSync(join(directory, 'objects/pack', name));
    execFileSync('git', ['-C', directory, 'unpack-objects', '-q'], { input: bytes });
    const gone = git(repository, ['rev-parse', `${first}:${path}`]).trim();
    rmSync(join(directory, 'objects', gone.slice(0, 2), gone.slice(2)));
    const second = commitOf(repository, { [path]: 'one\n', [other]: 'three\n' }, first);
    expect(await fetchBranch(await mirror(), { remotes: [url], branch: 'main' })).toMatchObject({ tip: second, remote: url, failures: [] });
    expect(await textAt(directory, second)).toBe('one\n');
  });

  test('a large history with deltas arrives whole', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const lines = Array.from({ length: 400 }, (_, n) => `line ${n} of ada's file`);
    let tip = commitOf(repository, { [path]: lines.join('\n') });
    for (let n = 0; n < 25; n += 1) tip = commitOf(repository, { [path]: lines.with(n * 7, `changed ${n}`).join('\n') }, tip);
    git(repository, ['repack', '-adfq', '--depth=50']);
    expect((await run(mirror, [url])).tip).toBe(tip);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
    let count = 0;
    for await (const { problems } of ancestors(await openMirror(mirror), tip)) count += 1 + problems.length;
    expect(count).toBe(25);
  });

  test('no room for what comes is an error of git’s, which the last good commit outlives, and no bug', async () => {
    const mirror = await openMirror(join(room(), 'mirror'));
    const nowhere = join(room(), 'nowhere');
    await expect(makeIncoming({ ...mirror, gitdir: nowhere })).rejects.toThrow(new GitError(`cannot make ${join(nowhere, 'incoming')} for what is to come: there is no such file or directory`));
  });

  test('the second remote is asked when the first one refuses, and the first is told', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const tip = commitOf(repository, { [path]: 'one\n' });
    const closed = await free();
    const followed = await run(join(room(), 'mirror'), [closed, url]);
    expect(followed).toMatchObject({ tip, remote: url, failures: [{ url: closed, message: 'cannot fetch: the server refuses the connection' }] });
  });

  test('nothing answers: the last good commit stays in force, with its age; without one it is an error', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const closed = await free();
    await expect(run(mirror, [closed])).rejects.toThrow(/^cannot fetch the branch main, and no earlier copy of it is here; http.*refuses the connection$/);
    await expect(run(mirror, [closed])).rejects.toThrow(GitError);
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [url], 1_000_000);
    expect(await run(mirror, [closed], 1_090_000)).toMatchObject({ tip, remote: null, ageSeconds: 90, problems: [] });
  });

  const bad: readonly { readonly name: string; readonly says: RegExp; readonly meddle: (body: Buffer) => Buffer }[] = [
    { name: 'cuts the pack off', says: /ends too early|cut off/, meddle: (body) => body.subarray(0, body.length - 60) },
    { name: 'cuts the pack off between packets', says: /holds no pack|cut off|ends too early/, meddle: (body) => body.subarray(0, 8) },
    { name: 'flips a bit in the pack', says: /does not match its checksum/, meddle: (body) => flipped(body) },
    { name: 'sends garbage', says: /not git's protocol/, meddle: (body) => Buffer.alloc(body.length, 'garbage ') },
    { name: 'sends zeros', says: /holds no pack/, meddle: () => Buffer.alloc(4000, '0000') },
    { name: 'sends nothing', says: /holds no pack/, meddle: () => Buffer.alloc(0) },
    { name: 'sends an empty pack', says: /holds no pack|empty/, meddle: () => Buffer.concat([Buffer.from('0008NAK\n'), band(Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex'))]) },
    { name: 'says an error', says: /the server says "no\\u001b"/, meddle: () => Buffer.from('000bERR no\x1b') },
    { name: 'sends too much', says: /sends more than 10000000 bytes/, meddle: () => Buffer.alloc(11_000_000) },
  ];

  test.each(bad)('a server that $name fails, the next one is asked, and nothing of it is kept', async ({ says, meddle }) => {
    const repository = bare();
    const first = commitOf(repository, { [path]: 'one\n' });
    const mirror = join(room(), 'mirror');
    const good = await served(repository);
    await run(mirror, [good.url]);
    const before = readdirSync(mirror, { recursive: true }).toSorted();
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    const server = await serve(dirname(repository), (body, request) => (request.method === 'POST' ? meddle(body) : body));
    const url = `${server.url}/${basename(repository)}`;
    const alone = await run(mirror, [url]);
    expect(alone).toMatchObject({ tip: first, remote: null, failures: [{ url }], problems: [] });
    expect(alone.failures[0]?.message).toMatch(says);
    expect(readdirSync(mirror, { recursive: true }).toSorted()).toEqual(before);
    expect(await run(mirror, [url, good.url])).toMatchObject({ tip: second, remote: good.url });
  });

  test.each([
    { name: 'an HTML page', says: 'not as a git server does', type: 'text/html', body: '<h1>hello</h1>' },
    { name: 'garbage for refs', says: 'not git\'s protocol', type: 'application/x-git-upload-pack-advertisement', body: 'zzzzzzzz' },
    { name: 'refs cut off', says: 'ends too early', type: 'application/x-git-upload-pack-advertisement', body: '001e# service=git-upload-pack\n00ff' },
  ])('a server that answers with $name fails in words', async ({ says, type, body }) => {
    const server = await listen((_, response) => void response.writeHead(200, { 'content-type': type }).end(body));
    await expect(run(join(room(), 'mirror'), [server.url])).rejects.toThrow(says);
  });

  test('a server that hangs at once, in the middle, or drips is given up', async () => {
    const silent = await listen(() => {});
    await expect(run(join(room(), 'mirror'), [silent.url])).rejects.toThrow('the server has said nothing for 3 seconds');
    const half = await listen((_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half'));
    await expect(run(join(room(), 'mirror'), [half.url])).rejects.toThrow(/cannot fetch: the server has said nothing for 3 seconds/);
    const mirror = await openMirror(join(room(), 'mirror'));
    const drip = await listen((_, response) => drips(response.writeHead(200)));
    const { failures } = await fetchBranch(mirror, { remotes: [drip.url], branch: 'main', limits: { ...limits, wholeSeconds: 0.2 } });
    expect(failures[0]?.message).toBe('cannot fetch: the server takes longer than 1 seconds');
  });

  test('a server that breaks off in the middle is told', async () => {
    const server = await listen((_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy()));
    await expect(run(join(room(), 'mirror'), [server.url])).rejects.toThrow(/cannot fetch: the (server broke the connection off|answer is cut off)/);
  });

  test('a redirect is followed on the same server only', async () => {
    const repository = bare();
    const tip = commitOf(repository, { [path]: 'one\n' });
    const { url } = await served(repository);
    const server = await listen((_, response) => void response.writeHead(302, { location: `${url}/info/refs?service=git-upload-pack` }).end());
    await expect(run(join(room(), 'mirror'), [server.url])).rejects.toThrow('it leads to another server');
    const good = await served(repository);
    for (const written of [`${good.url}/`, good.url.replace(/\.git$/, '')]) expect((await run(join(room(), 'mirror'), [written])).tip).toBe(tip);
    const loop = await listen((request, response) => void response.writeHead(307, { location: request.url ?? '/' }).end());
    await expect(run(join(room(), 'mirror'), [loop.url])).rejects.toThrow('redirects more than 3 times');
  });

  test('a branch that is not there, a repository that is not there, an odd URL', async () => {
    const repository = bare();
    const { url } = await served(repository);
    await expect(run(join(room(), 'mirror'), [url])).rejects.toThrow('the repository has no branch main');
    await expect(run(join(room(), 'mirror'), [`${url}x.git`])).rejects.toThrow('the server answers 404: there is no such repository');
    await expect(run(join(room(), 'mirror'), ['ftp://git.example/x'])).rejects.toThrow('only http, https, ssh and local paths are known');
    await expect(run(join(room(), 'mirror'), ['git.example:x'])).rejects.toThrow('only http, https, ssh and local paths are known');
    const secret = await run(join(room(), 'mirror'), ['https://ada:hunter2@git.example/x']).catch((error: unknown) => String(error));
    expect(secret).toContain('its URL holds a user name or a password');
  });
});

function band(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from((content.length + 5).toString(16).padStart(4, '0')), Buffer.of(1), content]);
}

function drips(response: { write(text: string): boolean; readonly destroyed: boolean }): void {
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write('.')), 50);
  onTestFinished(() => clearInterval(timer));
}

/** The URL of a port where nobody listens. */
async function free(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/coop.git`;
}
