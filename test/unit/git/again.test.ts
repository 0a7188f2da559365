/** Who is asked again when it was only that nobody could answer just then, and how often. */
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { patient } from '../../../reconciler/git/again.ts';
import type { GitError } from '../../../reconciler/git/error.ts';
import { usualLimits } from '../../../reconciler/git/http.ts';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import { fetchBranch, type Fetched, type Wanted } from '../../../reconciler/git/remote.ts';
import { transportTo } from '../../../reconciler/git/transports.ts';
import { bare, commitOf, room } from './fixture.ts';
import { listen, serveInTrouble, troubles, type Trouble } from './server.ts';
import { limits, path } from './ssh-fetch.ts';
import { keyPair, knownHosts, publicKey, run, sshServer } from './ssh-server.ts';

afterEach(() => vi.restoreAllMocks());

const { isSilent, breaksOff, answers } = troubles;
const busy = answers(503);
/** For a server that never answers. */
const impatient = { ...limits, silenceSeconds: 0.25 };
const refs = 'GET /coop.git/info/refs?service=git-upload-pack';
const pack = 'POST /coop.git/git-upload-pack';

/** A repository with one commit, and a mirror that has it and is told of another. */
async function withNews(): Promise<{ readonly repository: string; readonly mirror: string; readonly old: string; readonly news: string }> {
  const repository = bare();
  const old = commitOf(repository, { [path]: 'one\n' });
  const mirror = join(room(), 'mirror');
  await recordTip(await openMirror(mirror), { oid: (await ask(mirror, { remotes: [repository] })).tip ?? '', time: 0, trusted: null });
  return { repository, mirror, old, news: commitOf(repository, { [path]: 'two\n' }, old) };
}

async function ask(mirror: string, wanted: Pick<Wanted, 'remotes' | 'again' | 'identity' | 'limits'>, before: Fetched | null = null): Promise<Fetched> {
  return fetchBranch(await openMirror(mirror), { branch: 'main', limits, ...wanted }, before);
}

