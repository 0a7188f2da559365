/** What a check of everything came to: of the same documents the same comes again. */
import type { Problem } from '../model/problem.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** A whole check. */
export interface Verdict {
  /** How many documents there are. */
  readonly documents: number;
  readonly problems: readonly Problem[];
}

const mostVerdicts = 16;
const mostProblems = 1000;

/** Find the verdict on some contents, or come to one and keep it. They are named again then: whoever judges has looked at them, and they may be others. */
export async function verdictOn(keeper: Keeper | null, named: () => string, judge: () => Promise<Verdict>): Promise<Verdict> {
  const known = keeper === null ? [] : verdictsIn(recall(keeper, 'verdicts'));
  const before = named();
  const found = known.find(([name]) => name === before)?.[1];
  if (found !== undefined) return found;
  const verdict = await judge();
  const contents = named();
  if (keeper !== null && verdict.problems.length <= mostProblems) keep(keeper, 'verdicts', Buffer.from(JSON.stringify([[contents, verdict], ...known].slice(0, mostVerdicts))));
  return verdict;
}

function verdictsIn(bytes: Buffer | null): readonly (readonly [string, Verdict])[] {
  return bytes === null ? [] : (JSON.parse(bytes.toString('utf8')) as readonly (readonly [string, Verdict])[]);
}
