/** A change on a host at rest, counted: only what is about it is stamped, and what was changed by hand elsewhere is found soon all the same. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { mostInPart } from '../../../reconciler/plan/at-hand.ts';
import { inRows, nowhere } from '../../../reconciler/plan/stillness.ts';
import { build, site, tickHost, type Ran } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

const host = await tickHost();
const { anotherSite, commit, on, own, run, settle, still } = host;
afterAll(host.end);

const elsewhere = '/etc/postfix/main.cf';
const all = (): number => inRows(still()?.paths ?? nowhere).length;

/** Change ada's site. Shape: with how many paths were stamped before anything was done. */
async function change(): Promise<Ran & { readonly before: number }> {
  await commit(anotherSite());
  let [before, isMade] = [0, false];
  const listening = (machine: Machine): Machine => ({
    ...machine,
    observe: (probes) => {
      if (!isMade) before += probes.flatMap((probe) => (probe.ask === 'stamps' ? [...probe.paths.whole, ...probe.paths.outside] : [])).length;
      return machine.observe(probes);
    },
    perform: (step) => {
      isMade ||= step.do === 'stage';
      return machine.perform(step);
    },
  });
  return { ...await run({ machine: listening }), before };
}

beforeAll(host.ripen);

describe('a change on a host at rest', () => {
  beforeEach(() => host.rest());

  test('looks at the inodes of what it is about, and of what its daemon reads', async () => {
    const { before, status, facts } = await change();
    expect([status, facts.outcomes.length]).toEqual([0, 2]);
    expect(before).toBeLessThan(all() * 0.7);
    const names = new Set<string>();
    await commit(anotherSite());
    await run({ machine: (machine) => ({ ...machine, observe: (probes) => { for (const probe of probes) if (probe.ask === 'stamps') for (const path of probe.paths.whole) names.add(path); return machine.observe(probes); } }) });
    expect([site, '/etc/apache2/croft/sites', '/etc/apache2/croft/sites/app.bob.example.conf', elsewhere].map((path) => names.has(path))).toEqual([true, true, true, false]);
  });

  test('leaves to the next run what was changed by hand where it has nothing to do', async () => {
    const right = readFileSync(on(elsewhere), 'utf8');
    appendFileSync(on(elsewhere), '# by hand\n');
    expect((await change()).facts.outcomes.length).toBe(2);
    expect(readFileSync(on(elsewhere), 'utf8')).not.toBe(right);
    await run();
    expect(readFileSync(on(elsewhere), 'utf8')).toBe(right);
  });

  test.each<[string, (text: string) => string | null]>([
    ['is there', (text) => text], ['is gone', () => null], ['is damaged', (text) => text.replace(/\/(?=[^/]*\n$)/, '/x')], ['is another croft’s', (text) => text.replaceAll(build, 'fedcba9876543210')],
  ])('keeps what it saw beside what was seen of everything, and whether that %s the next look finds the same', async (_, turned) => {
    rmSync(own('still'));
    await run();
    await host.rest();
    const all = readFileSync(own('seen'), 'utf8');
    expect((await change()).facts.outcomes.length).toBe(2);
    const since = readFileSync(own('seen.new'), 'utf8');
    expect([readFileSync(own('seen'), 'utf8') === all, since.length < all.length / 4, since.includes(site)]).toEqual([true, true, true]);
    const other = turned(since);
    if (other === null) rmSync(own('seen.new')); else writeFileSync(own('seen.new'), other, { mode: 0o600 });
    rmSync(own('still'));
    const { status, facts } = await run();
    expect([status, facts.outcomes]).toEqual([0, []]);
  });

  test('leaves nothing to the next run where there is no change for this host', async () => {
    const right = readFileSync(on(elsewhere), 'utf8');
    appendFileSync(on(elsewhere), '# by hand\n');
    await commit({ 'desired-state/members/ada/README.md': 'nothing that a host is made of\n' });
    await run();
    expect(readFileSync(on(elsewhere), 'utf8')).toBe(right);
  });

  test('puts that right itself when so many came one after the other', async () => {
    await settle();
    const right = readFileSync(on(elsewhere), 'utf8');
    appendFileSync(on(elsewhere), '# by hand\n');
    let count = 0;
    while (readFileSync(on(elsewhere), 'utf8') !== right && count < 20) {
      await change();
      count += 1;
    }
    expect(count).toBeLessThanOrEqual(mostInPart + 1);
    expect(count).toBeGreaterThan(mostInPart - 3);
  });

  test.each<[string, () => void]>([
    ['are gone', () => rmSync(own('stamps'))],
    ['are too few', () => writeFileSync(own('stamps'), readFileSync(own('stamps'), 'latin1').slice(0, -8), { mode: 0o600 })],
    ['are other ones', () => writeFileSync(own('stamps'), readFileSync(own('stamps'), 'latin1').replace(/^.{8}/, 'AAAAAAAA'), { mode: 0o600 })],
  ])('looks at all inodes where the stamps that were kept %s', async (_, damage) => {
    damage();
    const { before, status, facts, count } = await change();
    expect([status, facts.outcomes.length, count.looked < 80, before >= all()]).toEqual([0, 2, true, true]);
    expect(still()?.inPart).toBe(0);
  });
});
