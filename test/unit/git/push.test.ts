import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { GitError } from '../../../reconciler/git/error.ts';
import { outgoing } from '../../../reconciler/git/push/outgoing.ts';
import { packFile } from '../../../reconciler/git/packwriter.ts';
import { packet } from '../../../reconciler/git/pkt.ts';
import { pushRefs } from '../../../reconciler/git/push.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import type { SshIdentity } from '../../../reconciler/git/ssh/identity.ts';
import type { Repository } from '../../../reconciler/git/store.ts';
import type { Pushed, Update } from '../../../reconciler/git/transport.ts';
import { bare, blob, commit, commitOf, git, room, tree, treeOf } from './fixture.ts';
import { listen, serve } from './server.ts';
import { sshServer } from './ssh-server.ts';

const limits = { wholeSeconds: 30, silenceSeconds: 20, packBytes: 10_000_000 };
const path = 'desired-state/members/ada/member.yaml';
const ada = { name: 'Ada', mail: 'ada@ada.example' };

interface Way {
  readonly remote: string;
  readonly identity: SshIdentity | null;
}

const ways: readonly { readonly name: string; readonly to: (repository: string) => Promise<Way> }[] = [
  { name: 'ssh', to: overSsh },
  {
    name: 'http',
    to: async (repository) => {
      git(repository, ['config', 'http.receivepack', 'true']);
      return { remote: `${(await serve(dirname(repository))).url}/${basename(repository)}`, identity: null };
    },
  },
  { name: 'a path', to: async (repository) => ({ remote: repository, identity: null }) },
];

async function overSsh(repository: string): Promise<Way> {
  const server = await sshServer();
  return { remote: server.url(repository), identity: server.identity };
}

/** Commit onto a branch of one's own repository, the way croft does. */
async function commitHere(here: Repository, content: string, branch = 'main', time = 1_700_000_000): Promise<string> {
  return commitFiles(here, { branch, ...(branch === 'main' ? {} : { from: 'main' }), files: new Map([[path, content], [`desired-state/members/ada/${branch}.yaml`, content]]), author: ada, message: 'a change', time });
}

async function pushed(here: Repository, { remote, identity }: Way, ...updates: readonly (Partial<Update> & { readonly ref: string })[]): Promise<Pushed> {
  return pushRefs(here, remote, { updates: updates.map((update) => ({ old: null, new: null, force: false, ...update })), limits, identity });
}

async function emptyHere(): Promise<Repository> {
  return createRepository(join(room(), 'here.git'));
}

