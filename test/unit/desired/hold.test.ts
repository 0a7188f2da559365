import { expect, test } from 'vitest';
import { settle, type Settled } from '../../../reconciler/desired/hold.ts';
import type { ReadFile } from '../../../reconciler/desired/documents.ts';
import type { ReadCache } from '../../../reconciler/desired/read.ts';
import type { Snapshot, SnapshotFile } from '../../../reconciler/model/snapshot.ts';
import { base, brief, hash, keys, snapshot, snapshotOf, type Files } from './coop.ts';

interface History {
  /** Changes to the base co-op, oldest first; the last is the head. */
  readonly commits: readonly Files[];
}

let ancestorsRead = 0;

async function settled({ commits }: History): Promise<Settled> {
  const snapshots = commits.map((files, index) => snapshot(files, `c${index}`));
  return settleAll(snapshots);
}

async function settleAll(snapshots: readonly Snapshot[]): Promise<Settled> {
  ancestorsRead = 0;
  async function* ancestors(): AsyncIterable<Snapshot> {
    for (const each of snapshots.slice(0, -1).toReversed()) {
      ancestorsRead += 1;
      yield each;
    }
  }
  return settle(snapshots.at(-1) ?? snapshotOf({}), ancestors);
}

const held = ({ holds }: Settled): readonly string[] => holds.map(({ owner, lastGood }) => `${owner} at ${lastGood}`);
const sites = ({ state }: Settled): readonly string[] | undefined => state?.vhosts.map(({ name }) => name);

const blog = 'members/ada/vhosts/blog.ada.example.yaml';
const everything = ['blog.ada.example', 'shop.carol.example', 'www.fairmeadow.example'];
const broken = { [blog]: 'static: {rot: sites/blog}\n' };
const swap = (path: string, from: string, to: string): Files => ({ [path]: (base[path] ?? '').replace(from, to) });

test('a commit without problems is used as it is, and no other is read', async () => {
  const all = await settled({ commits: [{}, {}] });
  expect(held(all)).toEqual([]);
  expect(all.state?.revision.oid).toBe('c1');
  expect(ancestorsRead).toBe(0);
});

test('invalid YAML of one member holds that member at the last good version, and nobody else', async () => {
  const added = { 'members/bob/vhosts/bob.example.yaml': 'static: {root: a}\n' };
  const all = await settled({ commits: [{}, { [blog]: 'static: {root: newer}\n' }, { [blog]: '- {' }, { [blog]: '- {', ...added }] });
  expect(held(all)).toEqual(['member:ada at c1']);
  expect(all.holds[0]?.problems.map(brief)).toEqual([`${blog}:1:4 yaml/syntax`]);
  expect(sites(all)).toEqual(['blog.ada.example', 'bob.example', 'shop.carol.example', 'www.fairmeadow.example']);
  expect(all.state?.vhosts[0]?.site).toMatchObject({ root: 'newer' });
  expect(all.state?.revision.oid).toBe('c3');
});

test('two owners who break at once are held each at their own last good version', async () => {
  const bob = { 'members/bob/vhosts/bob.example.yaml': 'static: {root: a}\n' };
  const all = await settled({
    commits: [{}, bob, { 'members/bob/vhosts/bob.example.yaml': 'static: 1\n' }, { ...broken, 'members/bob/vhosts/bob.example.yaml': 'static: 1\n' }],
  });
  expect(held(all)).toEqual(['member:ada at c2', 'member:bob at c1']);
  expect(sites(all)).toEqual(['blog.ada.example', 'bob.example', 'shop.carol.example', 'www.fairmeadow.example']);
});

test('who never had a good version is absent and held', async () => {
  const frank = { 'members/frank/member.yaml': 'name: Frank\n' };
  const all = await settled({ commits: [{}, frank, { ...frank, 'cluster.yaml': `${base['cluster.yaml']}# more\n` }] });
  expect(held(all)).toEqual(['member:frank at null']);
  expect(sites(all)).toEqual(everything);
  expect(all.state?.members.map(({ name }) => name)).not.toContain('frank');
});

