import type { Proposal } from '../model/authority.ts';
import type { Problem } from '../model/problem.ts';
import type { Source } from '../model/source.ts';
import { fieldsOf } from './compare.ts';
import { shownPath, visible } from './shown.ts';

/** What is wrong with a proposal. */
export interface Said {
  readonly code: `authority/${string}`;
  /** Begins with "cannot". */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The field that it is about. */
  readonly field?: string | null;
}

/** Say that a proposal is refused, at the line that is the reason. Nothing in it acts on a terminal, whatever was proposed. */
export function problemOf(proposal: Proposal, { code, message, hint, field }: Said): Problem {
  const { file, line, column } = placeOf(proposal, field ?? null);
  const source = { file: shownPath(file), line, column };
  return { code, message: visible(message), ...(hint !== undefined && { hint: visible(hint) }), owner: proposal.owner, source };
}

function placeOf({ change, meaning }: Proposal, field: string | null): Source {
  const sides = meaning.is === 'document' && field !== null ? [meaning.after, meaning.before] : [];
  const written = sides.find((side) => side !== null && field !== null && fieldsOf(side.value).has(field));
  return written != null && field !== null ? written.at(field) : { file: change.path, line: 1, column: 1 };
}
