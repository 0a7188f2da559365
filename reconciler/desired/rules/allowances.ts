import { day, dayMilliseconds } from '../../model/day.ts';
import { daysOf, longestAllowance } from '../../model/guard.ts';
import { isDay } from '../day.ts';
import { finding, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

const dayNames = ['from', 'until'] as const;

/** Each allowance holds from a day that there is until another one, and not for long: it is for what is about to be done. */
export function* allowancesEnd({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.allowances) {
    for (const [index, each] of value.allowances.entries()) {
      const unknown = dayNames.filter((name) => !isDay(each[name]));
      for (const name of unknown) yield finding(at('allowances', index, name), {
        code: 'allowances/unknown-day', message: `cannot use \`${each[name]}\` as a day: the month does not have it`,
      });
      const days = unknown.length === 0 ? daysOf(each) : 1;
      if (days < 1) yield finding(at('allowances', index, 'until'), {
        code: 'allowances/no-days', message: `cannot end on ${each.until}: it begins on ${each.from}`,
      });
      if (days > longestAllowance) yield finding(at('allowances', index, 'until'), {
        code: 'allowances/too-long', message: `cannot hold until ${each.until}, ${days} days from ${each.from} on: an allowance holds for ${longestAllowance} days at most`,
        hint: `until: ${lastDay(each.from)} at the latest; what is to be done later gets an allowance then`,
      });
    }
  }
}

function lastDay(from: string): string {
  return day(Date.parse(`${from}T00:00:00Z`) + (longestAllowance - 1) * dayMilliseconds);
}

/** What is spent of an allowance is known by its guard, object and reason: two of the same would be one. */
export function* allowancesDiffer({ documents }: World): Iterable<Finding> {
  for (const { value, at } of documents.allowances) {
    const known = new Map<string, number>();
    for (const [index, { guard, object, reason }] of value.allowances.entries()) {
      const key = JSON.stringify([guard, object, reason]);
      const first = known.get(key);
      if (first === undefined) known.set(key, index);
      else yield finding(at('allowances', index, 'reason'), {
        code: 'allowances/duplicate', message: `cannot allow ${guard} for ${object} a second time for the same reason: line ${at('allowances', first).line} does`,
        hint: 'raise its count, or give this one a reason of its own',
      });
    }
  }
}
