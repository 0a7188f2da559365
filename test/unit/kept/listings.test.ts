import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import { fetchBranch } from '../../../reconciler/git/remote.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import type { Cache, Repository } from '../../../reconciler/git/store.ts';
import type { Keeper } from '../../../reconciler/kept/keeper.ts';
import { listingsOf } from '../../../reconciler/kept/listings.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { coopOf } from '../../bench/workload/coop.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-listings-'));
afterAll(() => rmSync(room, { recursive: true }));

const directory = join(room, 'coop.git');
const repository = await createRepository(directory);
const author = { name: 'Dana', mail: 'dana@elsewhere.example' };
const files = new Map<string, string | null>(coopOf({ members: 20 }));
let time = 1_700_000_000;

async function commit(changes: { readonly [path: string]: string | null }): Promise<string> {
  for (const [path, text] of Object.entries(changes)) files.set(path, text);
  return (await commitFiles(repository, { branch: 'main', files, author, message: 'a change', time: (time += 1) })) ?? '';
}

interface Listed {
  /** A digest of paths and bytes. */
  readonly said: string;
  readonly problems: Snapshot['problems'];
  readonly trees: number;
  readonly blobs: number;
}

type Counted = Pick<Listed, 'trees' | 'blobs'>;

/** Count what is read of a repository, also by whoever goes on with a copy of what it knows. */
function counted(opened: Repository): { readonly repository: Repository; readonly count: Counted } {
  const count = { trees: 0, blobs: 0 };
  const counting = <Kept extends Cache['trees'] | Cache['blobs']>(recent: Kept, which: keyof Counted): Kept => ({
    ...recent,
    set: (...args: Parameters<Kept['set']>) => void ((count[which] += 1), Reflect.apply(recent.set, recent, args)),
    copy: () => counting(recent.copy() as Kept, which),
  });
  const cache: Cache = { ...opened.cache, trees: counting(opened.cache.trees, 'trees'), blobs: counting(opened.cache.blobs, 'blobs') };
  return { repository: { ...opened, cache }, count };
}

/** List a commit as a new process would. */
async function listed(oid: string, keeper: Keeper | null): Promise<Listed> {
  const { repository: opened, count } = counted(await openRepository(directory));
  const listings = listingsOf(keeper);
  const mine: Repository = { ...opened, listed: listings };
  const snapshot = await snapshotOf(mine, oid);
  const { trees, blobs } = count;
  listings.keep();
  const said = digest(JSON.stringify(snapshot.files.map(({ path, oid: content, bytes }) => [path, content, Buffer.from(bytes).toString('utf8')])));
  return { said, problems: snapshot.problems, trees, blobs };
}

const site = 'desired-state/members/m00003/vhosts/blog.m00003.example.yaml';

test('of a commit in which one document is another, only the trees above it and its owner\'s are read', async () => {
  const keeper: Keeper = { directory: join(room, 'kept'), build: 'this' };
  const first = await commit({});
  const all = await listed(first, keeper);
  expect(all.trees).toBeGreaterThan(60);
  expect(await listed(first, keeper)).toEqual({ ...all, trees: 3, blobs: 1 });
  const second = await commit({ [site]: 'redirect: { to: "http://www.elsewhere.example" }\n' });
  const whole = await listed(second, null);
  // The commit's tree, desired-state, members, m00003, and in it vhosts, zones and mailboxes; cluster.yaml is in no directory of an owner's.
  expect(await listed(second, keeper)).toEqual({ ...whole, trees: 7, blobs: 6 });
  expect(await listed(second, keeper)).toEqual({ ...whole, trees: 3, blobs: 1 });
});

