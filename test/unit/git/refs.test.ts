import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import { fetchRefs } from '../../../reconciler/git/refs.ts';
import { fetchBranch } from '../../../reconciler/git/remote.ts';
import type { SshIdentity } from '../../../reconciler/git/ssh/identity.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import { transportTo } from '../../../reconciler/git/transports.ts';
import { bare, blob, commit, commitOf, git, room, treeOf } from './fixture.ts';
import { serve } from './server.ts';
import { sshServer } from './ssh-server.ts';

const limits = { wholeSeconds: 30, silenceSeconds: 20, packBytes: 100_000_000 };
const path = 'desired-state/members/ada/member.yaml';

interface Way {
  readonly remote: string;
  readonly identity: SshIdentity | null;
  /** What was asked of the server, in order, where there is one. */
  readonly asked: readonly string[];
}

const ways: readonly { readonly name: string; readonly questions: readonly number[]; readonly to: (repository: string) => Promise<Way> }[] = [
  {
    name: 'ssh',
    questions: [2, 1, 1],
    to: async (repository) => {
      const { url, identity, asked } = await sshServer();
      return { remote: url(repository), identity, asked };
    },
  },
  {
    name: 'http',
    questions: [3, 1, 2],
    to: async (repository) => {
      const { url, asked } = await serve(dirname(repository));
      return { remote: `${url}/${basename(repository)}`, identity: null, asked };
    },
  },
  { name: 'a path', questions: [0, 0, 0], to: async (repository) => ({ remote: repository, identity: null, asked: [] }) },
];

/** A commit beside the branch, with nothing of it. */
function note(repository: string, ref: string, text: string): string {
  const oid = git(repository, ['commit-tree', treeOf(repository, { 'note.txt': text }), '-m', 'a note']);
  git(repository, ['update-ref', ref, oid]);
  return oid;
}

describe.each(ways)('over $name', ({ to, questions }) => {
  test('the branch and the refs come together, and later only what is new of either', async () => {
    const repository = bare();
    const { remote, identity, asked } = await to(repository);
    const first = commitOf(repository, { [path]: 'one\n' });
    const [ada, bob] = [note(repository, 'refs/croft/notes/ada', 'by ada\n'), note(repository, 'refs/croft/notes/bob', 'by bob\n')];
    note(repository, 'refs/other/x', 'not asked for\n');
    const mirror = await openMirror(join(room(), 'mirror'));
    const count: number[] = [];
    const run = async (): Promise<unknown> => {
      const before = asked.length;
      const fetched = await fetchBranch(mirror, { remotes: [remote], branch: 'main', limits, identity, also: 'refs/croft/' });
      if (fetched.tip !== null) await recordTip(mirror, { oid: fetched.tip, time: 0, trusted: null });
      count.push(asked.length - before);
      return fetched;
    };
    const refs = new Map([['refs/croft/notes/ada', ada], ['refs/croft/notes/bob', bob]]);
    expect(await run()).toEqual({ tip: first, remote, failures: [], refs });
    expect(await run()).toEqual({ tip: first, remote, failures: [], refs });
    const carol = note(repository, 'refs/croft/notes/carol', 'by carol\n');
    git(repository, ['update-ref', '-d', 'refs/croft/notes/bob']);
    expect(await run()).toEqual({ tip: first, remote, failures: [], refs: new Map([['refs/croft/notes/ada', ada], ['refs/croft/notes/carol', carol]]) });
    expect(count).toEqual(questions);
    for (const oid of [ada, carol]) expect(git(mirror.gitdir, ['show', `${oid}:note.txt`])).toMatch(/^by /);
    expect((await readCommit(mirror, carol)).parents).toEqual([]);
    expect(git(mirror.gitdir, ['fsck', '--strict'])).toMatch(/^(dangling commit [0-9a-f]{40}\n?)*$/);
  });

  test('refs alone come too, without a branch', async () => {
    const repository = bare();
    const { remote, identity } = await to(repository);
    const ada = note(repository, 'refs/croft/notes/ada', 'by ada\n');
    const mirror = await openMirror(join(room(), 'mirror'));
    expect(await fetchRefs(mirror, { remote, prefix: 'refs/croft/', limits, identity })).toEqual(new Map([['refs/croft/notes/ada', ada]]));
    expect(await fetchRefs(mirror, { remote, prefix: 'refs/none/', limits, identity })).toEqual(new Map());
    expect(git(mirror.gitdir, ['show', `${ada}:note.txt`])).toBe('by ada');
  });

  test('all refs are told, packed or not, as git tells them', async () => {
    const repository = bare();
    const { remote, identity } = await to(repository);
    const first = commitOf(repository, { [path]: 'one\n' });
    git(repository, ['tag', '-a', 'v1', '-m', 'one', first]);
    git(repository, ['pack-refs', '--all']);
    git(repository, ['update-ref', 'refs/heads/b', first]);
    git(repository, ['update-ref', 'refs/heads/main', note(repository, 'refs/heads/c', 'c\n')]);
    const transport = transportTo(remote, limits, identity);
    const { HEAD: _, ...refs } = Object.fromEntries(await transport.refs());
    transport.close();
    expect(Object.entries(refs).map(([name, oid]) => `${oid} ${name}`).toSorted()).toEqual(git(repository, ['show-ref']).split('\n').toSorted());
  });
});

