import { expect, test } from 'vitest';
import { waitsOf } from '../../../reconciler/commands/halves/patience.ts';

const hosts = Array.from({ length: 100 }, (_, index) => waitsOf({ told: true, host: `h${index}`, now: 1_700_000_000_000 }));

test('only who was told of news waits, and asks again', () => {
  expect(waitsOf({ told: false, host: 'one', now: 0 })).toEqual([]);
});

test('each time for longer, and all of it within the bound that the docs tell', () => {
  for (const [first = 0, second = 0, ...more] of hosts) {
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(1);
    expect(second).toBeGreaterThanOrEqual(5);
    expect(first).toBeLessThanOrEqual(5);
    expect(second).toBeLessThanOrEqual(10);
  }
});

test('no two hosts at the same time, nor one host each time alike; a run has the same waits whoever works them out', () => {
  for (const turn of [0, 1]) expect(new Set(hosts.map((waits) => waits[turn]?.toFixed(3))).size).toBeGreaterThan(90);
  // Spread over the whole of it: some in each quarter.
  for (let quarter = 1; quarter <= 4; quarter += 1) expect(hosts.filter(([first = 0]) => Math.floor(first) === quarter).length).toBeGreaterThan(10);
  expect(waitsOf({ told: true, host: 'one', now: 1 })).not.toEqual(waitsOf({ told: true, host: 'one', now: 2 }));
  expect(waitsOf({ told: true, host: 'one', now: 1 })).toEqual(waitsOf({ told: true, host: 'one', now: 1 }));
});
