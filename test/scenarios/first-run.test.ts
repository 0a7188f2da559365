import { expect, it } from 'vitest';
import { crashesLeaveNothing } from './properties.ts';
import { base, snapshot } from './story.ts';

it.each(['one', 'two'])('host %s survives a crash after any step of its very first run', async (host) => {
  expect(await crashesLeaveNothing(host, { commits: [], hand: [] }, [snapshot(base(), 0)])).toBeGreaterThan(20);
}, 1_200_000);
