import { isDay } from '../day.ts';
import { finding, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** Each allowance ends on a day that there is. */
export function* allowancesEnd({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.allowances) {
    for (const [index, { until }] of value.allowances.entries()) {
      if (!isDay(until)) yield finding(at('allowances', index, 'until'), {
        code: 'allowances/unknown-day', message: `cannot use \`${until}\` as a day: the month does not have it`,
      });
    }
  }
}
