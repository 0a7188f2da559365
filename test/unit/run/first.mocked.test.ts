/** The first run of a host and the one after it, counted: what packages brought is looked at as it then is, and all that rests on it is the same. */
import { appendFileSync, rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { minute, site, tickHost, type TickHost } from './tick-host.ts';

vi.mock('../../../reconciler/plan/turns.ts', async (original) => (await import('./turns-later.ts')).later(await original()));

/** A host to which nothing was ever done; its clock is clear of what the first run writes. */
async function fresh(): Promise<TickHost> {
  const host = await tickHost();
  onTestFinished(host.end);
  host.clock += minute;
  return host;
}

/** Have packages bring an account of a name. */
function bringing(host: TickHost, line: string): (machine: Machine) => Machine {
  return (machine) => ({
    ...machine,
    perform: async (step) => {
      await machine.perform(step);
      if (step.do === 'run' && step.argv.includes('install')) appendFileSync(host.on('/etc/passwd'), line);
    },
  });
}

test('the first run stamps each path that it looked at once', async () => {
  const host = await fresh();
  const { count } = await host.run();
  const { read = [], other = [], outside = [] } = host.still()?.paths ?? {};
  expect(count.stamped).toBe(read.length + other.length + outside.length);
});

describe('the run after the first one', () => {
  test('looks at inodes, and says what one says that looks at everything', async () => {
    const host = await fresh();
    const first = await host.run();
    expect([first.status, first.facts.outcomes.length > 80]).toEqual([0, true]);
    const { read = [] } = host.still()?.paths ?? {};
    expect(read).toEqual(expect.arrayContaining([site, '/etc/passwd', '/var/lib/croft/inventory.jsonl']));
    rmSync(host.own('repository.git/objects'), { recursive: true });
    host.clock += minute;
    const next = await host.run();
    expect(next).toMatchObject({ status: 0, count: { looked: 1, read: 0, steps: 0 }, facts: { outcomes: [], notices: [] } });
    expect(next.said).toContain('as desired, nothing changed');
  });

  test('looks at everything where a package brought an account that is called like a member', async () => {
    const host = await fresh();
    await host.run({ machine: bringing(host, 'bob:x:120:120::/nonexistent:/usr/sbin/nologin\n') });
    expect(host.still()).toBeNull();
    host.clock += minute;
    const next = await host.run();
    expect(next.count.looked).toBeGreaterThan(80);
    expect(JSON.stringify(next.facts)).toContain('handover/own-account');
  });

  test('looks at inodes where it brought one of any other name', async () => {
    const host = await fresh();
    await host.run({ machine: bringing(host, 'helper:x:120:120::/nonexistent:/usr/sbin/nologin\n') });
    host.clock += minute;
    expect((await host.run()).count).toMatchObject({ looked: 1, read: 0, steps: 0 });
  });
});
