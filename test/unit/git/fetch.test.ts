import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import { makeIncoming, openMirror } from '../../../reconciler/git/mirror.ts';
import { fetchBranch } from '../../../reconciler/git/remote.ts';
import { recordedTip } from '../../../reconciler/git/ratchet.ts';
import { ancestors, snapshotOf } from '../../../reconciler/git/snapshot.ts';
import { follow, type Followed } from '../../../reconciler/trust/follow.ts';
import { bare, blob, commit, commitOf, git, room } from './fixture.ts';
import { listen, serve } from './server.ts';

const limits = { wholeSeconds: 2, silenceSeconds: 0.5, packBytes: 10_000_000 };
const path = 'desired-state/members/ada/member.yaml';

/** Follow main as a new process would: with a mirror opened anew. */
async function run(directory: string, remotes: readonly string[], now = 0): Promise<Followed & { readonly tip: string }> {
  const followed = await follow(await openMirror(directory), { remotes, branch: 'main', limits }, { now, pin: null });
  await followed.keep();
  return { ...followed, tip: followed.trusted.commit };
}

async function textAt(directory: string, oid: string): Promise<string> {
  const { files } = await snapshotOf(await openMirror(directory), oid);
  return Buffer.from(files.find((file) => file.path === path)?.bytes ?? []).toString();
}

function packs(mirror: string): readonly string[] {
  return readdirSync(join(mirror, 'objects/pack')).filter((name) => name.endsWith('.pack'));
}

async function served(repository: string): Promise<{ readonly url: string; readonly asked: string[] }> {
  const server = await serve(dirname(repository));
  return { url: `${server.url}/${basename(repository)}`, asked: server.asked };
}

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
    await expect(run(join(room(), 'mirror'), [silent.url])).rejects.toThrow('the server has said nothing for 0.5 seconds');
    const half = await listen((_, response) => void response.writeHead(200, { 'content-length': '100' }).write('half'));
    await expect(run(join(room(), 'mirror'), [half.url])).rejects.toThrow(/cannot fetch: the server has said nothing for 0.5 seconds/);
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

describe('from a directory', () => {
  test('loose objects, packed refs and a repacked repository are copied, and nothing else', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    expect((await run(mirror, [repository])).tip).toBe(first);
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    git(repository, ['gc', '-q']);
    expect(existsSync(join(repository, 'refs/heads/main'))).toBe(false);
    expect((await run(mirror, [`file://${repository}`])).tip).toBe(second);
    expect(await textAt(mirror, second)).toBe('two\n');
    mkdirSync(join(repository, 'hooks'), { recursive: true });
    writeFileSync(join(repository, 'hooks/post-checkout'), '#!/bin/sh\n');
    git(repository, ['config', 'core.fsmonitor', '/bin/false']);
    git(repository, ['replace', second, first]);
    const third = commitOf(repository, { [path]: 'three\n' }, second);
    expect((await run(mirror, [repository])).tip).toBe(third);
    expect(existsSync(join(mirror, 'hooks/post-checkout'))).toBe(false);
    expect(existsSync(join(mirror, 'refs/replace'))).toBe(false);
    expect(readFileSync(join(mirror, 'config'), 'utf8')).not.toContain('fsmonitor');
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
  });

  test('a repository that borrows its objects from another one is incomplete', async () => {
    const lender = bare();
    const first = commitOf(lender, { [path]: 'one\n' });
    const borrower = bare();
    writeFileSync(join(borrower, 'objects/info/alternates'), `${join(lender, 'objects')}\n`);
    git(borrower, ['update-ref', 'refs/heads/main', first]);
    await expect(run(join(room(), 'mirror'), [borrower])).rejects.toThrow(`cannot read object ${first}`);
  });

  test('links among the objects are not followed', async () => {
    const repository = bare();
    commitOf(repository, { [path]: 'one\n' });
    const id = blob(repository, 'one\n');
    const file = join(repository, 'objects', id.slice(0, 2), id.slice(2));
    rmSync(file);
    symlinkSync('/etc/hostname', file);
    await expect(run(join(room(), 'mirror'), [repository])).rejects.toThrow(`cannot copy ${file}`);
  });

  test('a shallow clone is refused', async () => {
    const repository = bare();
    commitOf(repository, { [path]: 'two\n' }, commitOf(repository, { [path]: 'one\n' }));
    const clone = join(room(), 'clone.git');
    execFileSync('git', ['clone', '-q', '--bare', '--depth', '1', `file://${repository}`, clone]);
    await expect(run(join(room(), 'mirror'), [clone])).rejects.toThrow('it is a shallow clone');
    const { url } = await served(clone);
    await expect(run(join(room(), 'mirror'), [url])).rejects.toThrow('the repository is a shallow clone');
  });

  test('an incomplete commit leaves the old one in force, until it is whole', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    const missing = 'three\n';
    const second = commitOf(repository, { [path]: missing }, first);
    const id = blob(repository, missing);
    rmSync(join(repository, 'objects', id.slice(0, 2), id.slice(2)));
    const followed = await run(mirror, [repository]);
    expect(followed).toMatchObject({ tip: first, remote: null });
    expect(followed.failures[0]?.message).toMatch(/it is missing$/);
    blob(repository, missing);
    expect((await run(mirror, [repository])).tip).toBe(second);
  });

  test('a commit in between that is incomplete is refused as well, and a good remote asked next in the same run helps', async () => {
    const good = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(good, { [path]: 'one\n' });
    await run(mirror, [good]);
    const second = commitOf(good, { [path]: 'two\n' }, first);
    const third = commitOf(good, { [path]: 'three\n' }, second);
    const broken = join(room(), 'broken.git');
    execFileSync('cp', ['-a', good, broken]);
    const id = blob(good, 'two\n');
    rmSync(join(broken, 'objects', id.slice(0, 2), id.slice(2)));
    expect(await run(mirror, [broken])).toMatchObject({ tip: first, remote: null });
    expect(await run(mirror, [broken, good])).toMatchObject({ tip: third, remote: good });
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
  });
});

