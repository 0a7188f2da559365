import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween, entryAt } from '../../../reconciler/git/changes.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bare, blob, commit, commitOf, git, tree, treeOf } from './fixture.ts';

const plain = '100644';
const folder = '40000';

async function changes(repository: string, before: string | null, after: string | null): Promise<readonly string[]> {
  const found = await changesBetween(await openRepository(repository), before, after);
  return found.map(({ path, before: old, after: young }) => `${old?.mode ?? '-'} ${young?.mode ?? '-'} ${path}`);
}

/** What git itself says, in the same words. */
function gits(repository: string, before: string, after: string): readonly string[] {
  const raw = execFileSync('git', ['-C', repository, 'diff-tree', '-r', '--raw', '-z', '--no-renames', before, after]).toString('latin1').split('\0');
  const mode = (text = ''): string => (text === '000000' ? '-' : text);
  return raw.flatMap((line, n) => (line.startsWith(':') ? [`${mode(line.slice(1, 7))} ${mode(line.slice(8, 14))} ${raw[n + 1] ?? ''}`] : [])).toSorted();
}

/** Ten levels of ten equal entries: ten thousand million files. */
function heap(repository: string): string {
  let made = tree(repository, [['x', plain, blob(repository, 'x')]]);
  for (let level = 0; level < 9; level += 1) made = tree(repository, [...'abcdefghij'].map((name) => [name, folder, made] as const));
  return made;
}

/** A tree with this in place of ada's zones, beside bob. */
function withAda(repository: string, entries: Parameters<typeof tree>[1], bob = '1'): string {
  const members = tree(repository, [['ada', folder, tree(repository, entries)], ['bob', folder, treeOf(repository, { 'member.yaml': bob })]]);
  return tree(repository, [['desired-state', folder, tree(repository, [['members', folder, members]])]]);
}

