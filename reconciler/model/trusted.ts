import { groupBy } from './group.ts';
import type { Owner } from './owner.ts';
import type { Hold } from './plan.ts';
import type { Problem } from './problem.ts';

/** What is believed of a branch. */
export interface Trusted {
  readonly commit: string;
  /** The tree that is in force: the commit's own, without what nobody entitled signed. */
  readonly tree: string;
  /** What is not in force although the commit has it: judged again when somebody signs more. */
  readonly pending: readonly Pending[];
  /** Commits whose tree in force is not their own, and what it is instead. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** What is believed, and since when. */
export interface Tip {
  /** The commit in force. */
  readonly oid: string;
  /** When a remote last said so, milliseconds since the epoch. */
  readonly time: number;
  /** null: written before croft knew of trust; the commit counts as it is. */
  readonly trusted: Trusted | null;
}

/** A path that waits for somebody entitled, with those who vouch for it so far. */
export interface Pending {
  /** Octets, one character each. */
  readonly path: string;
  readonly owner: Owner;
  /** The commit that brought it. */
  readonly commit: string;
  /** The last commit whose version of it was in force. */
  readonly since: string;
  readonly signers: readonly string[];
  readonly doubts: readonly string[];
  readonly problems: readonly Problem[];
}

/** Say whose directories hold something that waits. What is in force there stays. */
export function holdsOf({ pending }: Trusted): readonly Hold[] {
  return [...groupBy(pending, ({ owner }) => owner)].map(([owner, theirs]) => ({ owner, problems: theirs.flatMap(({ problems }) => problems), lastGood: theirs[0].since }));
}
