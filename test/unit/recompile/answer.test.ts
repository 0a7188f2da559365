/** What is kept of the last answer is a copy, and of a change as much is done as has changed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { answerTo } from '../../../reconciler/commands/halves/answer.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import { snapshotOf as documentsOf } from '../../../reconciler/git/snapshot.ts';
import { parseAnswer } from '../../../reconciler/handover/handover.ts';
import { lineOf } from '../../../reconciler/handover/lines.ts';
import type { Request } from '../../../reconciler/handover/request.ts';
import { recallMade } from '../../../reconciler/kept/answers.ts';
import { byId, heldIn, type Made } from '../../../reconciler/kept/made.ts';
import { readingsOf } from '../../../reconciler/kept/readings.ts';
import { madeOf } from '../../../reconciler/made-of.ts';
import type { Service } from '../../../reconciler/model/service.ts';
import { understand } from '../../../reconciler/reconcile.ts';
import { recompile, type Recompiling } from '../../../reconciler/recompile.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { services } from '../../../reconciler/services/index.ts';
import { coopOf } from '../../bench/workload/coop.ts';
import { snapshotOf, type Files } from '../desired/coop.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-answer-'));
afterAll(() => rmSync(room, { recursive: true }));

const remote = join(room, 'coop.git');
const repository = await createRepository(remote);
const author = { name: 'Dana', mail: 'dana@elsewhere.example' };
let time = 1_700_000_000;
const commit = (files: ReadonlyMap<string, string | null>): Promise<string> => commitFiles(repository, { branch: 'main', files, author, message: 'a change', time: (time += 1) });

const [build, other] = ['0123456789abcdef', 'fedcba9876543210'];
const request: Request = {
  version: 1, id: '1', what: 'follow', host: 'main', remotes: [remote], branch: 'main', revision: null, pin: null, rollbacks: [], now: 1_700_000_900_000,
  have: null, part: false, croft: null, key: null, told: false, at: null, admins: null, keepBack: null, wayBack: null,
};
const answer = (stateDirectory: string, as: string | null = build): Promise<string> => answerTo(request, { identity: { keyFiles: [], agent: null, knownHosts: [] }, stateDirectory, build: as });
/** Where nothing was ever kept. */
const afresh = (): Promise<string> => answer(mkdtempSync(join(room, 'fresh-')));

const member = 'desired-state/members/m00003';
const site = `${member}/vhosts/blog.m00003.example.yaml`;
const neighbours = site.replaceAll('m00003', 'm00002');
const to = (path: string): string => `redirect: { to: "http://www.elsewhere.example/${path}" }\n`;

test('what is kept changes no byte of any answer, also where it is gone, damaged, or of another croft', async () => {
  const state = join(room, 'state');
  const kept = join(state, 'spool/cache/answer');
  await commit(new Map(coopOf({ members: 3 })));
  const changes: readonly (readonly [string, string | null])[][] = [
    [[site, to('a')]], [[`${member}/vhosts/x.m00003.example.yaml`, 'a: [1\n']], [[`${member}/vhosts/x.m00003.example.yaml`, null]],
    [[`${member}/mailboxes/m00003.example.yaml`, null], [`${member}/README.md`, 'a note\n']], [['desired-state/limits/regular.yaml', (coopOf({ members: 1 }).get('desired-state/limits/regular.yaml') ?? '').replace('256', '128')]],
  ];
  for (const change of changes) {
    await commit(new Map(change));
    expect((await answer(state)) === (await afresh())).toBe(true);
  }
  await commit(new Map([[site, to('b')]]));
  const whole = readFileSync(kept);
  const at = whole.indexOf('unit:apache2.service');
  const damaged = [whole.subarray(0, -1), whole.subarray(0, at), Buffer.concat([whole, Buffer.of(10)]), Buffer.alloc(0), Buffer.from(whole.map((octet, index) => (index === at ? octet ^ 1 : octet)))];
  const expected = await afresh();
  for (const each of damaged) {
    writeFileSync(kept, each);
    expect(() => [...(recallMade({ directory: join(state, 'spool/cache'), build }, 'main') ?? expect.fail()).book.within('')]).toThrow();
    expect((await answer(state)) === expected).toBe(true);
  }
  writeFileSync(kept, whole);
  expect((await answer(state)) === expected).toBe(true);
  await commit(new Map([[site, to('b2')]]));
  const next = await afresh();
  expect((await answer(state)) === next).toBe(true);
  const [small, what] = [readFileSync(`${kept}.new`), readFileSync(kept)];
  expect(small.length * 2).toBeLessThan(what.length);
  const another = Buffer.from(small.toString('latin1').replace(/[0-9a-f]{64}/, '0'.repeat(64)), 'latin1');
  for (const each of [small.subarray(0, -1), Buffer.concat([small, Buffer.of(10)]), Buffer.alloc(0), another, Buffer.from(small.map((octet, index) => (index === small.length - 40 ? octet ^ 1 : octet))), null]) {
    writeFileSync(kept, what);
    writeFileSync(`${kept}.new`, each ?? '');
    if (each === null) rmSync(`${kept}.new`);
    expect((await answer(state)) === next).toBe(true);
  }
  const others = await answer(state, other);
  expect(others === (await answer(mkdtempSync(join(room, 'fresh-')), other))).toBe(true);
  rmSync(kept);
  expect((await answer(state)) === next).toBe(true);
  expect(parseAnswer(next)).toMatchObject({ ok: true, value: { key: recallMade({ directory: join(state, 'spool/cache'), build }, 'main')?.key ?? expect.fail() } });
});