describe('a server that could not answer just then', () => {
  const breaks: Trouble = (response) => void response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());

  test.each([
    { name: 'is silent', met: isSilent, says: /has said nothing for 3 seconds$/ },
    { name: 'breaks off', met: breaksOff, says: /broke the connection off$/ },
    { name: 'is busy', met: busy, says: /answers 503$/ },
  ])('and $name is asked again, and what is new comes', async ({ met, says }) => {
    const { repository, mirror, news } = await withNews();
    const { url, asked } = await serveInTrouble(repository, [met]);
    const fetched = await ask(mirror, { remotes: [url], again: [0, 0], limits: { ...limits, silenceSeconds: 3 } });
    expect(fetched).toMatchObject({ tip: news, remote: url, failures: [], first: { url, message: expect.stringMatching(says) as string } });
    expect(asked).toEqual([refs, refs, pack]);
  });

  test.each([
    { name: 'breaks off, or stops in the middle', mets: [breaksOff, breaks] },
    { name: 'is busy', mets: [429, 502, 503, 504].map(answers) },
  ])('and $name each time is asked as often as that', async ({ mets }) => {
    const mirror = join(room(), 'mirror');
    for (const met of mets) {
      const { url, asked } = await listen((_, response) => met(response));
      for (const [again, asks] of [[[], 1], [[0], 2], [[0, 0], 3]] as const) {
        expect(await ask(mirror, { remotes: [url], again })).toMatchObject({ tip: null, remote: null, failures: [{ url, passing: true }] });
        expect(asked.splice(0)).toHaveLength(asks);
      }
    }
  });

  test('and is silent each time is given more time, and asked as often as that', async () => {
    const { url, asked } = await listen(() => {});
    const fetched = await ask(join(room(), 'mirror'), { remotes: [url], again: [0, 0], limits: impatient });
    expect(fetched).toEqual({ tip: null, remote: null, failures: [{ url, message: 'cannot fetch: the server has said nothing for 0.75 seconds', passing: true }] });
    expect(asked).toHaveLength(3);
  });

  test.each([
    { remotes: 1, silenceSeconds: 45, wholeSeconds: 60 },
    { remotes: 2, silenceSeconds: 22.5, wholeSeconds: 30 },
    { remotes: 6, silenceSeconds: 15, wholeSeconds: 10 },
  ])('is given its part of that where $remotes are asked again', ({ remotes, ...bounds }) => {
    expect(patient(usualLimits, remotes)).toEqual({ ...usualLimits, ...bounds });
  });

  test('so it is with the pack: all begins anew', async () => {
    const { repository, mirror, news } = await withNews();
    const { url, asked } = await serveInTrouble(repository, [null, busy]);
    expect(await ask(mirror, { remotes: [url], again: [0] })).toMatchObject({ tip: news, remote: url, failures: [] });
    expect(asked).toEqual([refs, pack, refs, pack]);
  });

  test('was asked a moment ago by somebody else: that counts', async () => {
    const { repository, mirror, old, news } = await withNews();
    const { url, asked } = await serveInTrouble(repository, [busy, busy]);
    const before = await ask(mirror, { remotes: [url] });
    expect(await ask(mirror, { remotes: [url], again: [0, 0] }, before)).toMatchObject({ tip: news, remote: url });
    expect(asked.splice(0)).toEqual([refs, refs, refs, pack]);
    expect(await ask(mirror, { remotes: [url] }, before)).toMatchObject({ tip: old, remote: null });
    expect(asked).toEqual([]);
  });

  test('is not asked again when that would be too late', async () => {
    const { repository, mirror } = await withNews();
    const { url, asked } = await serveInTrouble(repository, [busy, busy, busy]);
    const now = process.uptime();
    vi.spyOn(process, 'uptime').mockReturnValueOnce(now).mockReturnValueOnce(now + 30).mockReturnValue(now + 46);
    expect(await ask(mirror, { remotes: [url], again: [0, 0] })).toMatchObject({ remote: null });
    expect(asked).toEqual([refs, refs]);
  });

  test('does not even listen: that may pass', async () => {
    const { failures } = await ask(join(room(), 'mirror'), { remotes: ['http://127.0.0.1:1/coop.git'], again: [0] });
    expect(failures).toMatchObject([{ message: 'cannot fetch: the server refuses the connection', passing: true }]);
  });
});

describe('a server that says no', () => {
  const elsewhere: Trouble = (response) => void response.writeHead(302, { location: 'http://elsewhere.example/' }).end();

  test.each([
    { name: 'wants a password, forbids it, has no such repository, or cannot', mets: [401, 403, 404, 400, 500].map(answers) },
    { name: 'is none of git, or leads elsewhere', mets: [((response) => void response.end('hello')) satisfies Trouble, elsewhere] },
  ])('as it $name, is asked once', async ({ mets }) => {
    for (const met of mets) {
      const { url, asked } = await listen((_, response) => met(response));
      expect(await ask(join(room(), 'mirror'), { remotes: [url], again: [0, 0] })).toMatchObject({ remote: null, failures: [{ url, passing: false }] });
      expect(asked).toHaveLength(1);
    }
  });

  test('by what it is, or has not, is asked once', async () => {
    const { repository, mirror } = await withNews();
    for (const remotes of [[join(room(), 'nowhere.git')], ['http://ada:hunter2@127.0.0.1:1/x'], ['ftp://127.0.0.1/x']]) {
      expect(await ask(mirror, { remotes, again: [0, 0] })).toMatchObject({ remote: null, failures: [{ passing: false }] });
    }
    const { url, asked } = await serveInTrouble(repository, []);
    const fetched = await fetchBranch(await openMirror(mirror), { remotes: [url], branch: 'other', limits, again: [0, 0] });
    expect(fetched.failures).toMatchObject([{ message: 'cannot fetch: the repository has no branch other', passing: false }]);
    expect(asked).toEqual([refs]);
  });
});