describe('the changes between two trees', () => {
  test('are what git says, for random trees of files, modes, links, submodules and names that are not UTF-8', async () => {
    const repository = bare();
    const opened = await openRepository(repository);
    const contents = ['1', '2'].map((text) => blob(repository, text));
    const sub = commitOf(repository, { a: '1' });
    const names = fc.constantFrom<(string | Uint8Array)[]>('a', 'a.b', 'a0', 'members', Uint8Array.of(0xff, 0x61), 'ä');
    const leaf = fc.tuple(fc.constantFrom(plain, '100755', '120000', '160000'), fc.constantFrom(0, 1)).map(([mode, n]) => [mode, mode === '160000' ? sub : (contents[n] ?? '')] as const);
    const { node } = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, leaf, fc.uniqueArray(fc.tuple(names, tie('node')), { selector: ([name]) => String(name), minLength: 1, maxLength: 4 })),
    }));
    const root = fc.uniqueArray(fc.tuple(names, node), { selector: ([name]) => String(name), maxLength: 5 });
    await fc.assert(fc.asyncProperty(root, root, async (one, other) => {
      const [before, after] = [planted(repository, one), planted(repository, other)];
      const found = await changesBetween(opened, before, after);
      expect(found.map(({ path, before: old, after: young }) => `${old?.mode ?? '-'} ${young?.mode ?? '-'} ${path}`).toSorted()).toEqual(gits(repository, before, after));
      expect(found.map(({ path }) => path)).toEqual(found.map(({ path }) => path).toSorted());
    }), { numRuns: 12 });
  });

  test('show a rename as one path gone and one come, a change of mode, and a file that becomes a directory', async () => {
    const repository = bare();
    const before = treeOf(repository, { a: '1', 'd/x': '2', f: '3', same: '4' });
    const after = tree(repository, [['b', plain, blob(repository, '1')], ['d', plain, blob(repository, '2')], ['f', folder, treeOf(repository, { y: '3' })], ['same', '100755', blob(repository, '4')]]);
    expect(await changes(repository, before, after)).toEqual(['100644 - a', '- 100644 b', '- 100644 d', '100644 - d/x', '100644 - f', '- 100644 f/y', '100644 100755 same']);
    expect(await changes(repository, null, before)).toEqual(['- 100644 a', '- 100644 d/x', '- 100644 f', '- 100644 same']);
    expect(await changes(repository, before, null)).toHaveLength(4);
    expect(await changes(repository, before, before)).toEqual([]);
  });

  test('of a merge whose tree is that of its last parent are what it undoes on the branch', async () => {
    const repository = bare();
    const base = commitOf(repository, { 'members/ada/v': '1', 'members/bob/v': '1' });
    const feature = commitOf(repository, { 'members/ada/v': '2', 'members/bob/v': '1' }, base);
    const main = commitOf(repository, { 'members/ada/v': '1', 'members/bob/v': '2' }, base);
    const evil = commit(repository, git(repository, ['rev-parse', `${feature}^{tree}`]), { parents: [main, feature] });
    const treeAt = (oid: string): string => git(repository, ['rev-parse', `${oid}^{tree}`]);
    expect(await changes(repository, treeAt(main), treeAt(evil))).toEqual(['100644 100644 members/ada/v', '100644 100644 members/bob/v']);
  });

  test('show a directory that names itself over and over as itself, and what others changed beside it', async () => {
    const repository = bare();
    const before = withAda(repository, [['member.yaml', plain, blob(repository, '1')]]);
    const after = withAda(repository, [['zones', folder, heap(repository)]], '2');
    expect(await changes(repository, before, after)).toEqual(['40000 40000 desired-state/members/ada', '100644 100644 desired-state/members/bob/member.yaml']);
  });

  test('show who a member is beside a heap of hers, and only that when nothing else is new', async () => {
    const repository = bare();
    const who = (text: string) => ['member.yaml', plain, blob(repository, text)] as const;
    const [before, heaped, out] = [withAda(repository, [who('1')]), withAda(repository, [who('1'), ['zones', folder, heap(repository)]]), withAda(repository, [who('2'), ['zones', folder, heap(repository)]])];
    expect(await changes(repository, before, heaped)).toEqual(['40000 40000 desired-state/members/ada']);
    expect(await changes(repository, heaped, out)).toEqual(['100644 100644 desired-state/members/ada/member.yaml']);
    expect(await changes(repository, before, out)).toEqual(['40000 40000 desired-state/members/ada', '100644 100644 desired-state/members/ada/member.yaml']);
    const odd = (text: string): string => withAda(repository, [['a', plain, blob(repository, '1')], ['a', plain, blob(repository, '2')], who(text)]);
    expect(await changes(repository, odd('1'), odd('2'))).toEqual(['100644 100644 desired-state/members/ada/member.yaml']);
    expect(await entryAt(await openRepository(repository), odd('2'), 'desired-state/members/ada/member.yaml')).toEqual({ mode: plain, oid: blob(repository, '2') });
  });

  test.each([
    ['two entries of one name', ['a', 'a'], 'a'],
    ['a slash in a name', ['../bob/member.yaml'], ''],
    ['an entry without a name', [''], ''],
    ['several of these', ['', 'x/y', 'z/'], ''],
  ])('show %s as one that says nothing, and what is beside it as ever', async (_, names, called) => {
    const repository = bare();
    const content = blob(repository, '1');
    const zones = (text: string): string => tree(repository, [...names.map((name) => [name, plain, content] as const), ['z.yaml', plain, blob(repository, text)]]);
    const odd = (text: string): string => withAda(repository, [['zones', folder, zones(text)]]);
    const at = 'desired-state/members/ada/zones';
    expect(await changes(repository, withAda(repository, []), odd('1'))).toEqual([`- several ${at}/${called}`, `- 100644 ${at}/z.yaml`]);
    expect(await changes(repository, odd('1'), odd('2'))).toEqual([`100644 100644 ${at}/z.yaml`]);
    expect(await changes(repository, odd('1'), withAda(repository, []))).toEqual([`several - ${at}/${called}`, `100644 - ${at}/z.yaml`]);
    expect(await entryAt(await openRepository(repository), odd('1'), `${at}/${names[0]}`)).toEqual(names[0] === called ? expect.objectContaining({ mode: 'several' }) : null);
    expect(await changes(repository, treeOf(repository, { b: '1' }), zones('1'))).toEqual([`- several ${called}`, '100644 - b', '- 100644 z.yaml'].toSorted((a, b) => ((a.split(' ')[2] ?? '') < (b.split(' ')[2] ?? '') ? -1 : 1)));
  });

  test('show as itself what was or becomes no tree, or something of which nobody can say what it is', async () => {
    const repository = bare();
    const whole = withAda(repository, [['member.yaml', plain, blob(repository, '1')]]);
    const none = tree(repository, [['desired-state', folder, tree(repository, [['members', folder, blob(repository, 'x')]])]]);
    expect(await changes(repository, whole, none)).toEqual(['40000 40000 desired-state/members']);
    expect(await changes(repository, none, whole)).toEqual(['40000 40000 desired-state/members']);
    const hers = treeOf(repository, { 'member.yaml': '1' });
    const twice = tree(repository, [['desired-state', folder, tree(repository, [['members', folder, tree(repository, [['ada', folder, hers], ['ada', folder, hers], ['bob', folder, treeOf(repository, { 'member.yaml': '1' })]])]])]]);
    expect(await changes(repository, whole, twice)).toEqual(['40000 several desired-state/members/ada']);
    expect(await changes(repository, twice, whole)).toEqual(['several 40000 desired-state/members/ada']);
  });

  test('show what is no tree at all, and what is too deep, as itself', async () => {
    const repository = bare();
    let deep = treeOf(repository, { x: '1' });
    for (let level = 0; level < 40; level += 1) deep = tree(repository, [['d', folder, deep]]);
    const odd = withAda(repository, [['deep', folder, deep], ['zones', folder, blob(repository, '1')]]);
    const found = await changes(repository, withAda(repository, []), odd);
    expect(found).toEqual([`- 40000 desired-state/members/ada/deep${'/d'.repeat(9)}`, '- 40000 desired-state/members/ada/zones']);
  });

  test('hold at most two hundred thousand paths, and who was there before comes first', async () => {
    const repository = bare();
    const content = blob(repository, '1');
    const large = tree(repository, Array.from({ length: 9000 }, (_, n) => [`f${n}`, plain, content] as const).toSorted());
    const crowd = Array.from({ length: 30 }, (_, n) => [`a${n + 10}`, folder, large] as const);
    const bob = (text: string): readonly [string, string, string] => ['bob', folder, treeOf(repository, { 'member.yaml': text })];
    const before = tree(repository, [['members', folder, tree(repository, [bob('1')])]]);
    const after = tree(repository, [['members', folder, tree(repository, [...crowd, bob('2')])]]);
    const found = await changesBetween(await openRepository(repository), before, after);
    expect(found.length).toBeLessThanOrEqual(200_000);
    expect(found.filter(({ after: young }) => young?.mode === folder).map(({ path }) => path)).toEqual(Array.from({ length: 8 }, (_, n) => `members/a${n + 32}`));
    expect(found.at(-1)).toMatchObject({ path: 'members/bob/member.yaml', after: { mode: plain } });
  });

  test('cannot be told when an object is missing', async () => {
    const repository = bare();
    const odd = withAda(repository, [['zones', folder, 'ab'.repeat(20)]]);
    await expect(changes(repository, withAda(repository, []), odd)).rejects.toThrow(/^cannot read object abab/);
  });
});

