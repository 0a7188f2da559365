import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summedAnew, weightOf, written } from '../../../reconciler/model/sum.ts';

const sumOf = (lines: readonly string[]): string => written(lines.reduce((sum, line) => sum + weightOf(line), 0n));

test('a sum is that of a set, whatever was there before and in whatever order it came', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string()), fc.uniqueArray(fc.string()), (before, after) => {
    const [gone, come] = [before.filter((line) => !after.includes(line)), after.filter((line) => !before.includes(line))];
    expect(summedAnew(sumOf(before), { gone, come })).toBe(sumOf(after.toReversed()));
  }));
});

test('what hosts have stamped stays what it is', () => {
  expect(written(weightOf('a') + weightOf('a'))).toBe(`sum:${(2n * BigInt(`0x${createHash('sha512').update('a').digest('hex')}`)).toString(16).padStart(128, '0')}`);
  expect(written(weightOf('a'))).toBe('sum:1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75');
  expect(written(-1n)).toBe(`sum:${'f'.repeat(128)}`);
});

test('other lines are another sum, and none at all is one', () => {
  const sums = [[], ['a'], ['b'], ['a', 'b'], ['ab'], ['']].map(sumOf);
  expect(new Set(sums).size).toBe(sums.length);
  for (const sum of sums) expect(sum).toMatch(/^sum:[0-9a-f]{128}$/);
  expect(summedAnew(sumOf(['a']), { gone: ['a'], come: [] })).toBe(sumOf([]));
});

test.each([undefined, true, 'stale', 'unknown', 'sum:', `sum:${'g'.repeat(128)}`, `sha256:${'0'.repeat(64)}`])('%s is no sum to go on from', (sum) => {
  expect(summedAnew(sum, { gone: [], come: ['a'] })).toBeNull();
});
