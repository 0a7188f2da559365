/** A host at rest that is found so by its roll, without stamping its paths one by one; and one that is not, which the roll must not hide. */
import { appendFileSync, chmodSync, copyFileSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { minute, site, tickHost, vhost, type Ran } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { anotherSite, commit, on, own, rest, run, still } = host;
afterAll(host.end);

/** As much as is not on a roll: what is missing, and what was made since it was called. */
const few = 60;
const other = '/etc/apache2/croft/sites/app.bob.example.conf';

/** Run at rest until that is by the roll alone. */
async function called(): Promise<Ran> {
  await rest();
  await run();
  host.clock += minute;
  const ran = await run();
  host.clock += minute;
  return ran;
}

function edit(name: string, by: (text: string) => string): void {
  writeFileSync(own(name), by(readFileSync(own(name), 'latin1')), { encoding: 'latin1', mode: 0o600 });
}

describe('a host at rest', () => {
  beforeEach(async () => void (await called()));

  test('is found so by its roll, which has every path that is there, and by stamps of the others', async () => {
    const { paths, said } = still() ?? {};
    if (paths === undefined) throw new Error('nothing was noted down');
    const all = [...paths.read, ...paths.other, ...paths.outside];
    const there = all.filter((path) => lstatSync(on(path), { throwIfNoEntry: false }) !== undefined);
    const { status, count } = await run();
    expect([status, count.stamped, count.programs, count.read, count.steps]).toEqual([0, all.length - there.length, said?.length, 0, 0]);
    const onIt = new Set(readFileSync(own('roll'), 'utf8').match(/\.\/[^\0]*(?=\0)/g)?.map((path) => path.slice(1)));
    expect(there.filter((path) => !onIt.has(path))).toEqual([]);
    expect(count.called).toBe(onIt.size);
    // Whatever is on the way to a path is, too, for it could lead elsewhere.
    for (const path of there) for (let way = dirname(path); way !== '/'; way = dirname(way)) expect(onIt).toContain(way);
  });

  test.each<[string, () => void]>([
    ['a file with more in it', () => appendFileSync(on(other), '# by hand\n')],
    ['a file with other bytes of the same number, at the same time', () => {
      const { atime, mtime } = statSync(on(other));
      writeFileSync(on(other), readFileSync(on(other), 'utf8').replace('V', 'v'));
      utimesSync(on(other), atime, mtime);
    }],
    ['another file with the same bytes and times in its place', () => {
      const { atime, mtime } = statSync(on(other));
      copyFileSync(on(other), on('/etc/copy'));
      utimesSync(on('/etc/copy'), atime, mtime);
      renameSync(on('/etc/copy'), on(other));
    }],
    ['a file of another mode', () => chmodSync(on(other), 0o600)],
    ['a file that has another name, too', () => {
      linkSync(on(other), on('/etc/other-name'));
      unlinkSync(on('/etc/other-name'));
    }],
    ['a file that is gone', () => rmSync(on(other))],
    ['a link in the place of a file', () => {
      renameSync(on(other), on('/etc/moved'));
      symlinkSync(on('/etc/moved'), on(other));
    }],
    ['one more file in a directory of croft\'s', () => writeFileSync(on('/etc/apache2/croft/sites/evil.conf'), 'x')],
    ['a home of another mode', () => chmodSync(on('/home/ada'), 0o777)],
    ['a directory on the way of another mode', () => chmodSync(on('/etc/apache2'), 0o777)],
    ['a link in the place of a directory on the way', () => {
      renameSync(on('/etc/bind'), on('/etc/moved-bind'));
      symlinkSync('moved-bind', on('/etc/bind'));
    }],
    ['another owner in the ledger', () => {
      const ledger = own('rooted/ownership.json');
      const owners = JSON.parse(readFileSync(ledger, 'utf8')) as Record<string, string>;
      writeFileSync(ledger, JSON.stringify({ ...owners, [other]: '33:33' }));
    }],
    ['something where nothing was', () => {
      const missing = (still()?.paths.outside ?? []).find((path) => !existsSync(on(path))) ?? '';
      expect(missing).toMatch(/^\/etc\//);
      mkdirSync(on(dirname(missing)), { recursive: true });
      writeFileSync(on(missing), 'x');
    }],
  ])('is not found so with %s', async (_, drift) => {
    drift();
    const { count } = await run();
    expect(count.stamped).toBeGreaterThan(80);
    for (const made of ['/etc/moved', '/etc/other-name']) rmSync(on(made), { force: true });
    if (lstatSync(on('/etc/bind')).isSymbolicLink()) {
      unlinkSync(on('/etc/bind'));
      renameSync(on('/etc/moved-bind'), on('/etc/bind'));
    }
    chmodSync(on('/etc/apache2'), 0o755);
  });

  test('is found so by stamps where its roll is gone, damaged anywhere, or another croft\'s', async () => {
    const text = readFileSync(own('roll'), 'latin1');
    const [first, second] = [text.indexOf('\n'), text.indexOf('\n', text.indexOf('\n') + 1)];
    const places = [0, 8, first - 3, first + 4, second - 4, second + 4, text.indexOf(`.${other}`) + 4, text.indexOf('\0', second) + 1, text.lastIndexOf('\0') + 4, text.length - 2];
    for (const at of places) {
      writeFileSync(own('roll'), `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`, { encoding: 'latin1', mode: 0o600 });
      const { count, status, facts } = await run();
      expect([status, facts.outcomes, count.stamped > 80, count.steps]).toEqual([0, [], true, 0]);
    }
    for (const other of ['', 'x', text.slice(0, -1), text.replace('\n', '\n\n')]) {
      writeFileSync(own('roll'), other, { encoding: 'latin1', mode: 0o600 });
      expect((await run()).count.stamped).toBeGreaterThan(80);
    }
    rmSync(own('roll'), { force: true });
    expect((await run()).count.stamped).toBeGreaterThan(80);
    expect((await run()).count.stamped).toBeLessThan(few);
    chmodSync(own('roll'), 0o644);
    expect((await run()).count.stamped).toBeGreaterThan(80);
  });

  test.each([0, 1, 2, 3])('is not found so by a roll of which only %i of its four parts are left', async (parts) => {
    const text = readFileSync(own('roll'), 'utf8');
    const from = text.indexOf('\n', text.indexOf('\n') + 1) + 1;
    const { lengths } = JSON.parse(text.slice(text.indexOf('\n'), from)) as { readonly lengths: readonly number[] };
    writeFileSync(own('roll'), text.slice(0, lengths.slice(0, parts).reduce((sum, length) => sum + length, from)), { mode: 0o600 });
    appendFileSync(on(other), '# by hand\n');
    chmodSync(on('/home/ada'), 0o777);
    expect((await run()).facts.outcomes.length).toBeGreaterThan(2);
  });

  test('is found so by stamps, each time, where no program says how it is', async () => {
    const mute = (machine: Machine): Machine => ({
      ...machine,
      observe: async (probes) => (await machine.observe(probes)).map((answer) => (answer.ask === 'stamps' && answer.called !== undefined ? { ...answer, called: null } : answer)),
    });
    rmSync(own('roll'));
    for (let turn = 0; turn < 2; turn += 1) expect(await run({ machine: mute })).toMatchObject({ status: 0, facts: { outcomes: [] }, count: { called: 0, steps: 0 } });
    expect(existsSync(own('roll'))).toBe(false);
  });
});

describe('a host after a change', () => {
  beforeEach(async () => void (await called()));

  async function changed(): Promise<void> {
    await commit(anotherSite());
    expect((await run()).facts.outcomes.length).toBe(2);
    host.clock = Math.max(host.clock, Date.now() + host.ahead) + minute;
  }

  test('is found at rest by the roll of before, and by stamps of what the change was about; then it is on the roll', async () => {
    const before = readFileSync(own('roll'), 'utf8');
    await changed();
    expect(readFileSync(own('roll'), 'utf8')).toBe(before);
    const { count, facts } = await run();
    expect([facts.outcomes, count.called > 80, count.stamped > 0, count.stamped < few]).toEqual([[], true, true, true]);
    host.clock += minute;
    const next = await run();
    expect(existsSync(own('roll-since'))).toBe(false);
    expect(next.count.stamped).toBeLessThan(count.stamped);
    expect(next.count.called).toBeGreaterThanOrEqual(count.called + count.stamped - next.count.stamped);
  });

  test('is found so after one change and another, also where paths come and go', async () => {
    const site = 'desired-state/members/ada/vhosts/more.ada.example.yaml';
    const ofIt = String(anotherSite()[vhost]).replaceAll('blog.ada.example', 'more.ada.example');
    for (const those of [[{ [site]: ofIt }, anotherSite()], [anotherSite()], [{ [site]: null }, anotherSite(), anotherSite()], [anotherSite()]]) {
      for (const files of those) {
        await commit(files);
        expect((await run()).facts.outcomes.length).toBeGreaterThan(0);
      }
      host.clock = Math.max(host.clock, Date.now() + host.ahead) + minute;
      const { facts, count } = await run();
      expect([facts.outcomes, count.stamped < few, count.called > 80, count.steps]).toEqual([[], true, true, 0]);
      host.clock += minute;
    }
  });

  test.each<[string, string]>([['that was changed', site], ['that was not', other]])('is not found so with a file %s and was then edited by hand', async (_, path) => {
    await changed();
    appendFileSync(on(path), '# by hand\n');
    const { count, facts } = await run();
    expect([count.stamped > 80, facts.outcomes.length]).toEqual([true, 2]);
  });

  test('has no more on its roll after many changes of the same than after one', async () => {
    const sizes: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await changed();
      await run();
      host.clock += minute;
      sizes.push((await run()).count.called);
      host.clock += minute;
    }
    expect(new Set(sizes.slice(1)).size).toBe(1);
  });

  test('is not found so with an owner in the ledger that was changed just before', async () => {
    const ledger = own('rooted/ownership.json');
    const text = readFileSync(ledger, 'utf8');
    writeFileSync(ledger, JSON.stringify({ ...(JSON.parse(text) as object), '/home/bob': '33:33' }));
    await changed();
    expect((await run()).facts.outcomes.length).toBe(1);
    writeFileSync(ledger, text);
    await called();
    await changed();
    writeFileSync(ledger, JSON.stringify({ ...(JSON.parse(readFileSync(ledger, 'utf8')) as object), '/home/bob': '33:33' }));
    await changed();
    expect((await run()).facts.outcomes.length).toBe(1);
  });

  test('is not found so by a note of what changed that is gone, damaged, or of another change', async () => {
    await changed();
    const since = readFileSync(own('roll-since'), 'utf8');
    for (const at of [3, since.indexOf('\n') + 3, since.indexOf(site) + 3, since.length - 9]) {
      edit('roll-since', (text) => `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`);
      const roll = readFileSync(own('roll'));
      expect((await run()).count.stamped).toBeGreaterThan(80);
      writeFileSync(own('roll'), roll);
      writeFileSync(own('roll-since'), since);
    }
    await called();
    await changed();
    writeFileSync(own('roll-since'), since);
    const { count, facts } = await run();
    expect([facts.outcomes, count.stamped > 80]).toEqual([[], true]);
  });
});