test('what is odd in a directory is found anew each time', async () => {
  const keeper: Keeper = { directory: join(room, 'odd'), build: 'this' };
  const oid = await commit({ 'desired-state/members/m00004/vhosts/%.yaml': 'a: 1\n', 'desired-state/members/m00005/notes.txt': 'x'.repeat(65 * 1024) });
  const whole = await listed(oid, null);
  for (let turn = 0; turn < 2; turn += 1) expect(await listed(oid, keeper)).toMatchObject({ said: whole.said, problems: whole.problems });
  expect(whole.problems.map(({ code, owner }) => `${code} ${owner}`)).toEqual(['git/odd-path member:m00004', 'git/oversize member:m00005']);
});

test('what is deleted, damaged or of another croft is as if it were not there', async () => {
  const keeper: Keeper = { directory: join(room, 'damaged'), build: 'this' };
  const oid = await commit({});
  const whole = await listed(oid, null);
  await listed(oid, keeper);
  const file = join(keeper.directory, 'listings');
  const bytes = readFileSync(file);
  const damaged = [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(10)]), Buffer.alloc(0), Buffer.from(bytes.map((octet, index) => (index === 300 ? octet ^ 1 : octet)))];
  for (const each of damaged) {
    writeFileSync(file, each);
    expect(await listed(oid, keeper)).toEqual(whole);
  }
  expect(await listed(oid, { ...keeper, build: 'other' })).toEqual(whole);
  rmSync(keeper.directory, { recursive: true });
  expect(await listed(oid, keeper)).toEqual(whole);
});

/** Fetch as a new process would, and believe what came. */
async function fetched(mirror: string, from: string, keeper: Keeper): Promise<Counted & { readonly tip: string | null }> {
  const { repository: opened, count } = counted(await openMirror(mirror));
  const listings = listingsOf(keeper);
  const { tip, remote } = await fetchBranch({ ...opened, listed: listings }, { remotes: [from], branch: 'main' });
  if (tip !== null && remote !== null) await recordTip(opened, { oid: tip, time, trusted: null });
  listings.keep();
  return { ...count, tip: remote === null ? null : tip };
}

test('of what is fetched only what is new is read, beside the trees above it', async () => {
  const [keeper, mirror]: [Keeper, string] = [{ directory: join(room, 'fetched'), build: 'this' }, join(room, 'mirror.git')];
  const first = await commit({ 'desired-state/members/m00004/vhosts/%.yaml': null, 'desired-state/members/m00005/notes.txt': null });
  const all = await fetched(mirror, directory, keeper);
  expect(all.tip).toBe(first);
  expect(all.blobs).toBeGreaterThan(60);
  const second = await commit({ [site]: 'redirect: { to: "http://www.elsewhere.example/new" }\n' });
  // Of the commit before: its tree, desired-state, members, and cluster.yaml. Of the new one its trees, and all of m00003; cluster.yaml is the same.
  expect(await fetched(mirror, directory, keeper)).toEqual({ tip: second, trees: 3 + 7, blobs: 1 + 5 });
  expect(await fetched(mirror, directory, keeper)).toEqual({ tip: second, trees: 3, blobs: 1 });
  rmSync(keeper.directory, { recursive: true });
  expect(await fetched(mirror, directory, keeper)).toEqual({ tip: second, trees: all.trees, blobs: all.blobs });
});

test('what came without all that it names is refused each time that it comes', async () => {
  const [keeper, mirror, broken]: [Keeper, string, string] = [{ directory: join(room, 'half'), build: 'this' }, join(room, 'half.git'), join(room, 'broken.git')];
  await commit({});
  await fetched(mirror, directory, keeper);
  await commit({ [site]: 'redirect: { to: "http://www.elsewhere.example/half" }\n', 'desired-state/members/m00009/notes.txt': 'a note\n' });
  cpSync(directory, broken, { recursive: true });
  const gone = createHash('sha1').update('blob 7\0a note\n').digest('hex');
  const object = join(broken, 'objects', gone.slice(0, 2), gone.slice(2));
  expect(existsSync(object)).toBe(true);
  rmSync(object);
  for (let turn = 0; turn < 3; turn += 1) expect((await fetched(mirror, broken, keeper)).tip).toBe(null);
});
