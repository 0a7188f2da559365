import { expect, test } from 'vitest';
import { formatDifference } from '../../../reconciler/report/changes.ts';

test.each([
  [`sha256:${'0123456789abcdef'.repeat(4)}`, 'sha256:01234567…'],
  [`sum:${'0123456789abcdef'.repeat(8)}`, 'sum:01234567…'],
  ['sum: of all', 'sum: of all'],
])('of a digest as much is told as tells it from others: %s', (desired, told) => {
  expect(formatDifference({ attribute: 'loaded', actual: null, desired, cause: 'pending', owner: 'coop', source: { file: 'x', line: 1, column: 1 } })).toContain(told);
});
