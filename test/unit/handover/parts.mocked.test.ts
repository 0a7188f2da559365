/** Root's own copy where only what is new was handed over: beside it is what differs, and together they are what was made true – or nothing is made of them. */
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { amend, recall, recallFrom, remember } from '../../../reconciler/commands/halves/copy.ts';
import { copyOn } from '../../../reconciler/commands/halves/copy-file.ts';
import type { Handover } from '../../../reconciler/handover/handover.ts';
import { leftOut } from '../../../reconciler/handover/lines.ts';
import { declaredOf } from '../../../reconciler/model/declared.ts';
import type { Machine } from '../../../reconciler/model/machine.ts';
import type { Resource } from '../../../reconciler/model/resource.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { censusOf } from '../../../reconciler/plan/sight.ts';
import { build, site, tickHost } from '../run/tick-host.ts';
import { catalog, handover, place, state, two } from './halves.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('../run/turns-later.ts')).later(await original()));

const { resources } = catalog;
const census = censusOf(declaredOf(state));
const key = 'ab'.repeat(32);
const beside = 'var/lib/croft/handover.new';

/** Some of the resources, as if they were made of another line. */
function part(which: (index: number) => boolean): Handover {
  const moved = resources.filter((_, index) => which(index)).map((each): Resource => ({ ...each, source: { ...each.source, line: each.source.line + 7 } }));
  return handover({ amends: key, key: 'cd'.repeat(32), catalog: { ...catalog, time: catalog.time + 60, resources: moved, beside: resources.length - moved.length } }, two);
}

/** What all of it would be. */
function whole(which: (index: number) => boolean): Handover {
  const given = part(which);
  const news = new Map(given.catalog.resources.map((each) => [each.id, each]));
  const { amends: _, catalog: { beside: __, ...about }, ...rest } = given;
  return { ...rest, catalog: { ...about, resources: resources.map((each) => news.get(each.id) ?? each) } };
}

const few = (index: number): boolean => index % 40 === 0;
const many = (index: number): boolean => index % 2 === 0;

async function keptWhole(which: (index: number) => boolean): Promise<string> {
  const on = await place();
  await remember(on.machine, whole(which));
  return (await copyOn(on.machine)).lines;
}

describe('what is new beside root’s own copy', () => {
  test.each([['little of it is kept beside it', few, true], ['much of it is put in it', many, false]] as const)('makes it what it would be by everything, and %s', async (_, which, isBeside) => {
    const on = await place(build);
    const last = await remember(on.machine, handover({ key }), { build, before: null });
    const now = await amend(on.machine, part(which), { build, last, census });
    expect(readFileSync(join(on.root, beside), 'utf8').split('\n').length > 2).toBe(isBeside);
    const copy = await copyOn(on.machine);
    expect([copy.lines, copy.isWhole, copy.heading?.digest]).toEqual([await keptWhole(which), true, now]);
    expect(recallFrom(copy, on)?.catalog).toEqual(JSON.parse(JSON.stringify(whole(which).catalog)));
  });

  test.each([['beside it', few], ['in it', many]] as const)('has the facts that were there, where it does not say them again: %s', async (_, which) => {
    const on = await place(build);
    const first = await remember(on.machine, handover({ key }), { build, before: null });
    const facts = { ...declaredOf(state), allowances: [] };
    const second = await amend(on.machine, { ...part(few), declared: facts }, { build, last: first, census });
    const third = await amend(on.machine, { ...part(which), declared: leftOut(declaredOf(state)) }, { build, last: second, census });
    const copy = await copyOn(on.machine);
    expect([copy.isWhole, copy.heading?.digest, copy.heading?.census]).toEqual([true, third, { host: 'one', ...census }]);
    expect(recallFrom(copy, on)?.declared).toEqual(JSON.parse(JSON.stringify(facts)));
  });

  test.each([['beside it', few], ['in it', many]] as const)('is there or not, whatever step was the last one: %s', async (_, which) => {
    const before = (await keptLines()).lines;
    const after = await keptWhole(which);
    for (let steps = 0; ; steps += 1) {
      const on = await place(build);
      const last = await remember(on.machine, handover({ key }), { build, before: null });
      let left = steps;
      const ending: Machine = { ...on.machine, perform: (step) => ((left -= 1) < 0 ? Promise.reject(new Error('the power is gone')) : on.machine.perform(step)) };
      const isOver = await amend(ending, part(which), { build, last, census }).then(() => true, () => false);
      const { lines, isWhole } = await copyOn(on.machine);
      expect([isWhole, [before, after].includes(lines)]).toEqual([true, true]);
      if (isOver) break;
      await remember(on.machine, whole(which), { build, before: await copyOn(on.machine) });
      expect((await copyOn(on.machine)).lines).toBe(after);
    }
  });
});

