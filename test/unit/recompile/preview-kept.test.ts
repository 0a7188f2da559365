/** What is kept for previews is a copy, and of a change as much is done as has changed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { previewFrom, previewOf } from '../../../reconciler/commands/comparison/preview-of.ts';
import { keepingOf } from '../../../reconciler/commands/comparison/keeping.ts';
import { sidesAnew } from '../../../reconciler/commands/comparison/sides-anew.ts';
import type { Comparison } from '../../../reconciler/commands/comparison/sides.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import type { HostReport } from '../../../reconciler/model/host-report.ts';
import type { Service } from '../../../reconciler/model/service.ts';
import { previewFacts } from '../../../reconciler/report/preview-facts.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { services } from '../../../reconciler/services/index.ts';
import { coopOf } from '../../bench/workload/coop.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-preview-kept-'));
afterAll(() => rmSync(room, { recursive: true }));

const repository = await createRepository(join(room, 'coop.git'));
const author = { name: 'Dana', mail: 'dana@elsewhere.example' };
const world = { cache: join(room, 'cache'), build: '0123456789abcdef' };
const [member, other] = ['desired-state/members/m00003', 'desired-state/members/m00004'];
const files = coopOf({ members: 30 });
const commit = (branch: string, changes: ReadonlyMap<string, string | null>, from?: string): Promise<string> => commitFiles(repository, { branch, ...(from === undefined ? {} : { from }), files: changes, author, message: 'a change', time: 1_700_000_000 });
const base = await commit('main', files);
const [site, zone, mail] = [`${member}/vhosts/blog.m00003.example.yaml`, `${member}/zones/m00003.example.yaml`, `${member}/mailboxes/m00003.example.yaml`];
const to = (path: string): string => `redirect: { to: "http://www.elsewhere.example/${path}" }\n`;
const heads = {
  'a site': await commit('site', new Map([[site, to('a')]]), 'main'),
  'a new site': await commit('new', new Map([[`${member}/vhosts/shop.elsewhere.example.yaml`, null], [`${member}/vhosts/a.m00003.example.yaml`, to('b')]]), 'main'),
  'a zone': await commit('zone', new Map([[zone, (files.get(zone) ?? '').replace('a line', 'a word')]]), 'main'),
  'a mailbox': await commit('mail', new Map([[mail, (files.get(mail) ?? '').replace('quota-mib: 256', 'quota-mib: 512')]]), 'main'),
  'a member gone': await commit('gone', new Map([...files.keys()].filter((path) => path.startsWith(`${other}/`)).map((path) => [path, null])), 'main'),
};

interface Done {
  readonly told: string;
  readonly compiled: readonly string[];
  readonly parsed: readonly string[];
  /** How many things of the host were compared; null: everything was read. */
  readonly compared: number | null;
}

type Asked = Omit<Comparison, 'repository' | 'kept'>;
const comparisonOf = (head: string): Asked => ({ base: { oid: base, name: 'main' }, head, authority: { trust: false, verdicts: [] }, reportsOf: () => Promise.resolve(new Map()) });
const factsOf = (preview: Awaited<ReturnType<typeof previewOf>>): string => JSON.stringify(previewFacts(preview));
const afresh = async (head: string, asked = comparisonOf(head)): Promise<string> => factsOf(await previewOf({ ...asked, repository }, { kinds, services }));

async function look(head: string, asked: Asked = comparisonOf(head)): Promise<Done> {
  const { repository: listed, kept, keep } = keepingOf({ ...repository }, world);
  const [compiled, parsed]: [Set<string>, string[]] = [new Set(), []];
  const counted = services.map((service): Service => ({ ...service, *compile(scope, claims) {
    for (const resource of service.compile(scope, claims)) {
      compiled.add(resource.owner);
      yield resource;
    }
  } }));
  const readings: typeof kept.readings = { ...kept.readings, set: (file, read) => void (parsed.push(file.path), kept.readings.set(file, read)) };
  const comparison = { ...asked, repository: listed, kept: { ...kept, readings } };
  const sides = await sidesAnew(comparison, counted);
  const told = factsOf(await previewFrom(comparison, sides, { kinds, services: counted }));
  keep(await snapshotOf(repository, head));
  const turn = sides?.turns.get('main');
  return { told, compiled: [...compiled].toSorted(), parsed, compared: turn === undefined ? null : (turn.few?.catalog ?? turn.catalog)?.resources.length ?? 0 };
}