describe.each(ways)('over $name', ({ to }) => {
  test('a branch is made, moved forward and taken away, and git finds nothing wrong', async () => {
    const there = bare();
    const way = await to(there);
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    expect(await pushed(here, way, { ref: 'refs/heads/main', new: first })).toEqual({ results: [{ ref: 'refs/heads/main', refused: null }], said: [] });
    expect(git(there, ['rev-parse', 'main'])).toBe(first);
    const second = await commitHere(here, `${'two '.repeat(50_000)}\n`);
    expect((await pushed(here, way, { ref: 'refs/heads/main', old: first, new: second })).results).toEqual([{ ref: 'refs/heads/main', refused: null }]);
    expect(git(there, ['show', `main:${path}`])).toBe('two '.repeat(50_000));
    expect(git(there, ['fsck', '--strict'])).toBe('');
    git(there, ['update-ref', 'refs/heads/side', first]);
    git(there, ['pack-refs', '--all']);
    expect((await pushed(here, way, { ref: 'refs/heads/side', old: first })).results).toEqual([{ ref: 'refs/heads/side', refused: null }]);
    expect(git(there, ['for-each-ref', '--format=%(refname) %(objectname)'])).toBe(`refs/heads/main ${second}`);
  });

  test('several refs move in one push, each decided on its own', async () => {
    const there = bare();
    const way = await to(there);
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    await pushed(here, way, { ref: 'refs/heads/main', new: first }, { ref: 'refs/heads/old', new: first });
    const second = await commitHere(here, 'two\n');
    const aside = await commitHere(here, 'aside\n', 'aside', 1_700_000_100);
    const { results } = await pushed(here, way,
      { ref: 'refs/heads/main', old: first, new: second },
      { ref: 'refs/croft/reports/web1', new: aside },
      { ref: 'refs/heads/old', old: first },
      { ref: 'refs/heads/other', old: first, new: second },
    );
    expect(results).toEqual([
      { ref: 'refs/heads/main', refused: null },
      { ref: 'refs/croft/reports/web1', refused: null },
      { ref: 'refs/heads/old', refused: null },
      { ref: 'refs/heads/other', refused: `it is not there, not at ${first}; fetch first` },
    ]);
    expect(git(there, ['for-each-ref', '--format=%(refname) %(objectname)']).split('\n')).toEqual([`refs/croft/reports/web1 ${aside}`, `refs/heads/main ${second}`]);
    expect(git(there, ['fsck', '--strict'])).toBe('');
  });

  test('a ref that moved meanwhile or would go backwards stays, unless the latter is forced, and what cannot be a ref is not tried', async () => {
    const there = bare();
    const way = await to(there);
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    const second = await commitHere(here, 'two\n');
    await pushed(here, way, { ref: 'refs/heads/main', new: second });
    const refusal = async (update: Partial<Update>): Promise<string | null | undefined> => (await pushed(here, way, { ref: 'refs/heads/main', old: second, ...update })).results[0]?.refused;
    expect(await refusal({ old: first, new: second })).toBe(`it is at ${second}, not at ${first}; fetch first`);
    expect(await refusal({ old: null, new: second })).toBe(`it is at ${second}, not missing; fetch first`);
    expect(await refusal({ new: first })).toBe(`${first} does not descend from ${second}`);
    expect(await refusal({ new: second })).toBe('it would change nothing');
    expect(await refusal({ ref: 'refs/heads/../../config', old: null, new: first })).toBe('no ref can have that name');
    expect(await refusal({ ref: 'main', old: null, new: first })).toBe('no ref can have that name');
    expect(git(there, ['rev-parse', 'main'])).toBe(second);
    expect(await refusal({ new: first, force: true })).toBeNull();
    expect(git(there, ['rev-parse', 'main'])).toBe(first);
  });

  test('a commit with merges, a tag and what the other side has under another name is sent without what is there', async () => {
    const there = bare();
    const mine = bare();
    const base = commitOf(mine, { 'a/one.txt': 'one\n', 'b/two.txt': 'two\n' });
    const left = commitOf(mine, { 'a/one.txt': 'left\n', 'b/two.txt': 'two\n' }, base);
    const right = commitOf(mine, { 'a/one.txt': 'one\n', 'b/two.txt': 'right\n' }, base);
    const merge = commitOf(mine, { 'a/one.txt': 'left\n', 'b/two.txt': 'right\n' }, left, right);
    git(mine, ['tag', '-a', 'v1', '-m', 'the first', merge]);
    const way = await to(there);
    const here = await openRepository(mine);
    await pushed(here, way, { ref: 'refs/heads/right', new: right });
    const objects = git(there, ['count-objects', '-v']);
    expect((await pushed(here, way, { ref: 'refs/heads/main', new: merge }, { ref: 'refs/tags/v1', new: git(mine, ['rev-parse', 'v1']) })).results).toMatchObject([{ refused: null }, { refused: null }]);
    expect(git(there, ['count-objects', '-v'])).not.toBe(objects);
    expect(git(there, ['cat-file', 'tag', 'v1'])).toContain('the first');
    expect(git(there, ['rev-list', '--objects', 'main'])).toBe(git(mine, ['rev-list', '--objects', merge]));
    expect(git(there, ['fsck', '--strict'])).toBe('');
  });

  test('where there is no repository, that is said', async () => {
    const there = bare();
    const { remote, identity } = await to(there);
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    await expect(pushed(here, { remote: remote.replace('coop.git', 'missing.git'), identity }, { ref: 'refs/heads/main', new: first })).rejects.toThrow(GitError);
  });
});

describe.each(ways.slice(0, 2))('hooks over $name', ({ to }) => {
  test('a hook that refuses is heard, and the refs stay', async () => {
    const there = bare();
    hook(there, 'pre-receive', 'echo "ada: this is bob\'s" >&2; printf "\\033[31mno\\n\\n" >&2; exit 1');
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    const { results, said } = await pushed(here, await to(there), { ref: 'refs/heads/main', new: first }, { ref: 'refs/heads/b', new: first });
    expect(results).toEqual([{ ref: 'refs/heads/main', refused: 'pre-receive hook declined' }, { ref: 'refs/heads/b', refused: 'pre-receive hook declined' }]);
    expect(said).toEqual(['ada: this is bob\'s', '\u001b[31mno']);
    expect(git(there, ['for-each-ref'])).toBe('');
  });

  test('a hook that refuses one ref of two lets the other through, and what others say is heard', async () => {
    const there = bare();
    hook(there, 'update', 'case $1 in refs/heads/main) exit 0;; *) exit 1;; esac');
    hook(there, 'post-receive', 'echo "thank you, ada"');
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    const { results, said } = await pushed(here, await to(there), { ref: 'refs/heads/main', new: first }, { ref: 'refs/heads/b', new: first });
    expect(results).toEqual([{ ref: 'refs/heads/main', refused: null }, { ref: 'refs/heads/b', refused: 'hook declined' }]);
    expect(said).toContain('thank you, ada');
  });
});

