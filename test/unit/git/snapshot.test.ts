import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitError } from '../../../reconciler/git/error.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { ancestors } from '../../../reconciler/git/snapshot.ts';
import { bare, blob, commit, commitOf, git, snapshot, tree } from './fixture.ts';

const link = '120000';
const plain = '100644';

/** A commit whose members/ada holds these entries. */
function withAda(repository: string, entries: Parameters<typeof tree>[1]): string {
  const ada = tree(repository, entries);
  const bob = tree(repository, [['member.yaml', plain, blob(repository, 'name: Bob\n')]]);
  const members = tree(repository, [['ada', '40000', ada], ['bob', '40000', bob]]);
  const state = tree(repository, [['cluster.yaml', plain, blob(repository, 'name: x\n')], ['members', '40000', members]]);
  return commit(repository, tree(repository, [['desired-state', '40000', state]]));
}

describe('a snapshot', () => {
  test.each([[64, 0], [65, 1]])('of a member with %i files of 64 KiB has %i problems, and the others in it', async (count, problems) => {
    const repository = bare();
    const large = blob(repository, `# ${'x'.repeat(64 * 1024 - 3)}\n`);
    const found = await snapshot(repository, withAda(repository, Array.from({ length: count }, (_, index) => [`a${index}.yaml`, plain, large] as const)));
    expect(found.problems.map(({ code, owner }) => `${code} ${owner}`)).toEqual(Array<string>(problems).fill('git/too-large member:ada'));
    expect(found.files.map(({ path }) => path)).toContain('desired-state/members/bob/member.yaml');
  });

  test.each(['ada <ada@ada.example> -5 +0000', 'ada <ada@ada.example> 1700000000000 +0000', 'ada'])('is read of a commit made by %j, and of those after it', async (committer) => {
    const repository = bare();
    const good = git(repository, ['cat-file', 'commit', commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n' })]);
    const odd = git(repository, ['hash-object', '-w', '-t', 'commit', '--literally', '--stdin'], `${good.replace(/^committer .*$/m, `committer ${committer}`)}\n`);
    expect(await snapshot(repository, odd)).toMatchObject({ revision: { oid: odd, time: 0 }, files: [{ path: 'desired-state/cluster.yaml' }] });
    const next = commitOf(repository, { 'desired-state/cluster.yaml': 'name: y\n' }, odd);
    const before: string[] = [];
    for await (const { revision } of ancestors(await openRepository(repository), next)) before.push(revision.oid);
    expect(before).toEqual([odd]);
  });

  test('holds every file below desired-state, sorted by path, with its bytes and the commit behind it', async () => {
    const repository = bare();
    const oid = commitOf(repository, { 'README.md': 'no', 'desired-state/members/ada/member.yaml': 'name: Ada\n', 'desired-state/cluster.yaml': 'name: x\n', 'desired-state/README.md': 'hi\n' });
    const { revision, files, problems } = await snapshot(repository, oid);
    expect(revision).toEqual({ oid, time: 1700000100, author: 'Ada', subject: 'a commit' });
    expect(files.map(({ path }) => path)).toEqual(['desired-state/README.md', 'desired-state/cluster.yaml', 'desired-state/members/ada/member.yaml']);
    expect(Buffer.from(files[2]?.bytes ?? []).toString()).toBe('name: Ada\n');
    expect(files[2]?.oid).toBe(blob(repository, 'name: Ada\n'));
    expect(problems).toEqual([]);
  });

  test('of a repository with cluster.yaml at its top holds croft\'s directories only', async () => {
    const repository = bare();
    const oid = commitOf(repository, { '.github/x.yml': '', 'LICENSE': '', 'schemas/x.json': '', 'cluster.yaml': '', 'members/ada/member.yaml': '', 'coop/zones/a.example.yaml': '' });
    const { files, problems } = await snapshot(repository, oid);
    expect(files.map(({ path }) => path)).toEqual(['cluster.yaml', 'coop/zones/a.example.yaml', 'members/ada/member.yaml']);
    expect(problems).toEqual([]);
  });

  test('of a repository without desired state is a problem', async () => {
    const repository = bare();
    const { files, problems } = await snapshot(repository, commitOf(repository, { 'README.md': '' }));
    expect(files).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['git/no-desired-state']);
  });

  const odd: readonly { readonly name: string; readonly entry: readonly [string | Uint8Array, string]; readonly code: string; readonly says: string }[] = [
    { name: 'a symbolic link', entry: ['a.yaml', link], code: 'git/not-a-plain-file', says: 'cannot read desired-state/members/ada/a.yaml: it is a symbolic link, not a plain file' },
    { name: 'a submodule', entry: ['a', '160000'], code: 'git/not-a-plain-file', says: 'cannot read desired-state/members/ada/a: it is a submodule, not a plain file' },
    { name: 'an executable', entry: ['a.yaml', '100755'], code: 'git/not-a-plain-file', says: 'cannot read desired-state/members/ada/a.yaml: it is executable, not a plain file' },
    { name: 'a mode of old gits', entry: ['a.yaml', '100664'], code: 'git/not-a-plain-file', says: 'cannot read desired-state/members/ada/a.yaml: it is of mode 100664, not a plain file' },
    { name: 'a newline', entry: ['a\nb.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/a\\nb.yaml: ' },
    { name: 'an upper case document', entry: ['Blog.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/Blog.yaml: ' },
    { name: 'the parent directory', entry: ['..', '40000'], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/..: ' },
    { name: 'a slash', entry: ['../bob/member.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/../bob/member.yaml: ' },
    { name: 'a backslash', entry: ['a\\b.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/a\\\\b.yaml: ' },
    { name: 'git\'s own directory', entry: ['.git', '40000'], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/.git: ' },
    { name: 'an escape sequence', entry: ['\x1b[2J.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/\\x1b[2J.yaml: ' },
    { name: 'a character that turns the text around', entry: ['a\u202e.yaml', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/a\\u{202e}.yaml: ' },
    { name: 'bytes that are not UTF-8', entry: [Uint8Array.of(0x61, 0xff), plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/a\\xff: ' },
    { name: 'no name at all', entry: ['', plain], code: 'git/odd-path', says: 'cannot use the path desired-state/members/ada/: ' },
    { name: 'a file that says it is a directory', entry: ['zones', '40000'], code: 'git/damaged', says: 'cannot read desired-state/members/ada/zones: its git object is not a directory' },
  ];

  test.each(odd)('tells $name as a problem of the directory\'s owner, and reads the others', async ({ entry, code, says }) => {
    const repository = bare();
    const [name, mode] = entry;
    const { files, problems } = await snapshot(repository, withAda(repository, [[name, mode, blob(repository, 'x')], ['member.yaml', plain, blob(repository, 'name: Ada\n')]]));
    expect(problems.map((problem) => [problem.code, problem.owner, problem.message.slice(0, says.length), problem.source.line])).toEqual([[code, 'member:ada', says, 1]]);
    expect(files.map(({ path }) => path)).toEqual(['desired-state/cluster.yaml', 'desired-state/members/ada/member.yaml', 'desired-state/members/bob/member.yaml']);
  });

  test('takes no directory with a slash in its name for the one that is at that path, which was just read', async () => {
    const repository = bare();
    const [file, member] = [blob(repository, 'static: {}\n'), blob(repository, 'name: Ada\n')];
    const sub = tree(repository, [['a.yaml', plain, file]]);
    const vhosts = tree(repository, [['sub', '40000', sub]]);
    const ada = tree(repository, [['member.yaml', plain, member], ['vhosts', '40000', vhosts], ['vhosts/sub', '40000', sub]]);
    const state = tree(repository, [['members', '40000', tree(repository, [['ada', '40000', ada]])], ['members/ada', '40000', ada]]);
    const { files, problems } = await snapshot(repository, commit(repository, tree(repository, [['desired-state', '40000', state]])));
    expect(problems.map(({ code, owner }) => `${code} ${owner}`).toSorted()).toEqual(['git/odd-path coop', 'git/odd-path member:ada']);
    expect(files.map(({ path }) => path)).toEqual(['desired-state/members/ada/member.yaml', 'desired-state/members/ada/vhosts/sub/a.yaml']);
  });

  test('tells a member\'s directory that is a link as that member\'s problem', async () => {
    const repository = bare();
    const members = tree(repository, [['ada', link, blob(repository, 'bob')]]);
    const state = tree(repository, [['members', '40000', members]]);
    const { problems } = await snapshot(repository, commit(repository, tree(repository, [['desired-state', '40000', state]])));
    expect(problems.map(({ code, owner }) => [code, owner])).toEqual([['git/not-a-plain-file', 'member:ada']]);
  });

  test('tells names that differ in case, and names that stand twice, and takes neither', async () => {
    const repository = bare();
    const one = blob(repository, '1');
    const two = blob(repository, '2');
    const { files, problems } = await snapshot(repository, withAda(repository, [['NOTES.md', plain, one], ['b.yaml', plain, one], ['b.yaml', plain, two], ['notes.md', plain, two]]));
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['git/case-collision', 'cannot tell desired-state/members/ada/NOTES.md from notes.md: names in one directory must differ in more than case'],
      ['git/case-collision', 'cannot tell desired-state/members/ada/b.yaml from b.yaml: names in one directory must differ in more than case'],
    ]);
    expect(files).toHaveLength(2);
  });

  test('tells an Ada beside ada as what hides ada\'s directory, which she did not take away', async () => {
    const repository = bare();
    const hers = tree(repository, [['member.yaml', plain, blob(repository, 'name: Ada\n')]]);
    const state = tree(repository, [['members', '40000', tree(repository, [['Ada', '40000', hers], ['ada', '40000', hers]])]]);
    const { files, problems } = await snapshot(repository, commit(repository, tree(repository, [['desired-state', '40000', state]])));
    expect([files, problems.map(({ code, owner }) => [code, owner])]).toEqual([[], [['git/case-collision', 'member:ada']]]);
  });

  const filled = (repository: string, names: readonly string[], text: string): Parameters<typeof tree>[1] => {
    const oid = blob(repository, text);
    return names.map((name) => [name, plain, oid] as const);
  };
  const many = Array.from({ length: 10_001 }, (_, index) => `n${index}.md`);
  test.each([
    ['ten thousand files beside it', (repository: string) => filled(repository, many, 'x'), plain],
    ['five megabytes beside it', (repository: string) => filled(repository, many.slice(0, 80), 'x'.repeat(65_000)), plain],
    ['the same in other letters beside it', (repository: string) => [['Member.yaml', plain, blob(repository, 'x')] as const], plain],
    ['a mode that it may not have', () => [], '100755'],
  ])('hands on apart what says who ada is, hidden by %s', async (_, beside, mode) => {
    const repository = bare();
    const text = 'state: suspended\n';
    const entries = [...beside(repository), ['member.yaml', mode, blob(repository, text)] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const { files, hidden, problems } = await snapshot(repository, withAda(repository, entries));
    expect(problems.map(({ owner }) => owner)).toEqual(['member:ada']);
    expect(files.map(({ path }) => path)).not.toContain('desired-state/members/ada/member.yaml');
    expect(hidden?.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([['desired-state/members/ada/member.yaml', text]]);
  });

  test('hands on apart who ada is beside an Ada, and nothing where two are called so', async () => {
    const repository = bare();
    const hers = (text: string): string => tree(repository, [['member.yaml', plain, blob(repository, text)]]);
    const of = async (...entries: Parameters<typeof tree>[1]): Promise<readonly string[] | undefined> => {
      const state = tree(repository, [['members', '40000', tree(repository, entries)]]);
      return (await snapshot(repository, commit(repository, tree(repository, [['desired-state', '40000', state]])))).hidden?.map(({ path }) => path);
    };
    expect(await of(['Ada', '40000', hers('1')], ['ada', '40000', hers('2')])).toEqual(['desired-state/members/ada/member.yaml']);
    const twice = tree(repository, [['member.yaml', plain, blob(repository, '1')], ['member.yaml', plain, blob(repository, '2')]]);
    expect(await of(['ada', '40000', twice])).toBeUndefined();
  });

  test('takes a file of 64 KiB and refuses one byte more', async () => {
    const repository = bare();
    const entries = [['a.yaml', plain, blob(repository, 'x'.repeat(65536))], ['b.yaml', plain, blob(repository, 'x'.repeat(65537))]] as const;
    const { files, problems } = await snapshot(repository, withAda(repository, entries));
    expect(problems.map(({ code, source }) => [code, source.file])).toEqual([['git/oversize', 'desired-state/members/ada/b.yaml']]);
    expect(files.map(({ path }) => path)).toContain('desired-state/members/ada/a.yaml');
  });

  test('holds nobody up for one who piles up trees that name themselves over and over', async () => {
    const repository = bare();
    let heap = tree(repository, [['x', plain, blob(repository, 'x')]]);
    for (let level = 0; level < 9; level += 1) heap = tree(repository, [...'abcdefghij'].map((name) => [name, '40000', heap] as const));
    const { files, problems } = await snapshot(repository, withAda(repository, [['zones', '40000', heap]]));
    expect(problems.map(({ code, owner, source }) => [code, owner, source.file])).toEqual([['git/too-many-files', 'member:ada', 'desired-state/members/ada']]);
    expect(files).toHaveLength(2);
  });

  test('does not go down for ever', async () => {
    const repository = bare();
    let deep = tree(repository, [['x', plain, blob(repository, 'x')]]);
    for (let level = 0; level < 40; level += 1) deep = tree(repository, [['d', '40000', deep]]);
    const { problems } = await snapshot(repository, withAda(repository, [['zones', '40000', deep]]));
    expect(problems.map(({ code, owner }) => [code, owner])).toEqual([['git/odd-path', 'member:ada']]);
  });

  test('of a commit with a missing object is an error, not a smaller snapshot', async () => {
    const repository = bare();
    const oid = withAda(repository, [['member.yaml', plain, 'ab'.repeat(20)]]);
    await expect(snapshot(repository, oid)).rejects.toThrow(/^cannot read object abab.*it is missing$/);
    await expect(snapshot(repository, 'cd'.repeat(20))).rejects.toThrow(GitError);
  });

  test('ignores refs/replace and alternates', async () => {
    const repository = bare();
    const first = commitOf(repository, { 'desired-state/cluster.yaml': 'name: true\n' });
    const forged = commitOf(repository, { 'desired-state/cluster.yaml': 'name: forged\n' });
    git(repository, ['replace', first, forged]);
    expect(git(repository, ['show', `${first}:desired-state/cluster.yaml`])).toBe('name: forged');
    const { files } = await snapshot(repository, first);
    expect(Buffer.from(files[0]?.bytes ?? []).toString()).toBe('name: true\n');
    const borrower = bare();
    writeFileSync(join(borrower, 'objects/info/alternates'), `${join(repository, 'objects')}\n`);
    expect(git(borrower, ['cat-file', '-t', first])).toBe('commit');
    await expect(snapshot(borrower, first)).rejects.toThrow('it is missing');
  });
});