describe('refs that somebody pushed to annoy', () => {
  test('what is no commit, and a name that is not plain, is left out', async () => {
    const repository = bare();
    const ada = note(repository, 'refs/croft/ada', 'by ada\n');
    git(repository, ['update-ref', 'refs/croft/blob', blob(repository, 'x')]);
    git(repository, ['update-ref', 'refs/croft/tree', treeOf(repository, { a: 'b' })]);
    git(repository, ['update-ref', 'refs/croft/$(x)\u202e', ada]);
    git(repository, ['tag', '-a', 'v1', '-m', 'one', ada]);
    git(repository, ['update-ref', 'refs/croft/tag', 'refs/tags/v1']);
    const { url } = await serve(dirname(repository));
    const mirror = await openMirror(join(room(), 'mirror'));
    expect(await fetchRefs(mirror, { remote: `${url}/coop.git`, prefix: 'refs/croft/', limits })).toEqual(new Map([['refs/croft/ada', ada]]));
  });

  test('too many of them, too much in them, or one that is not whole keeps the refs back but not the branch, and leaves nothing', async () => {
    const many = bare();
    const tip = commitOf(many, { [path]: 'one\n' });
    git(many, ['update-ref', '--stdin'], Array.from({ length: 1001 }, (_, n) => `create refs/croft/n${n} ${tip}\n`).join(''));
    const large = bare();
    commitOf(large, { [path]: 'one\n' });
    note(large, 'refs/croft/large', 'x'.repeat(17 * 1024 * 1024));
    const broken = bare();
    commitOf(broken, { [path]: 'one\n' });
    note(broken, 'refs/croft/broken', 'gone\n');
    const id = blob(broken, 'gone\n');
    rmSync(join(broken, 'objects', id.slice(0, 2), id.slice(2)));
    for (const [remote, says] of [[many, 'there are 1001 refs, more than 1000'], [large, 'what they bring holds more than 16777216 bytes'], [broken, `cannot read object ${id}`]] as const) {
      const mirror = await openMirror(join(room(), 'mirror'));
      const fetched = await fetchBranch(mirror, { remotes: [remote], branch: 'main', limits, also: 'refs/croft/' });
      expect(fetched).toMatchObject({ tip, remote, failures: [{ url: remote }] });
      expect(fetched.refs).toBeUndefined();
      expect(fetched.failures[0]?.message).toContain(says);
      await expect(fetchRefs(mirror, { remote, prefix: 'refs/croft/', limits })).rejects.toThrow(says);
      expect(git(mirror.gitdir, ['cat-file', '-e', tip])).toBe('');
    }
  });

  test('refs on top of the branch bring only what is theirs, and come again when they were lost', async () => {
    const repository = bare();
    const { url, asked } = await serve(dirname(repository));
    const remote = `${url}/coop.git`;
    const first = commitOf(repository, { [path]: 'one\n', 'large.bin': 'x'.repeat(100_000) });
    const mirror = await openMirror(join(room(), 'mirror'));
    await fetchBranch(mirror, { remotes: [remote], branch: 'main', limits });
    const proposal = commit(repository, treeOf(repository, { [path]: 'two\n', 'large.bin': 'x'.repeat(100_000) }), { parents: [first], branch: 'proposal' });
    git(repository, ['update-ref', 'refs/croft/proposal', proposal]);
    await recordTip(mirror, { oid: first, time: 0, trusted: null });
    asked.splice(0);
    await fetchRefs(mirror, { remote, prefix: 'refs/croft/', limits });
    expect(asked).toHaveLength(2);
    expect(git(mirror.gitdir, ['rev-list', '--objects', proposal]).split('\n').length).toBeGreaterThan(5);
    expect(git(mirror.gitdir, ['count-objects', '-v'])).toMatch(/in-pack: 1[2-4]\n/);
    const packs = join(mirror.gitdir, 'objects/pack');
    const [lost = ''] = readdirSync(packs).filter((name) => name.endsWith('.pack')).toSorted((a, b) => statSync(join(packs, b)).mtimeMs - statSync(join(packs, a)).mtimeMs);
    for (const name of [lost, lost.replace(/pack$/, 'idx')]) rmSync(join(packs, name));
    expect(await fetchRefs(await openMirror(mirror.gitdir), { remote, prefix: 'refs/croft/', limits })).toEqual(new Map([['refs/croft/proposal', proposal]]));
    expect(git(mirror.gitdir, ['rev-list', '--objects', proposal]).split('\n').length).toBeGreaterThan(5);
  });
});