describe('a server', () => {
  test('that takes nothing from just anybody is told, with the way out', async () => {
    const there = bare();
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    const { url } = await serve(dirname(there));
    await expect(pushed(here, { remote: `${url}/coop.git`, identity: null }, { ref: 'refs/heads/main', new: first })).rejects.toThrow('cannot push: the server answers 403: it takes no changes from just anybody; croft shows no password over http, so push over ssh');
    const locked = await listen((_, response) => void response.writeHead(401).end());
    await expect(pushed(here, { remote: locked.url, identity: null }, { ref: 'refs/heads/main', new: first })).rejects.toThrow('the server answers 401: it takes no changes');
  });

  test.each([
    { name: 'is silent after its refs', answer: '', says: /cannot push: the server has said nothing for 1 seconds/ },
    { name: 'ends without a word', answer: null, says: /cannot push: the server ends the conversation too early/ },
    { name: 'says something else', answer: '0009hello', says: /cannot push: the server does not say what became of it/ },
    { name: 'says a last error', answer: '0009\u0003no\u001b[', says: /cannot push: the server says "no\\u001b\["/ },
  ])('that $name is told', async ({ answer, says }) => {
    const { url, identity } = await sshServer({ answer: (channel) => answers(channel, answer) });
    const here = await emptyHere();
    const updates = [{ ref: 'refs/heads/main', old: null, new: await commitHere(here, 'one\n'), force: false }];
    await expect(pushRefs(here, url('/x'), { updates, limits: { ...limits, silenceSeconds: 1 }, identity })).rejects.toThrow(says);
  });

  test.each([
    { lines: ['unpack index-pack failed\n', 'ng refs/heads/main unpacker error\n'], refused: 'the server cannot unpack what was sent: index-pack failed' },
    { lines: ['unpack ok\n', 'ok refs/heads/other\n'], refused: 'the server says nothing about it' },
    { lines: ['unpack ok\n', 'ng refs/heads/main no room\n'], refused: 'no room' },
    { lines: ['unpack ok\n', 'ok refs/heads/main\n'], refused: null },
  ])('that reports $lines is understood', async ({ lines, refused }) => {
    const { url, identity } = await sshServer({ answer: (channel) => answers(channel, `${packet(`\u0001${lines.map(packet).join('')}0000`)}0000`) });
    const here = await emptyHere();
    expect((await pushed(here, { remote: url('/x'), identity }, { ref: 'refs/heads/main', new: await commitHere(here, 'one\n') })).results).toEqual([{ ref: 'refs/heads/main', refused }]);
  });
});

describe('a path', () => {
  test('whose repository has hooks, or where somebody works on the branch, is not pushed to', async () => {
    const there = bare();
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    hook(there, 'pre-receive', 'exit 1');
    await expect(pushed(here, { remote: there, identity: null }, { ref: 'refs/heads/main', new: first })).rejects.toThrow('would not run its hook pre-receive; push over ssh');
    const worked = join(room(), 'worked');
    execFileSync('git', ['init', '-q', '-b', 'main', worked]);
    expect((await pushed(here, { remote: worked, identity: null }, { ref: 'refs/heads/main', new: first })).results).toEqual([{ ref: 'refs/heads/main', refused: 'somebody works on it there: it is checked out' }]);
    expect((await pushed(here, { remote: worked, identity: null }, { ref: 'refs/heads/b', new: first })).results).toEqual([{ ref: 'refs/heads/b', refused: null }]);
  });

  test('keeps refs and directories apart, respects a lock, and leaves none', async () => {
    const there = bare();
    const here = await emptyHere();
    const first = await commitHere(here, 'one\n');
    const way = { remote: there, identity: null };
    await pushed(here, way, { ref: 'refs/heads/a/b', new: first });
    expect((await pushed(here, way, { ref: 'refs/heads/a', new: first })).results[0]?.refused).toContain('refs/heads/a/b is there');
    await pushed(here, way, { ref: 'refs/heads/a/b', old: first });
    expect((await pushed(here, way, { ref: 'refs/heads/a', new: first })).results[0]?.refused).toBeNull();
    mkdirSync(join(there, 'refs/heads'), { recursive: true });
    writeFileSync(join(there, 'refs/heads/c.lock'), '');
    expect((await pushed(here, way, { ref: 'refs/heads/c', new: first })).results[0]?.refused).toBe('somebody else is changing it just now');
    expect(existsSync(join(there, 'refs/heads/a.lock'))).toBe(false);
    expect(git(there, ['fsck', '--strict'])).toBe('');
  });
});