describe('the entry at a path', () => {
  test('is a file, a directory, the tree itself, or nothing', async () => {
    const repository = bare();
    const root = treeOf(repository, { 'a/b': '1' });
    const opened = await openRepository(repository);
    expect(await entryAt(opened, root, 'a/b')).toEqual({ mode: plain, oid: blob(repository, '1') });
    expect(await entryAt(opened, root, 'a')).toEqual({ mode: folder, oid: git(repository, ['rev-parse', `${root}:a`]) });
    expect(await entryAt(opened, root, '')).toEqual({ mode: folder, oid: root });
    for (const path of ['b', 'a/c', 'a/b/c', 'a/', '/a']) expect(await entryAt(opened, root, path)).toBeNull();
  });
});

type Node = readonly [mode: string, oid: string] | readonly (readonly [string | Uint8Array, Node])[];

/** Write a tree with the program that knows how they are sorted. */
function planted(repository: string, nodes: readonly (readonly [string | Uint8Array, Node])[]): string {
  const lines = nodes.map(([name, node]) => {
    const [first] = node;
    const [mode, type, oid] = typeof first === 'string' ? [first, first === '160000' ? 'commit' : 'blob', String(node[1])] : ['040000', 'tree', planted(repository, node as readonly (readonly [string | Uint8Array, Node])[])];
    return Buffer.concat([Buffer.from(`${mode} ${type} ${oid}\t`), Buffer.from(name), Buffer.from([0])]);
  });
  return git(repository, ['mktree', '-z'], Buffer.concat(lines));
}
