import { expect, test } from 'vitest';
import { recent } from '../../../reconciler/git/recent.ts';

test('what was not asked for longest is forgotten, some at once, and what was just put in never', () => {
  const kept = recent<number>(100);
  for (let n = 0; n < 100; n += 1) kept.set(String(n), n, 1);
  expect(kept.get('0')).toBe(0);
  kept.set('100', 100, 1);
  expect(Array.from({ length: 101 }, (_, n) => n).filter((n) => kept.get(String(n)) === undefined)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  kept.set('great', 1, 1000);
  expect([kept.get('great'), kept.get('100')]).toEqual([1, undefined]);
});
