import type { Guarded } from '../model/guard.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';

/** Is nothing done at all? What is the host's or the co-op's stops a run; what is a member's is kept back for that member. */
export function isStopped(guarded: readonly Guarded[]): boolean {
  return guarded.some(({ owner }) => owner === 'coop');
}

/** Print what guards keep back, and for each the exact entry that would let it pass, on a line of its own. */
export function formatGuards(guarded: readonly Guarded[], paint: Paint): readonly string[] {
  if (guarded.length === 0) return [];
  const where = guarded[0]?.where ?? '';
  return [
    `\n${paint('red', 'refused by a guard')}; ${isStopped(guarded) ? 'nothing is done on this host' : 'the rest goes on'}`,
    ...guarded.map(({ message, code }) => `  ${oneLine(message)} [${code}]`),
    `to allow exactly this, add below allowances: in ${oneLine(where)}, with the reason, and have it reviewed:`,
    ...guarded.map(({ allow }) => `  ${oneLine(allow)}`),
  ];
}