test('who comes when a directory of that name was gone is nobody who was there before: her mistake brings no document of theirs back', async () => {
  const bob = 'members/bob/member.yaml';
  const stranger = { [bob]: 'name: Robert, another person\nuid: 10002\nlimits: none\nemail: robert@elsewhere.example\n' };
  const all = await settled({ commits: [{}, { [bob]: null }, stranger] });
  expect(held(all)).toEqual(['member:bob at null']);
  expect(all.state?.members.map(({ name }) => name)).not.toContain('bob');
  const unreadable = await settled({ commits: [{}, { [bob]: null }, { [bob]: '- {' }, { [bob]: '- [' }] });
  expect(held(unreadable)).toEqual(['member:bob at null']);
  const again = await settled({ commits: [{}, { [bob]: null }, { [bob]: base[bob] ?? null }, stranger] });
  expect(held(again)).toEqual(['member:bob at c2']);
});

test('a limits class that is taken away from members holds the co-op, not the members', async () => {
  const all = await settled({ commits: [{}, { 'limits/regular.yaml': null }] });
  expect(held(all)).toEqual(['coop at c0']);
  expect(all.holds[0]?.problems.map(brief)).toContain('members/ada/member.yaml:3:9 member/unknown-limits');
  expect(sites(all)).toEqual(everything);
  expect(all.state?.limits.map(({ name }) => name)).toEqual(['regular', 'small']);
});

test('while the co-op is held members go on', async () => {
  const without = { 'limits/regular.yaml': null };
  const all = await settled({ commits: [{}, without, { ...without, [blog]: 'static: {root: newer}\n' }, { ...without, [blog]: 'static: {root: newest}\n' }] });
  expect(held(all)).toEqual(['coop at c0']);
  expect(all.state?.vhosts[0]?.site).toMatchObject({ root: 'newest' });
});

test('a member who writes a class that is not there is held alone', async () => {
  const all = await settled({ commits: [{}, swap('members/ada/member.yaml', 'regular', 'regulr')] });
  expect(held(all)).toEqual(['member:ada at c0']);
});

test('a broken co-op document holds the co-op', async () => {
  const all = await settled({ commits: [{}, { 'hosts/main.yaml': 'debian: 11\n', [blog]: 'static: {root: newer}\n' }] });
  expect(held(all)).toEqual(['coop at c0']);
  expect(all.state?.vhosts[0]?.site).toMatchObject({ root: 'newer' });
});

test('both the co-op and a member may be held', async () => {
  const all = await settled({ commits: [{}, broken, { ...broken, 'cluster.yaml': 'nmae: x\n' }] });
  expect(held(all)).toEqual(['coop at c1', 'member:ada at c0']);
  expect(sites(all)).toEqual(everything);
});

test('a grant that takes a used name from its owner holds whoever got it', async () => {
  const taken = swap('members/bob/member.yaml', '[bob.example]', '[bob.example, blog.ada.example]');
  const all = await settled({ commits: [{}, taken] });
  expect(held(all)).toEqual(['member:bob at c0']);
  expect(sites(all)).toEqual(everything);
});

test('a delegation that is withdrawn while in use holds whoever withdrew it', async () => {
  const withdrawn = { 'members/carol/member.yaml': (base['members/carol/member.yaml'] ?? '').replace(/delegates.*\n/, '') };
  const all = await settled({ commits: [{}, withdrawn] });
  expect(sites(all)).toEqual(everything);
  expect(held(all)).toEqual(['member:carol at c0']);
});

test('a member whose document cannot be read does not break those who depend on it', async () => {
  const all = await settled({ commits: [{}, { 'members/carol/member.yaml': '- {' }] });
  expect(held(all)).toEqual(['member:carol at c0']);
  expect(sites(all)).toEqual(everything);
});

