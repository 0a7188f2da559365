/** What a note says of files that nobody read in the run that carried it on: what was in them when they were read. */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { minute, tickHost } from './tick-host.ts';

const host = await tickHost();
afterAll(host.end);

test('turn by turn it is what a run finds that reads everything, or nothing where nobody knows', async () => {
  await host.settle();
  await pause(2100);
  await host.settle();
  for (let turn = 0; turn < 3; turn += 1) {
    host.clock += minute;
    await host.commit(host.anotherSite());
    expect((await host.run()).status).toBe(0);
  }
  const carried = host.still()?.contents ?? [];
  for (const name of ['still', 'seen']) rmSync(host.own(name));
  await host.run();
  const found = host.still()?.contents ?? [];
  const unknown = carried.filter((content) => content === '').length;
  expect(carried.map((content, turn) => (content === '' ? found[turn] : content))).toEqual(found);
  expect(unknown).toBeLessThan(10);
});
