import type { Checked } from '../model/problem.ts';
import { explain } from './explain.ts';
import type { Parsed } from './parse.ts';
import type { Declarations, DocumentKind } from './schemas.ts';
import { validatorOf } from './validators.ts';

/** Validate a parsed document against the schema of its kind. Every mistake is a problem at the exact place; null when there is one. */
export function validate<Kind extends DocumentKind>(kind: Kind, parsed: Parsed): Checked<Declarations[Kind] | null> {
  const isRight = validatorOf(kind);
  const { value } = parsed;
  if (isRight(value)) return { value, problems: [] };
  return { value: null, problems: explain(isRight.errors ?? [], { kind, parsed }) };
}
