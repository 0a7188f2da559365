import type { Allowance } from '../../model/guard.ts';
import type { Document } from '../documents.ts';

/** List what guards let pass. That each day is one is a rule's to find. */
export function allowancesOf({ value, at }: Document<'allowances'>): readonly Allowance[] {
  return value.allowances.map((each, index) => ({ ...each, source: at('allowances', index) }));
}
