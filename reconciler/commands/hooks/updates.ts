import type { Problem } from '../../model/problem.ts';

/** One ref that a push moves. Source: githooks(5), pre-receive. */
export interface Update {
  readonly ref: string;
  /** null: the ref is new. */
  readonly old: string | null;
  /** null: the ref goes. */
  readonly new: string | null;
}

/** Why a push is refused: a ref, and what is wrong with what it is to become. */
export interface Refusal {
  readonly ref: string;
  readonly problems: readonly Problem[];
  /** What is no problem of a document, e.g. a branch that would go backwards. */
  readonly why?: string;
}

const NOTHING = /^0+$/;

/** Read what git says to pre-receive and post-receive. Shape: a line `<old> <new> <ref>` for each ref. */
export function parseUpdates(input: string): readonly Update[] {
  return input.split('\n').filter((line) => line !== '').map((line) => {
    const [before = '', after = '', ...ref] = line.split(' ');
    return { ref: ref.join(' '), old: NOTHING.test(before) ? null : before, new: NOTHING.test(after) ? null : after };
  });
}