describe('the ratchet', () => {
  test('refuses a branch that was rewritten, an older commit and an unrelated history, each time', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [url], 1_000_000);
    const rewritten = commitOf(repository, { [path]: 'evil\n' }, first);
    const unrelated = (): string => commitOf(repository, { [path]: 'other\n' });
    for (const make of [() => rewritten, () => commit(repository, `${first}^{tree}`, { parents: [first], message: 'again' }), unrelated, () => first]) {
      const candidate = make();
      git(repository, ['update-ref', 'refs/heads/main', candidate]);
      for (const again of [1, 2]) {
        const { tip, problems, remote, ageSeconds } = await run(mirror, [url], 1_000_000 + again * 60_000);
        expect({ tip, remote, ageSeconds }).toEqual({ tip: second, remote: url, ageSeconds: again * 60 });
        expect(problems.map(({ code, message }) => [code, message])).toEqual([['git/backwards', `cannot go from commit ${second} to ${candidate}: it does not descend from it`]]);
      }
    }
    git(repository, ['update-ref', 'refs/heads/main', commitOf(repository, { [path]: 'three\n' }, second)]);
    expect((await run(mirror, [url])).problems).toEqual([]);
  });

  test('goes forward through a merge in which it was the second parent', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    const side = commitOf(repository, { [path]: 'side\n' });
    const merge = commitOf(repository, { [path]: 'merged\n' }, side, first);
    expect(await run(mirror, [repository])).toMatchObject({ tip: merge, problems: [] });
  });

  test('a mirror that was deleted, or whose objects were, comes back', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [url]);
    rmSync(mirror, { recursive: true });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [{ code: 'git/one-tip' }] });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    rmSync(join(mirror, 'objects'), { recursive: true });
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    expect(await textAt(mirror, tip)).toBe('one\n');
  });

  test('a mirror with a damaged pack is fetched anew and heals', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [url]);
    const pack = join(mirror, 'objects/pack', packs(mirror)[0] ?? '');
    writeFileSync(pack, flipped(readFileSync(pack)));
    await expect(textAt(mirror, tip)).rejects.toThrow('it is damaged');
    expect(await run(mirror, [url])).toMatchObject({ tip, problems: [] });
    expect(await textAt(mirror, tip)).toBe('one\n');
  });

  const damaged = ['', '{"oid":', '{"oid":"x","time":1}', '[]', 'null', '{"oid":"OID","time":1,"trusted":{}}', '{"oid":"OID","time":1,"trusted":{"commit":"OID","tree":"OID","pending":[{"path":1}],"overrides":[]}}'];

  test.each(damaged)('two records of %j count as none, and that is said', async (text) => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const tip = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository]);
    for (const record of ['croft-tip', '../trusted.json']) writeFileSync(join(mirror, record), text.replaceAll('OID', tip));
    const followed = await run(mirror, [repository]);
    expect(followed).toMatchObject({ tip, problems: [{ code: 'git/lost-tip', owner: 'coop' }] });
    expect((await run(mirror, [repository])).problems).toEqual([]);
  });

  test.each(['croft-tip', '../trusted.json'])('with %s lost or damaged the other record stands, nothing goes back, and both are there again', async (record) => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository]);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    for (const spoil of [() => rmSync(join(mirror, record)), () => writeFileSync(join(mirror, record), '{')]) {
      spoil();
      expect(await run(mirror, [repository])).toMatchObject({ tip: second, problems: [{ code: 'git/one-tip' }, { code: 'git/backwards' }] });
    }
    git(repository, ['update-ref', 'refs/heads/main', second]);
    await run(mirror, [repository]);
    expect(readFileSync(join(mirror, 'croft-tip'), 'utf8')).toBe(readFileSync(join(mirror, '../trusted.json'), 'utf8'));
    expect((await run(mirror, [repository])).problems).toEqual([]);
  });

  test('of two records that differ the newer one counts: a crash between writing them goes nowhere', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    await run(mirror, [repository], 1);
    const old = readFileSync(join(mirror, 'croft-tip'), 'utf8');
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository], 2);
    writeFileSync(join(mirror, '../trusted.json'), old);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    expect(await run(mirror, [repository], 3)).toMatchObject({ tip: second, problems: [{ code: 'git/backwards' }] });
  });

  test('a record that an older croft wrote counts', async () => {
    const repository = bare();
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    await run(mirror, [repository]);
    rmSync(join(mirror, '../trusted.json'));
    writeFileSync(join(mirror, 'croft-tip'), `{"oid":"${second}","time":42}\n`);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    expect(await run(mirror, [repository])).toMatchObject({ tip: second });
    expect((await recordedTip(await openMirror(mirror))).value).toEqual({ oid: second, time: 42, trusted: null });
  });

  test('a host that is told the first commit believes only what descends from it', async () => {
    const repository = bare();
    const first = commitOf(repository, { [path]: 'one\n' });
    const second = commitOf(repository, { [path]: 'two\n' }, first);
    const followed = async (pin: string): Promise<Followed> => follow(await openMirror(join(room(), 'mirror')), { remotes: [repository], branch: 'main', limits }, { now: 0, pin });
    expect((await followed(first)).trusted.commit).toBe(second);
    git(repository, ['update-ref', 'refs/heads/main', first]);
    await expect(followed(second)).rejects.toThrow(`${second}, the first that this host is told to trust`);
    git(repository, ['update-ref', 'refs/heads/main', commitOf(repository, { [path]: 'other\n' })]);
    await expect(followed(first)).rejects.toThrow(`${first}, the first that this host is told to trust`);
  });

  test('after fifty packs the mirror is fetched whole, and old packs go', async () => {
    const repository = bare();
    const { url } = await served(repository);
    const mirror = join(room(), 'mirror');
    const first = commitOf(repository, { [path]: '1\n' });
    await run(mirror, [url]);
    const [name = ''] = packs(mirror);
    for (let n = 0; n < 49; n += 1) {
      const copy = `pack-${n.toString(16).padStart(40, '0')}`;
      for (const ending of ['pack', 'idx']) copyFileSync(join(mirror, 'objects/pack', name.replace(/pack$/, ending)), join(mirror, 'objects/pack', `${copy}.${ending}`));
    }
    const second = commitOf(repository, { [path]: '2\n' }, first);
    expect((await run(mirror, [url])).tip).toBe(second);
    expect(packs(mirror)).toHaveLength(1);
    expect(git(mirror, ['fsck', '--strict'])).toBe('');
    expect(git(mirror, ['rev-list', '--count', second])).toBe('2');
  });
});

function flipped(body: Buffer): Buffer {
  const changed = Buffer.from(body);
  const at = changed.length - 40;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

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
