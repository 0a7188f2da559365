import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { examine } from '../../../reconciler/desired/check.ts';
import { readDirectory, type Directory } from '../../../reconciler/desired/directory.ts';
import { unseen } from '../../../reconciler/desired/sighting.ts';
import { type ReadCache } from '../../../reconciler/desired/read.ts';
import { recallBook } from '../../../reconciler/kept/book.ts';
import { keep, keeperFor, type Keeper } from '../../../reconciler/kept/keeper.ts';
import { readingsOf } from '../../../reconciler/kept/readings.ts';
import { sightingsOf } from '../../../reconciler/kept/sightings.ts';
import { verdictOn } from '../../../reconciler/kept/verdicts.ts';
import type { Snapshot, SnapshotFile } from '../../../reconciler/model/snapshot.ts';
import { understand } from '../../../reconciler/reconcile.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { services } from '../../../reconciler/services/index.ts';
import { coopOf } from '../../bench/workload/coop.ts';

const ends: string[] = [];
afterEach(() => ends.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true })));

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'croft-kept-'));
  ends.push(directory);
  return directory;
}

/** A co-op with something right and something wrong in it. */
function coop(): string {
  const directory = temporary();
  for (const [path, text] of coopOf({ members: 3 })) write(directory, path, text);
  write(directory, 'desired-state/members/m00002/vhosts/404.example.yaml', 'error-pages: { "404": /é.html, "403": /no.html }\nproxi: 1\n');
  write(directory, 'desired-state/members/m00003/vhosts/bad.example.yaml', 'a: [1\n');
  return directory;
}