describe('what is sent', () => {
  test('is what the other side lacks and nothing else', async () => {
    const mine = bare();
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`d${n % 4}/f${n}`, `${n}\n`]));
    const base = commitOf(mine, files);
    const theirs = commitOf(mine, { ...files, 'd0/theirs': 'theirs\n' }, base);
    const new1 = commitOf(mine, { ...files, 'd1/new': 'new\n' }, base);
    const new2 = commitOf(mine, { ...files, 'd1/new': 'newer\n', 'd1/moved': '1\n' }, new1);
    const here = await openRepository(mine);
    const sent = await outgoing(here, { wanted: [new2], theirs: [theirs, 'ab'.repeat(20)], maxBytes: 100_000 });
    const listed = git(mine, ['rev-list', '--objects', new2, '--not', theirs]).split('\n');
    expect(sent).toHaveLength(listed.length);
    expect(sent.filter(({ type }) => type === 'commit')).toHaveLength(2);
    expect(await outgoing(here, { wanted: [base, theirs], theirs: [theirs], maxBytes: 100_000 })).toEqual([]);
    await expect(outgoing(here, { wanted: [new2], theirs: [], maxBytes: 1000 })).rejects.toThrow('holds more than 1000 bytes');
    await expect(outgoing(here, { wanted: [blob(mine, 'x')], theirs: [], maxBytes: 1000 })).rejects.toThrow('it is a blob, not a commit');
  });

  test('is the same tree once, however often it is named, and no submodule', async () => {
    const mine = bare();
    let level = tree(mine, [['f', '100644', blob(mine, 'x\n')]]);
    for (let n = 0; n < 12; n += 1) level = tree(mine, Array.from({ length: 10 }, (_, m) => [`t${m}`, '40000', level] as const));
    const oid = commit(mine, tree(mine, [['sub', '160000', 'ab'.repeat(20)], ['t', '40000', level]]));
    expect(await outgoing(await openRepository(mine), { wanted: [oid], theirs: [], maxBytes: 100_000 })).toHaveLength(16);
  });

  test('is a pack that git indexes, whatever the sizes', async () => {
    const mine = bare();
    const sizes = [0, 1, 15, 16, 17, 2047, 2048, 2049, 262_143, 262_144, 300_000];
    const oid = commit(mine, treeOf(mine, Object.fromEntries(sizes.map((size) => [`f${size}`, 'x'.repeat(size)]))));
    const objects = await outgoing(await openRepository(mine), { wanted: [oid], theirs: [], maxBytes: 10_000_000 });
    const there = bare();
    git(there, ['index-pack', '--stdin', '--strict'], packFile(objects));
    git(there, ['update-ref', 'refs/heads/main', oid]);
    expect(git(there, ['fsck', '--strict'])).toBe('');
    expect(git(there, ['ls-tree', '-l', 'main']).split('\n').map((line) => Number(/ (\d+)\t/.exec(line)?.[1])).toSorted((a, b) => a - b)).toEqual(sizes);
  });
});

/** Say that there are no refs, and once something is asked for, this; '' is silence, null the end. */
function answers(channel: ServerChannel, answer: string | null): void {
  channel.write(`${packet(`${'0'.repeat(40)} capabilities^{}\0report-status side-band-64k delete-refs\n`)}0000`);
  if (answer === '') return;
  channel.once('data', () => {
    channel.write(answer ?? '');
    channel.exit(0);
    channel.end();
  });
}

function hook(repository: string, name: string, script: string): void {
  mkdirSync(join(repository, 'hooks'), { recursive: true });
  writeFileSync(join(repository, 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
