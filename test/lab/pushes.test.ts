/** How long it takes from a push to what visitors see, by itself: three hosts, trust switched on, as many pushes as CROFT_LAB_PUSHES says. */
import { describe } from 'vitest';
import { foundedCoop } from './founded.ts';
import { trustPushes } from './stories/trust-pushes.ts';
import { trustSwitch } from './stories/trust-switch.ts';

describe('from a push to what visitors see', () => {
  const coop = foundedCoop();

  trustSwitch(coop);
  trustPushes(coop);
});