function write(directory: string, path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

const keeperIn = (directory: string): Keeper => ({ directory, build: 'this' });
const documents = (directory: string): Snapshot => readDirectory(directory, 1_700_000_000);

/** Check everything. Shape: what came of it, and the documents that were parsed for that. */
function checked(snapshot: Snapshot, keeper: Keeper | null): { readonly said: string; readonly parsed: readonly string[] } {
  const readings = readingsOf(keeper);
  const parsed: string[] = [];
  const counting: ReadCache = { get: (file) => readings.get(file), set: (file, read) => void (parsed.push(file.path), readings.set(file, read)) };
  const said = JSON.stringify(examine(snapshot, counting));
  readings.keep();
  return { said, parsed };
}

async function compiled(head: Snapshot, keeper: Keeper | null): Promise<string> {
  const readings = readingsOf(keeper);
  const text = JSON.stringify(await understand({ head, ancestors: async function* () {}, readings }, 'main', { kinds, services }));
  readings.keep();
  return text;
}

test('the second check parses nothing, and of one changed document exactly that one', () => {
  const [directory, keeper] = [coop(), keeperIn(temporary())];
  const first = checked(documents(directory), keeper);
  expect(first.parsed.length).toBe(documents(directory).files.length);
  expect(checked(documents(directory), keeper)).toEqual({ said: first.said, parsed: [] });
  for (const uid of [12_001, 12_002]) {
    write(directory, 'desired-state/members/m00001/member.yaml', `name: One\nuid: ${uid}\nlimits: regular\nemail: one@elsewhere.example\ndomains: [m00001.example]\n`);
    const { said, parsed } = checked(documents(directory), keeper);
    expect(parsed).toEqual(['desired-state/members/m00001/member.yaml']);
    expect(said).toBe(checked(documents(directory), null).said);
    expect(checked(documents(directory), keeper).parsed).toEqual([]);
  }
});

test('the same content at another path is another document', () => {
  const [directory, keeper] = [coop(), keeperIn(temporary())];
  checked(documents(directory), keeper);
  const path = 'desired-state/members/m00001/zones/m00001.example.yaml';
  write(directory, path.replaceAll('m00001', 'm00002'), readFileSync(join(directory, path), 'utf8'));
  expect(checked(documents(directory), keeper).said).toBe(checked(documents(directory), null).said);
});

test('what is deleted, damaged at any byte or of another croft is as if it were not there', async () => {
  const [directory, kept] = [coop(), temporary()];
  const keeper = keeperIn(kept);
  const snapshot = documents(directory);
  const [check, catalog] = [checked(snapshot, null).said, await compiled(snapshot, null)];
  expect(await compiled(snapshot, keeper)).toBe(catalog);
  expect(await compiled(snapshot, keeper)).toBe(catalog);
  expect(checked(snapshot, { ...keeper, build: 'other' })).toEqual({ said: check, parsed: snapshot.files.map(({ path }) => path) });
  checked(snapshot, keeper);
  const file = join(kept, 'documents');
  const whole = readFileSync(file);
  const all = (): readonly unknown[] => [...(recallBook(keeper, 'documents') ?? expect.fail()).within('')];
  expect(all().length).toBe(snapshot.files.length);
  for (let at = 0; at < whole.length; at += at < 200 ? 1 : 397) {
    writeFileSync(file, Buffer.concat([whole.subarray(0, at), Buffer.of((whole[at] ?? 0) ^ (1 + (at % 255))), whole.subarray(at + 1)]));
    expect(all).toThrow();
  }
  for (const damaged of [Buffer.from([...whole].toReversed()), whole.subarray(0, -1), Buffer.concat([whole, Buffer.of(10)]), Buffer.alloc(0)]) {
    writeFileSync(file, damaged);
    expect(checked(snapshot, keeper).said).toBe(check);
    writeFileSync(file, damaged);
    expect(await compiled(snapshot, keeper)).toBe(catalog);
  }
  rmSync(kept, { recursive: true });
  expect(checked(snapshot, keeper).said).toBe(check);
  expect(checked(snapshot, keeper).parsed).toEqual([]);
});

test('where nothing can be kept nothing is, and nobody is told', () => {
  const [directory, file] = [coop(), join(temporary(), 'file')];
  writeFileSync(file, '');
  const keeper = keeperIn(join(file, 'below'));
  expect(checked(documents(directory), keeper)).toEqual(checked(documents(directory), null));
  keep(keeper, 'verdicts', Buffer.from('x'));
  expect(keeperFor(keeper, '/srv/coop')?.directory).toContain(file);
});

test('of many places those not used for longest are forgotten', () => {
  const kept = temporary();
  for (let place = 0; place < 20; place += 1) keep(keeperFor(keeperIn(kept), `/srv/${place}`) ?? keeperIn(kept), 'verdicts', Buffer.from('x'));
  expect(readdirSync(kept).length).toBe(16);
});

test('what stands as it stood is not opened, and whatever moved is, with what is beside it', () => {
  const [directory, keeper] = [coop(), keeperIn(temporary())];
  const soon = Math.floor(Date.now() / 1000) + 60;
  const look = (): Directory => {
    const sightings = sightingsOf(keeper);
    const snapshot = readDirectory(directory, soon, sightings);
    sightings.keep();
    return snapshot;
  };
  const isOpened = (file: SnapshotFile): boolean => Object.getOwnPropertyDescriptor(file, 'bytes')?.get === undefined;
  const opened = (): readonly string[] => look().files.filter(isOpened).map(({ path }) => path);
  const same = (): void => {
    const [one, other] = [look(), readDirectory(directory, soon)];
    expect(one.contents).toBe(other.contents);
    expect(one.files.map(({ path, oid, bytes }) => [path, oid, String(bytes)])).toEqual(other.files.map(({ path, oid, bytes }) => [path, oid, String(bytes)]));
  };
  const [vhosts, path] = ['desired-state/members/m00001/vhosts', 'desired-state/members/m00001/member.yaml'];
  expect(opened().length).toBe(look().files.length);
  expect(opened()).toEqual([]);
  same();
  const { atime, mtime } = statSync(join(directory, path));
  write(directory, path, readFileSync(join(directory, path), 'utf8').replace('uid: 1', 'uid: 2'));
  utimesSync(join(directory, path), atime, mtime);
  expect(opened()).toEqual([path]);
  same();
  rmSync(join(directory, path));
  same();
  write(directory, `${vhosts}/new.m00001.example.yaml`, 'static: { root: web }\n');
  expect(opened().filter((each) => !each.startsWith(`${vhosts}/`))).toEqual([]);
  same();
  // What should not be there is said each time, and what is beside it is read each time.
  symlinkSync('new.m00001.example.yaml', join(directory, vhosts, 'link.m00001.example.yaml'));
  for (let times = 0; times < 2; times += 1) {
    expect(look().problems.map(({ code }) => code)).toEqual(['layout/not-a-plain-file']);
    expect(opened().every((each) => each.startsWith(`${vhosts}/`))).toBe(true);
    same();
  }
  rmSync(join(directory, vhosts), { recursive: true });
  same();
  write(directory, vhosts, 'a file of that name\n');
  same();
});

test('a file that was touched just now is read again', () => {
  const seen: string[] = [];
  const look = (directory: string, time: number): void => void readDirectory(directory, time, { ...unseen, set: (folder) => void seen.push(folder) });
  const directory = coop();
  look(directory, Math.floor(Date.now() / 1000));
  expect(seen).toEqual([]);
  look(directory, Math.floor(Date.now() / 1000) + 60);
  expect(seen).toContain('desired-state/members/m00001');
});

test('of the same contents the verdict is known', async () => {
  const keeper = keeperIn(temporary());
  const verdict = { documents: 1, problems: [] };
  let judged = 0;
  const ask = (contents: string): Promise<unknown> => verdictOn(keeper, () => contents, async () => ((judged += 1), verdict));
  for (const contents of ['one', 'one', 'two', 'one']) expect(await ask(contents)).toEqual(verdict);
  expect(judged).toBe(2);
});