describe('a copy without what belongs beside it', () => {
  test.each<[string, (file: string) => void]>([
    ['that is gone', (file) => rmSync(file)],
    ['that is empty', (file) => truncateSync(file, 0)],
    ['that is torn', (file) => truncateSync(file, 900)],
    ['a byte of that rotted', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"mode":"0644"', '"mode":"0664"'))],
  ])('is not that of before, but none: %s', async (_, damage) => {
    const on = await place(build);
    const last = await remember(on.machine, handover({ key }), { build, before: null });
    await amend(on.machine, part(few), { build, last, census });
    damage(join(on.root, beside));
    expect(await copyOn(on.machine)).toMatchObject({ isWhole: false, lines: '' });
    expect(await recall(on)).toBeNull();
    await remember(on.machine, whole(few));
    expect((await copyOn(on.machine)).lines).toBe(await keptWhole(few));
  });

  test('of an older croft, which took away what was empty, is what it was', async () => {
    const on = await place(build);
    await remember(on.machine, handover({ key }), { build, before: null });
    const file = join(on.root, 'var/lib/croft/handover.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace(',"hasBeside":true', ''));
    rmSync(join(on.root, beside));
    expect(await copyOn(on.machine)).toMatchObject({ isWhole: true, lines: (await keptLines()).lines });
  });
});

async function keptLines(): Promise<{ readonly lines: string }> {
  const on = await place(build);
  await remember(on.machine, handover({ key }), { build, before: null });
  return copyOn(on.machine);
}

describe('a host whose own copy is not what the last run left', () => {
  let host: Awaited<ReturnType<typeof tickHost>>;
  const [copy, news] = ['handover.jsonl', 'handover.new'];
  const hasNews = (): boolean => existsSync(host.own(news)) && readFileSync(host.own(news), 'utf8').split('\n').length > 2;
  beforeAll(async () => {
    host = await tickHost();
    await host.rest();
    await new Promise((done) => { setTimeout(done, 2100); });
  });
  afterAll(() => host.end());
  beforeEach(async () => {
    await host.run();
    for (const name of ['old.new', 'old.inventory']) rmSync(host.own(name), { force: true });
    for (let turn = 0; turn < 2; turn += 1) {
      await host.rest();
      if (hasNews()) copyFileSync(host.own(news), host.own('old.new'));
      copyFileSync(host.own('inventory.jsonl'), host.own('old.inventory'));
      await host.commit({ ...host.anotherSite(), 'desired-state/members/bob/README.md': `${turn}\n` });
      await host.run();
    }
    await host.rest();
  });

  const edited = (name: string, edit: (text: string) => string) => (): void => writeFileSync(host.own(name), edit(readFileSync(host.own(name), 'utf8')));

  test.each<[string, () => void]>([
    ['what is new is torn', () => truncateSync(host.own(news), 900)],
    ['what is new is gone', () => rmSync(host.own(news))],
    ['what is new is that of the run before', () => copyFileSync(host.own('old.new'), host.own(news))],
    ['what is new is beside another one', edited(news, (text) => text.replace(/"of":"sha256:..../, '"of":"sha256:0000'))],
    ['a byte of it rotted', edited(copy, (text) => text.replace('"mode":"0644"', '"mode":"0664"'))],
    ['it is gone', () => rmSync(host.own(copy))],
    ['the inventory is that of the run before', () => copyFileSync(host.own('old.inventory'), host.own('inventory.jsonl'))],
  ])('has all handed over, and has one again: %s', async (_, damage) => {
    expect([hasNews(), existsSync(host.own('old.new'))]).toEqual([true, true]);
    damage();
    await host.commit(host.anotherSite());
    expect(await host.run()).toMatchObject({ status: 0 });
    const on = { machine: rooted(host.on('')), host: 'one', build };
    const made = await recall(on);
    const entries = readFileSync(host.own('inventory.jsonl'), 'utf8').split('\n').length - 3;
    expect(made?.catalog.resources.length).toBe(entries);
    expect(made?.catalog.resources.find(({ name }) => name === site)?.payload?.text).toBe(readFileSync(host.on(site), 'utf8'));
    await host.rest();
    expect((await copyOn(on.machine)).heading?.digest).toBe(host.still()?.copy);
  });
});