test('a port taken by somebody with a lower uid holds whoever took it', async () => {
  const bob = { 'members/bob/member.yaml': `${base['members/bob/member.yaml']}ports: [20002]\n` };
  const all = await settled({ commits: [{}, bob, { ...bob, ...swap('members/ada/member.yaml', '[20001]', '[20001, 20002]') }] });
  expect(held(all)).toEqual(['member:ada at c1']);
});

test('a co-op that was never good has no state', async () => {
  const all = await settled({ commits: [{ 'cluster.yaml': 'nmae: x\n' }, { 'cluster.yaml': 'nmae: y\n' }] });
  expect(all.state).toBe(null);
  expect(held(all)).toEqual(['coop at null']);
});

test('a commit without documents is no wish to remove everything', async () => {
  const all = await settleAll([snapshot({}, 'c0'), snapshotOf({}, 'c1')]);
  expect(all.state).toBe(null);
  expect(held(all)).toEqual(['coop at null']);
});

test('a good version far back is found, however many were bad since, and few of those are tried', async () => {
  const bad = (length: number): readonly Files[] => Array.from({ length }, (_, index) => ({ [blog]: `static: {rot: v${index}}\n` }));
  for (const length of [60, 80, 300]) expect(held(await settled({ commits: [{}, ...bad(length)] }))).toEqual(['member:ada at c0']);
});

test('to try many wrong versions of one member, nobody looks at everybody else\'s documents for each', async () => {
  const others = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`members/m${n}/member.yaml`, `name: M\nuid: ${11_000 + n}\nlimits: small\nemail: m${n}@elsewhere.example\n`]));
  const bad = Array.from({ length: 50 }, (_, index) => ({ ...others, [blog]: `static: {root: v${index}}\naliases: [bob.example]\n` }));
  const snapshots = [others, ...bad].map((files, index) => snapshot(files, `c${index}`));
  const [read, looked] = [new WeakMap<SnapshotFile, ReadFile>(), { files: 0 }];
  const cache: ReadCache = {
    get: (file) => {
      looked.files += 1;
      return read.get(file);
    },
    set: (file, found) => { read.set(file, found); },
  };
  async function* ancestors(): AsyncIterable<Snapshot> { yield* snapshots.slice(0, -1).toReversed(); }
  const all = await settle(snapshots.at(-1) ?? snapshotOf({}), ancestors, cache);
  expect(held(all)).toEqual(['member:ada at c0']);
  const files = snapshots[0]?.files.length ?? 0;
  expect(looked.files).toBeGreaterThan(5 * files);
  expect(looked.files).toBeLessThan(15 * files);
});

test('whoever breaks a neighbour\'s documents is held, however often hers change since', async () => {
  const withdrawn = (base['members/carol/member.yaml'] ?? '').replace(/delegates.*\n/, '');
  const carols = (length: number): readonly Files[] => Array.from({ length }, (_, index) => ({ 'members/carol/member.yaml': `${withdrawn}# ${index}\n` }));
  const first = { 'members/carol/member.yaml': withdrawn, 'members/erin/vhosts/shop.carol.example.yaml': null };
  for (const length of [3, 70, 150]) {
    const all = await settled({ commits: [first, {}, ...carols(length)] });
    expect(held(all)).toEqual(['member:carol at c1']);
    expect(sites(all)).toEqual(everything);
  }
});

test('the same history gives the same state', async () => {
  const history = { commits: [{}, { ...broken, 'limits/regular.yaml': null }] };
  expect(JSON.stringify(await settled(history))).toBe(JSON.stringify(await settled(history)));
});

test.each(['suspended', 'retired'])('a member who is held and %s is shut out, with her last good documents kept', async (state) => {
  const sentOut = swap('members/ada/member.yaml', 'uid: 10001\n', `uid: 10001\nstate: ${state}\n`);
  const all = await settled({ commits: [{}, broken, { ...broken, ...sentOut }] });
  expect(held(all)).toEqual(['member:ada at c0']);
  expect(sites(all)).toEqual(everything);
  expect(all.state?.members.find(({ name }) => name === 'ada')).toMatchObject({ state, sources: { state: { line: 3 } } });
  expect(all.state?.vhosts.filter(({ suspended }) => suspended).map(({ name }) => name)).toEqual(['blog.ada.example']);
  expect(all.state?.mailDomains.filter(({ suspended }) => suspended).map(({ name }) => name)).toEqual(['ada.example']);
});

