/** A run that has nothing to do, counted: what it looks at, what it reads, and that whatever is different makes it an ordinary run. */
import { appendFileSync, chmodSync, existsSync, lstatSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { parseStill } from '../../../reconciler/plan/still-file.ts';
import { base } from '../../scenarios/story.ts';
import { build, minute, site, tickHost } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { commit, on, own, restamp, run, settle, still } = host;
afterAll(host.end);

const quiet = { read: 0, steps: 0 };
/** As much as has to do with one thing. */
const few = 20;

describe('a run with nothing to do', () => {
  beforeEach(async () => {
    await settle();
    host.clock += minute;
  });

  test('looks at each path once, asks each program once, reads nothing, and touches nothing', async () => {
    const noted = still();
    if (noted === null) throw new Error('nothing was noted down');
    const { paths: { read, other, outside }, said } = noted;
    const paths = read.length + other.length + outside.length;
    expect(new Set([...read, ...other, ...outside]).size).toBe(paths);
    expect(read).toEqual(expect.arrayContaining([site, '/var/lib/extrausers/passwd', '/var/lib/croft/inventory.jsonl', '/var/lib/croft/loaded/apache2.service']));
    expect(outside).toEqual(expect.arrayContaining(['/home/ada']));
    // Nothing of the repository is opened either: it could not be.
    rmSync(own('repository.git/objects'), { recursive: true });
    rmSync(own('roll'), { force: true });
    const first = await run();
    expect(first).toMatchObject({ status: 0, count: { ...quiet, stamped: paths, programs: said.length }, facts: { outcomes: [], notices: [] } });
    expect(first.said).toMatch(/^one @ [0-9a-f]{10}: as desired, nothing changed in/);
    // From then on by its roll, where something is (roll.mocked.test.ts).
    host.clock += minute;
    const { status, count } = await run();
    const there = [...read, ...other, ...outside].filter((path) => lstatSync(on(path), { throwIfNoEntry: false }) !== undefined);
    expect([status, count]).toMatchObject([0, { ...quiet, stamped: paths - there.length, programs: said.length }]);
    expect(count.called).toBeGreaterThanOrEqual(there.length);
  });

  test('says what a run that looks at everything says', async () => {
    const [said, facts] = await both();
    const whole = await run({ audit: true });
    expect(whole.count.looked).toBeGreaterThan(80);
    expect([whole.said, without(whole.facts)]).toEqual([said, facts]);
  });

  test('is none where something drifted: that is found and put back', async () => {
    appendFileSync(on(site), '# by hand\n');
    const text = readFileSync(on(site), 'utf8');
    const { status, count, facts } = await run();
    expect([status, facts.outcomes.length]).toEqual([0, 2]);
    expect(count.looked).toBeLessThan(few);
    expect(readFileSync(on(site), 'utf8')).toBe(text.replace('# by hand\n', ''));
  });

  test('is none where a file has other bytes of the same number and at the same time', async () => {
    const { mtime, atime } = statSync(on(site));
    writeFileSync(on(site), readFileSync(on(site), 'utf8').replace('V', 'v'));
    utimesSync(on(site), atime, mtime);
    expect((await run()).facts.outcomes.length).toBe(2);
  });

  test.each([
    // What was looked at and is gone is not noted down.
    ['something is in a directory of croft\'s', () => writeFileSync(on('/etc/apache2/croft/sites/evil.conf'), 'x'), false],
    ['the mode of a home is another', () => chmodSync(on('/home/ada'), 0o777), true],
    ['a table has a row more', () => appendFileSync(on('/etc/postfix/croft/virtual-aliases'), 'x@y z\n'), true],
    ['a unit has stopped', () => writeFileSync(own('rooted/units.json'), '{}'), true],
  ])('is none where %s, but looks only at what has to do with that', async (_, change, isNoted) => {
    change();
    const { count, facts, status } = await run();
    expect([status, facts.outcomes.length > 0, count.looked < few]).toEqual([0, true, true]);
    host.clock += minute;
    const next = await run();
    expect([next.facts.outcomes, next.count.looked < few]).toEqual([[], isNoted]);
  });

  test.each([
    ['a stamp is gone', () => rmSync(own('loaded/apache2.service'))],
    ['the inventory is gone', () => rmSync(own('inventory.jsonl'))],
    ['the host has an account more of its own', () => appendFileSync(on('/etc/passwd'), 'mallory:x:4242:4242::/:/bin/sh\n')],
    ['a number has another name', () => appendFileSync(on('/etc/passwd'), 'mallory:x:10001:10001::/:/bin/sh\n')],
  ])('is none where %s', async (_, change) => {
    change();
    expect((await run()).count.looked).toBeGreaterThan(80);
    writeFileSync(on('/etc/passwd'), readFileSync(on('/etc/passwd'), 'utf8').replace(/^mallory.*\n/m, ''));
  });

  test('is one all the same where a member works in her home', async () => {
    writeFileSync(on('/home/ada/poem.txt'), 'x');
    expect((await run()).count).toMatchObject(quiet);
  });

  test('is none where a commit is new', async () => {
    const text = String(base().get('desired-state/members/ada/member.yaml'));
    await commit({ 'desired-state/members/ada/member.yaml': `${text}\n` });
    const before = host.still()?.commit;
    const { said } = await run();
    expect(host.still()?.commit).not.toBe(before);
    expect(said).not.toContain('note:');
  });

  test('is one when the clock is put back, and none on another day', async () => {
    const before = host.clock;
    host.clock -= 3 * minute;
    expect((await run()).count).toMatchObject(quiet);
    host.clock = before + 24 * 60 * minute;
    expect((await run()).count.looked).toBeGreaterThan(80);
    host.clock = before;
  });
});

describe('bytes that rotted', () => {
  test('are found when their turn comes, and by --audit at once', async () => {
    const noted = await settle();
    const text = readFileSync(on(site), 'utf8');
    for (const audit of [false, true]) {
      writeFileSync(on(site), text.replace('V', 'v'));
      await restamp(noted);
      host.clock += 1;
      if (!audit) expect((await run()).count).toMatchObject(quiet);
      if (!audit) writeFileSync(own('report.json'), readFileSync(own('report.json'), 'utf8').replace(/"endedAt":\d+/, `"endedAt":${host.clock - 24 * 60 * minute}`));
      expect((await run({ audit })).facts.outcomes.length).toBe(2);
      expect(readFileSync(on(site), 'utf8')).toBe(text);
    }
  });

  test('are looked for in all that was read, once a day', async () => {
    const { paths: { read } } = await settle();
    writeFileSync(own('report.json'), readFileSync(own('report.json'), 'utf8').replace(/"endedAt":\d+/, `"endedAt":${host.clock - 24 * 60 * minute}`));
    const { count } = await run();
    expect(count).toMatchObject({ read: read.filter((path) => !path.startsWith('/var/lib/croft/')).length, steps: 0 });
  });
});

describe('what a run notes down', () => {
  test('is what is to be read again where something is hardly older than the look at it', async () => {
    await settle();
    const now = host.clock;
    await host.atOnce();
    writeFileSync(on(site), readFileSync(on(site)));
    host.clock += 1500;
    expect((await run({ audit: true })).facts.outcomes).toEqual([]);
    expect(still()?.young.map(([path, want]) => [path, want])).toContainEqual([site, 'digest']);
    host.clock = Math.max(now, Date.now() + host.ahead) + minute;
  });

  test('is nothing where something was written after it was read', async () => {
    await settle();
    host.clock += minute;
    const late = (machine: Machine): Machine => ({
      ...machine,
      observe: async (probes) => {
        const answers = await machine.observe(probes);
        if (probes.some((probe) => probe.ask === 'path' && probe.path === site && probe.want === 'digest')) writeFileSync(on(site), readFileSync(on(site), 'utf8').replace('V', 'v'));
        return answers;
      },
    });
    expect((await run({ audit: true, machine: late })).facts.outcomes).toEqual([]);
    expect(still()).toBeNull();
    host.clock += minute;
    expect((await run()).facts.outcomes.length).toBe(2);
  });

  test('is a copy: gone, damaged in any place, or another croft\'s, it changes nothing but how much is looked at', async () => {
    const [said, facts] = await both();
    const text = readFileSync(own('still'), 'utf8');
    const places = [0, 12, 30, text.indexOf('\n') + 5, text.indexOf('"stamp"') + 15, text.indexOf('"unchanged"') + 12, text.indexOf(site) + 3, text.length - 2];
    const damaged = places.map((at) => `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`);
    for (const other of [null, '', 'x', text.slice(0, -20), `${text}/etc/x\n`, ...damaged]) {
      if (other === null) rmSync(own('still')); else writeFileSync(own('still'), other, { mode: 0o600 });
      const ran = await run();
      expect(ran.count.looked).toBeGreaterThan(80);
      expect([ran.said, without(ran.facts), readFileSync(own('still'), 'utf8')]).toEqual([said, facts, text]);
    }
    expect((await run({ as: 'fedcba9876543210' })).count.looked).toBeGreaterThan(80);
    rmSync(own('still'));
    expect((await run({ as: null })).count.looked).toBeGreaterThan(80);
    expect(existsSync(own('still'))).toBe(false);
  });

  test('is none as soon as one character of it is another', async () => {
    await settle();
    const text = readFileSync(own('still'), 'utf8');
    expect(parseStill(text, build)).not.toBeNull();
    for (let at = 0; at < text.length; at += 7) expect(parseStill(`${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`, build)).toBeNull();
  });

  test('is one also while guards remember what went', async () => {
    const zone = 'desired-state/members/bob/vhosts/app.bob.example.yaml';
    await commit({ [zone]: null });
    await settle();
    expect((JSON.parse(readFileSync(own('inventory.jsonl'), 'utf8').split('\n')[1] ?? '') as { ledger?: { gone: readonly unknown[] } }).ledger?.gone.length).toBeGreaterThan(0);
    host.clock += minute;
    expect((await run()).count).toMatchObject(quiet);
  });

  test('is root\'s alone', async () => {
    await settle();
    expect(statSync(own('still')).mode & 0o777).toBe(0o600);
    chmodSync(own('still'), 0o666);
    host.clock += minute;
    expect((await run()).count.looked).toBeGreaterThan(80);
    expect(readdirSync(own('.')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** What a quiet run says, and its facts. */
async function both(): Promise<readonly [string, object]> {
  await settle();
  const { said, facts, count } = await run();
  expect(count).toMatchObject(quiet);
  return [said, without(facts)];
}

function without(facts: object): object {
  return { ...facts, startedAt: 0, endedAt: 0 };
}