test('of a change, that document is parsed, and what its owner, the co-op and its admins come to is compiled; what differs is compared', async () => {
  const cold = await look(heads['a site']);
  expect(cold.compared).toBe(null);
  expect(new Set(cold.parsed).size).toBe(files.size);
  const owners = ['coop', 'member:boss', 'member:m00003'];
  expect(await look(heads['a site'])).toEqual({ told: await afresh(heads['a site']), compiled: owners, parsed: [], compared: 2 });
  expect(await look(heads['a zone'])).toEqual({ told: await afresh(heads['a zone']), compiled: owners, parsed: [zone], compared: 2 });
  expect(await look(heads['a mailbox'])).toEqual({ told: await afresh(heads['a mailbox']), compiled: owners, parsed: [mail], compared: 1 });
  const { told, compiled, compared } = await look(heads['a new site']);
  expect({ told, compiled }).toEqual({ told: await afresh(heads['a new site']), compiled: owners });
  expect(compared).toBe(4);
});

test('of a change on a host that has not heard of a commit which is nothing to it, what differs is compared', async () => {
  const [theirs, was] = [`${other}/vhosts/blog.m00004.example.yaml`, await readCommit(repository, base)];
  const noted = await commit('noted', new Map([[theirs, `${files.get(theirs) ?? ''}# still the same\n`]]), 'main');
  const moved = await commit('moved', new Map([[theirs, to('elsewhere')]]), 'main');
  const report: HostReport = { host: 'main', commit: base, tree: was.tree, since: 1, time: 2, version: '0.1.0', holds: [], failed: [], drift: [], pauses: [], rollbacks: [], counts: { holds: 0, failed: 0, drift: 0 }, unchanged: 0 };
  const from = async (branch: string, oid: string): Promise<Done & { readonly afresh: string }> => {
    const head = await commit(`${branch}-more`, new Map([[site, to('more')]]), branch);
    const asked = { ...comparisonOf(head), base: { oid, name: branch }, reportsOf: () => Promise.resolve(new Map([['main', report]])) };
    await look(head, asked);
    return { ...(await look(head, asked)), afresh: await afresh(head, asked) };
  };
  const behind = await from('noted', noted);
  expect([behind.told === behind.afresh, behind.compared]).toEqual([true, 2]);
  const away = await from('moved', moved);
  expect(away.told === away.afresh).toBe(true);
  expect(away.compared).toBeGreaterThan(100);
});

test('what is kept changes no byte, also where it is gone, damaged, or of another croft', async () => {
  const expected = new Map(await Promise.all(Object.values(heads).map(async (head) => [head, await afresh(head)] as const)));
  const same = async (): Promise<void> => {
    for (const [head, told] of expected) expect((await look(head)).told === told).toBe(true);
  };
  await same();
  const [place = ''] = readdirSync(join(world.cache));
  const names = readdirSync(join(world.cache, place));
  expect(names.toSorted()).toEqual(['answer-main', 'documents', 'documents.new', 'gist-main', 'listings', 'listings.new']);
  for (const name of names) {
    const path = join(world.cache, place, name);
    const bytes = readFileSync(path);
    for (const damaged of [bytes.subarray(0, -1), Buffer.alloc(0), Buffer.from(bytes.map((octet, index) => (index === bytes.length - 40 ? octet ^ 1 : octet)))]) {
      writeFileSync(path, damaged);
      await same();
    }
    rmSync(path);
    await same();
  }
  world.build = 'fedcba9876543210';
  await same();
});
