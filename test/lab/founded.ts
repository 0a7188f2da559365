import { afterAll, beforeAll } from 'vitest';
import { found, forget, hosts, timerRun, type Coop } from './coop.ts';
import { down } from './lab.ts';

/** Have the example co-op founded before the tests of a file, on three hosts that have had their first run, and taken down after them; with CROFT_LAB_KEEP it stays. */
export function foundedCoop(): () => Coop {
  let founded: Coop | undefined;
  beforeAll(async () => {
    await down();
    founded = await found();
    await Promise.all(hosts.map((host) => timerRun(host, {}, 1200)));
  });
  afterAll(async () => {
    if (process.env['CROFT_LAB_KEEP'] !== undefined) return;
    if (founded !== undefined) forget(founded);
    await down();
  });
  return () => {
    if (founded === undefined) throw new Error('the co-op is not founded');
    return founded;
  };
}
