/** How long it takes from a push to what visitors see, by itself: three hosts, trust switched on, as many pushes as CROFT_LAB_PUSHES says. */
import { afterAll, beforeAll, describe } from 'vitest';
import { found, forget, hosts, timerRun, type Coop } from './coop.ts';
import { down } from './lab.ts';
import { trustPushes } from './stories/trust-pushes.ts';
import { trustSwitch } from './stories/trust-switch.ts';

let founded: Coop | undefined;

/** The co-op, once it is founded. */
function coop(): Coop {
  if (founded === undefined) throw new Error('the co-op is not founded');
  return founded;
}

describe('from a push to what visitors see', () => {
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

  trustSwitch(coop);
  trustPushes(coop);
});