describe('one of several', () => {
  test('is asked again where the others had nothing new', async () => {
    const { repository, mirror, old, news } = await withNews();
    const behind = bare();
    expect(commitOf(behind, { [path]: 'one\n' })).toBe(old);
    const [first, second] = [await serveInTrouble(repository, [busy]), await serveInTrouble(behind, [])];
    expect(await ask(mirror, { remotes: [first.url, second.url], again: [0, 0] })).toMatchObject({ tip: news, remote: first.url, failures: [] });
    expect([first.asked, second.asked]).toEqual([[refs, refs, pack], [refs]]);
  });

  test('that stays busy leaves it to them', async () => {
    const { repository, mirror, old } = await withNews();
    const behind = bare();
    commitOf(behind, { [path]: 'one\n' });
    const [first, second] = [await serveInTrouble(repository, [busy, busy, busy]), await serveInTrouble(behind, [])];
    const fetched = await ask(mirror, { remotes: [first.url, second.url], again: [0, 0] });
    expect(fetched).toMatchObject({ tip: old, remote: second.url, failures: [{ url: first.url }] });
    expect(fetched.first).toBeUndefined();
    expect([first.asked, second.asked]).toEqual([[refs, refs, refs], [refs]]);
  });

  test('is not where another one had what is new', async () => {
    const { repository, mirror, news } = await withNews();
    const [first, second] = [await serveInTrouble(repository, [busy]), await serveInTrouble(repository, [])];
    expect(await ask(mirror, { remotes: [first.url, second.url], again: [0, 0] })).toMatchObject({ tip: news, remote: second.url, failures: [{ url: first.url }] });
    expect([first.asked, second.asked]).toEqual([[refs], [refs, pack]]);
  });

  test('is asked again alone, where none answered and the others said no', async () => {
    const { repository, mirror, news } = await withNews();
    const [first, second] = [await serveInTrouble(repository, [answers(404)]), await serveInTrouble(repository, [busy])];
    expect(await ask(mirror, { remotes: [first.url, second.url], again: [0] })).toMatchObject({ tip: news, remote: second.url, failures: [{ url: first.url }], first: { url: second.url } });
    expect([first.asked, second.asked]).toEqual([[refs], [refs, refs, pack]]);
  });
});

describe('a server behind ssh', () => {
  test('that is silent, or breaks off, once is asked again', async () => {
    for (const met of [() => {}, (channel: { end(): void }) => channel.end()]) {
      const { repository, mirror, news } = await withNews();
      let turn = 0;
      const server = await sshServer({ answer: (channel, command) => ((turn += 1) === 1 ? met(channel) : run(channel, command, '/')) });
      const bounds = { ...limits, silenceSeconds: 3 };
      expect(await ask(mirror, { remotes: [server.url(repository)], identity: server.identity, again: [0, 0], limits: bounds })).toMatchObject({ tip: news, remote: server.url(repository), failures: [] });
      expect(server.connections.made).toBe(2);
    }
  });

  test('that is silent each time is asked as often as that', async () => {
    const server = await sshServer({ answer: () => {} });
    const fetched = await ask(join(room(), 'mirror'), { remotes: [server.url('/x')], identity: server.identity, again: [0, 0], limits: { ...limits, silenceSeconds: 1 } });
    expect(fetched.failures).toMatchObject([{ message: 'cannot fetch: the server has said nothing for 3 seconds' }]);
    expect(server.connections.made).toBe(3);
  });

  test('that lets nobody in, is another one, or has no such repository is asked once', async () => {
    const [locked, other, empty] = [await sshServer({ locked: true }), await sshServer(), await sshServer()];
    const strange = { ...other.identity, knownHosts: [knownHosts(`${other.name} ${publicKey(keyPair())}`)] };
    for (const [server, identity] of [[locked, locked.identity], [other, strange], [empty, empty.identity]] as const) {
      const { failures } = await ask(join(room(), 'mirror'), { remotes: [server.url('/srv/missing.git')], identity, again: [0, 0] });
      expect(failures).toMatchObject([{ passing: false }]);
      expect(server.connections.made).toBe(1);
    }
  });
});

test('a server that takes too long may be quicker the next time', async () => {
  const { url } = await listen((_, response) => void response.writeHead(200).write('.'));
  const transport = transportTo(url, { ...limits, wholeSeconds: 0.2, silenceSeconds: 20 });
  const error = await transport.refs().catch((thrown: unknown) => thrown as GitError);
  transport.close();
  expect(error).toMatchObject({ passing: true });
});