test('what rots in the mirror is fetched again by the run after the one that missed it', async () => {
  const state = join(room, 'rotten');
  const first = await commit(new Map([[site, to('c')]]));
  await answer(state);
  await recordTip({ gitdir: join(state, 'repository.git'), copy: join(state, 'trusted.json') }, { oid: first, time, trusted: null });
  const { files } = await documentsOf(repository, await commit(new Map([[`${member}/README.md`, 'another note\n']])));
  const oid = files.find(({ path }) => path.endsWith('m00002/member.yaml'))?.oid ?? expect.fail();
  writeFileSync(join(state, 'repository.git/objects', oid.slice(0, 2), oid.slice(2)), 'rotten');
  for (const name of ['documents', 'documents.new']) rmSync(join(state, 'spool/cache', name), { force: true });
  expect(parseAnswer(await answer(state))).toMatchObject({ ok: true, value: { cannot: expect.stringContaining(`cannot read object ${oid}`) } });
  expect((await answer(state)) === (await afresh())).toBe(true);
});

test('nor where somebody is held, while others change, one after the other and two at once', async () => {
  const state = join(room, 'held');
  const kept = (): Made | null => recallMade({ directory: join(state, 'spool/cache'), build }, 'main');
  const wrong = `${member}/vhosts/x.m00003.example.yaml`;
  const changes: readonly (readonly [string, string | null])[][] = [
    [[wrong, 'a: [1\n']], [[neighbours, to('a')]], [[neighbours, to('b')]], [[wrong, 'redirect: { to: 1 }\n']], [[neighbours, to('c')]], [[wrong, null], [neighbours, to('d')]], [[neighbours, to('e')]],
  ];
  for (const [turn, change] of changes.entries()) {
    await commit(new Map(change));
    if (turn === 4) await commit(new Map([[neighbours, to('c2')]]));
    expect((await answer(state)) === (await afresh())).toBe(true);
    expect(heldIn(kept() ?? expect.fail())?.holds.map(({ owner }) => owner) ?? []).toEqual(turn < 5 ? ['member:m00003'] : []);
  }
});

interface Done {
  readonly parsed: readonly string[];
  readonly compiled: readonly string[];
  readonly lines: readonly string[];
}

test.each<[string, Files]>([
  ['nobody', {}],
  ['a member whose document is not to be read', { 'members/m00020/vhosts/www.m00020.example.yaml': 'a: [1\n' }],
  ['a member who wants what is another\'s', { 'members/m00020/vhosts/www.m00020.example.yaml': 'static: { root: www }\naliases: [www.m00021.example]\n' }],
])('with %s held, of one document that is another that one is parsed, and what its owner, the co-op and its admins come to is compiled', async (_, wrong) => {
  const right: Files = Object.fromEntries([...coopOf({ members: 40 })].map(([path, text]) => [path.slice('desired-state/'.length), text]));
  const files = { ...right, ...wrong };
  const readings = readingsOf({ directory: join(room, 'readings'), build });
  const head = snapshotOf(files, 'newest');
  const { state, catalog, standing } = await understand({ head, ancestors: async function* () { yield snapshotOf(right, 'before'); }, readings }, 'main', { kinds, services });
  expect(standing?.holds.map(({ owner, lastGood }) => [owner, lastGood])).toEqual(Object.keys(wrong).map(() => ['member:m00020', 'before']));
  readings.keep();
  const made = madeOf({ head, readings, standing: { held: standing ?? expect.fail(), at: 'newest' }, host: 'main', state: state ?? expect.fail(), lines: new Map(catalog?.resources.map((resource) => [resource.id, lineOf(resource)])) });
  const done = (changed: string, text: string): Done => {
    const [parsed, compiled]: [string[], Set<string>] = [[], new Set()];
    const known = readingsOf({ directory: join(room, 'readings'), build });
    const counting: Recompiling['readings'] = { ...known, set: (file, read) => void (parsed.push(file.path), known.set(file, read)) };
    const counted = services.map((service): Service => ({ ...service, *compile(scope, claims) {
      for (const resource of service.compile(scope, claims)) {
        compiled.add(resource.owner);
        yield resource;
      }
    } }));
    const anew = recompile({ head: snapshotOf({ ...files, [changed]: text }), readings: counting, last: made, services: counted, descent: { at: 'next', since: [] } });
    return { parsed, compiled: [...compiled].toSorted(), lines: anew === null ? [] : byId(anew.differs.lines).map(([id]) => id) };
  };
  const owners = ['coop', 'member:boss', 'member:m00003'];
  const below = 'members/m00003';
  const path = `${below}/vhosts/blog.m00003.example.yaml`;
  expect(done(path, to('a'))).toEqual({ parsed: [`desired-state/${path}`], compiled: owners, lines: ['file:/etc/apache2/croft/sites/blog.m00003.example.conf', 'unit:apache2.service'] });
  const mail = `${below}/mailboxes/m00003.example.yaml`;
  expect(done(mail, (files[mail] ?? '').replace('quota-mib: 256', 'quota-mib: 512'))).toEqual({ parsed: [`desired-state/${mail}`], compiled: owners, lines: ['table:/etc/dovecot/croft/users'] });
  const zone = `${below}/zones/m00003.example.yaml`;
  expect(done(zone, (files[zone] ?? '').replace('a line', 'a word'))).toEqual({ parsed: [`desired-state/${zone}`], compiled: owners, lines: ['unit:named.service', 'zone:/etc/bind/croft/zones/m00003.example.zone'] });
});
