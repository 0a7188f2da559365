import { describe, expect, test } from 'vitest';
import { turnsOfDay, turnsSince } from '../../../reconciler/plan/turns.ts';

const minute = 60_000;
const now = Date.UTC(2026, 10, 28, 14, 3);

describe('turns', () => {
  test('come once each in a day of ticks, whenever they are', () => {
    const turns = Array.from({ length: 24 * 60 }, (_, index) => turnsSince('one', now + index * minute, now + (index + 1) * minute)).flat();
    expect(turns.toSorted((a, b) => a - b)).toEqual(Array.from({ length: turnsOfDay }, (_, index) => index));
    const seldom = Array.from({ length: 24 }, (_, index) => turnsSince('one', now + index * 60 * minute, now + (index + 1) * 60 * minute)).flat();
    expect(seldom).toEqual(turns);
  });

  test.each<[string, number | null, number, number]>([
    ['are all due where nobody knows when the last run was', null, now, turnsOfDay],
    ['are all due after a day', now, now + 24 * 60 * minute, turnsOfDay],
    ['are twelve after an hour', now, now + 60 * minute, 12],
    ['are none in the same moment', now, now, 0],
    ['are one where the clock was put back', now + 60 * minute, now, 1],
  ])('%s', (_, last, at, due) => {
    expect(turnsSince('one', last, at)).toHaveLength(due);
  });

  test('are not the same on every host', () => {
    expect(turnsSince('two', now, now + 10 * minute)).not.toEqual(turnsSince('one', now, now + 10 * minute));
  });
});