test.each(['suspended', 'retired'])('a member whose own document is no YAML, and who is %s in it, is shut out', async (state) => {
  const yaml = base['members/ada/member.yaml'] ?? '';
  const odd = { 'members/ada/member.yaml': `${yaml}\tx: [\n` };
  const all = await settled({ commits: [{}, odd, { 'members/ada/member.yaml': `${odd['members/ada/member.yaml']}state: "${state}"  # since today\n` }] });
  expect(held(all)).toEqual(['member:ada at c0']);
  expect(all.state?.members.find(({ name }) => name === 'ada')).toMatchObject({ state, sources: { state: { file: 'desired-state/members/ada/member.yaml' } } });
  expect(all.state?.vhosts.filter(({ suspended }) => suspended).map(({ name }) => name)).toEqual(['blog.ada.example']);
});

test('of a member of whom nothing was ever right it is said whether she is sent out', async () => {
  const out = swap('members/ada/member.yaml', 'uid: 10001\n', 'uid: 10001\nstate: suspended\n');
  const holdsOf = async (...commits: readonly Files[]): Promise<readonly unknown[]> => (await settled({ commits })).holds.map(({ owner, lastGood, sentOut }) => [owner, lastGood, sentOut]);
  expect(await holdsOf(broken, { ...broken, ...out })).toEqual([['member:ada', null, true]]);
  expect(await holdsOf(broken)).toEqual([['member:ada', null, undefined]]);
  expect(await holdsOf({}, { ...broken, ...out })).toEqual([['member:ada', 'c0', undefined]]);
});

test('a key that a held member takes away opens nothing any more, and a new password is the one that counts', async () => {
  const other = hash.replace('zWUZ', 'aWUZ');
  const mail = 'members/ada/mailboxes/ada.example.yaml';
  const closing = { ...swap('members/ada/member.yaml', keys.ada, keys.other), ...swap(mail, hash, other) };
  const all = await settled({ commits: [{}, broken, { ...broken, ...closing }] });
  expect(held(all)).toEqual(['member:ada at c0']);
  expect(all.state?.members.find(({ name }) => name === 'ada')?.sshKeys).toEqual([]);
  expect(all.state?.mailDomains.flatMap(({ mailboxes }) => mailboxes.map(({ password }) => password))).toContain(other);
});

test('a password in a document of somebody else\'s domain replaces nobody\'s', async () => {
  const taken = (base['members/ada/mailboxes/ada.example.yaml'] ?? '').replaceAll(hash, hash.replace('zWUZ', 'aWUZ'));
  const all = await settled({ commits: [{}, { 'members/bob/mailboxes/ada.example.yaml': taken }] });
  expect(held(all)).toEqual(['member:bob at c0']);
  expect(new Set(all.state?.mailDomains.flatMap(({ mailboxes }) => mailboxes.map(({ password }) => password)))).toEqual(new Set([hash]));
});

test('a retirement that breaks a neighbour\'s delegation shuts out all the same', async () => {
  const all = await settled({ commits: [{}, swap('members/erin/member.yaml', 'uid:', 'state: retired\nuid:')] });
  expect(held(all)).toEqual(['member:erin at c0']);
  expect(all.state?.members.find(({ name }) => name === 'erin')?.state).toBe('retired');
});

test('the last good version is found however often the co-op changed since', async () => {
  const mine = { 'members/ada/vhosts/x.bob.example.yaml': 'static: {root: x}\n' };
  const since = Array.from({ length: 100 }, (_, index) => ({ ...mine, 'coop/vhosts/www.fairmeadow.example.yaml': `static: {root: www${index}}\n` }));
  expect(held(await settled({ commits: [{}, ...since] }))).toEqual(['member:ada at c0']);
});
