import type { Owner } from './owner.ts';
import { compareSources, compareText, formatSource, type Source } from './source.ts';

/** Something only a person can put right. Data: collected, never thrown. */
export interface Problem {
  /** Stable name of the rule, `topic/rule`, e.g. `vhost/foreign-domain`. */
  readonly code: string;
  /** What cannot be done, with the value and why. Starts with "cannot". */
  readonly message: string;
  /** What would be right, when croft knows. */
  readonly hint?: string;
  readonly owner: Owner;
  readonly source: Source;
}

/** A value together with everything that was wrong on the way to it. */
export interface Checked<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** Print one problem as one line. Shape: `file:line:column: cannot … [code]`, the hint after an em dash. */
export function formatProblem(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` – ${problem.hint}`;
  return `${formatSource(problem.source)}: ${problem.message}${hint} [${problem.code}]`;
}

/** Order problems by place, then by rule. */
export function compareProblems(a: Problem, b: Problem): number {
  return compareSources(a.source, b.source) || compareText(a.code, b.code) || compareText(a.message, b.message);
}
