/** What was in files when they were read, kept: a run that looks at everything reads only what has moved since. */
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import type { Machine, Stamp } from '../../../reconciler/model/machine.ts';
import { formatSeen, parseSeen } from '../../../reconciler/plan/seen-file.ts';
import { build, minute, site, tickHost, type Ran } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { on, own, run, settle, still } = host;
afterAll(host.end);

const seen = (): ReturnType<typeof parseSeen> => parseSeen(readFileSync(own('seen'), 'utf8'), build);

/** Files that were read as text: those are read in any case. */
const asText = new Set<string>();
const noting = (machine: Machine): Machine => ({
  ...machine,
  observe: (probes) => {
    for (const probe of probes) if (probe.ask === 'path' && probe.want === 'text') asText.add(probe.path);
    return machine.observe(probes);
  },
});
const asDigests = (): number => [...seen().keys()].filter((path) => !asText.has(path)).length;

/** A run that has no note of stillness to go by. */
async function look(running: Parameters<typeof run>[0] = {}): Promise<Ran> {
  rmSync(own('still'), { force: true });
  return run(running);
}

function outcome({ said, facts }: Ran): unknown {
  return [said, { ...facts, startedAt: 0, endedAt: 0 }];
}

/** Keep a record that says of a file as it is now what it held before. */
async function restamp(path: string): Promise<void> {
  const [answer] = await rooted(on('/')).observe([{ ask: 'path', path, want: 'stat', known: null }]);
  const stamp: Stamp = answer?.ask === 'path' ? (answer.stamp ?? []) : [];
  const records = seen();
  writeFileSync(own('seen'), formatSeen(new Map([...records].map(([each, known]) => [each, each === path ? { digest: known.digest, stamp } : known])), build), { mode: 0o600 });
}

describe('what was seen', () => {
  beforeEach(async () => {
    host.clock += minute;
    await settle();
    await run({ audit: true });
    host.clock += 1;
  });

  test('need not be read again: the rest is what must be known as text, and what only the machine may read', async () => {
    const [audited, looked] = [await run({ audit: true, machine: noting }), await look()];
    expect(looked.count.looked).toBe(audited.count.looked);
    expect(looked.count.read).toBe(audited.count.read - asDigests());
    expect(asDigests()).toBeGreaterThan(20);
    expect(outcome(looked)).toEqual(outcome(audited));
  });

  test('is read again where it moved, and nothing else is', async () => {
    const before = await look();
    const text = readFileSync(on(site), 'utf8');
    writeFileSync(on(site), text.replace('V', 'v'));
    const { facts } = await look();
    expect([facts.outcomes.length, readFileSync(on(site), 'utf8')]).toEqual([2, text]);
    await look();
    expect((await look()).count.read).toBe(before.count.read);
    writeFileSync(on(site), text);
    expect((await look()).count.read).toBe(before.count.read + 1);
  });

  test.each([
    ['is not read again while its stamp is the same', 0, false, 0],
    ['is read when its turn has come, whatever its stamp', 24 * 60 * minute, false, 2],
    ['is read by --audit at once, whatever its stamp', 0, true, 2],
  ])('%s', async (_, agoMs, audit, outcomes) => {
    const text = readFileSync(on(site), 'utf8');
    writeFileSync(on(site), text.replace('V', 'v'));
    await restamp(site);
    writeFileSync(own('report.json'), readFileSync(own('report.json'), 'utf8').replace(/"endedAt":\d+/, `"endedAt":${host.clock - agoMs}`));
    expect((await look({ audit })).facts.outcomes.length).toBe(outcomes);
    writeFileSync(on(site), text);
  });

  test('is nothing that is hardly older than the look at it', async () => {
    const now = host.clock;
    await host.atOnce();
    writeFileSync(on(site), readFileSync(on(site)));
    await look();
    expect([seen().has(site), still()?.young.some(([path]) => path === site)]).toEqual([false, true]);
    host.clock = now;
  });

  test('is a copy: gone, damaged in any place, or another croft\'s, it changes nothing but how much is read', async () => {
    const looked = await look({ machine: noting });
    const [text, digests] = [readFileSync(own('seen'), 'utf8'), asDigests()];
    const places = [0, 12, 30, text.indexOf('\n') + 12, text.indexOf(site) - 5, text.indexOf(site) + 3, text.length - 2];
    const damaged = places.map((at) => `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`);
    for (const other of [null, '', 'x', text.slice(0, -20), `${text}x\n`, ...damaged]) {
      if (other === null) rmSync(own('seen')); else writeFileSync(own('seen'), other, { mode: 0o600 });
      const ran = await look();
      expect(ran.count.read).toBe(looked.count.read + digests);
      expect([outcome(ran), readFileSync(own('seen'), 'utf8')]).toEqual([outcome(looked), text]);
    }
    expect((await look({ as: 'fedcba9876543210' })).count.read).toBeGreaterThan(looked.count.read);
  });

  test('is root\'s alone', async () => {
    expect(statSync(own('seen')).mode & 0o777).toBe(0o600);
    const looked = await look();
    chmodSync(own('seen'), 0o666);
    expect((await look()).count.read).toBeGreaterThan(looked.count.read);
    rmSync(own('seen'));
  });
});
