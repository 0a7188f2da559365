import type { Names, Ownership } from './access.ts';
import type { Command, Ran } from './run.ts';
import type { Tree } from './tree.ts';

/** What a machine stands on: the only things in which the real host and a rooted one differ. */
export interface Ground extends Tree {
  readonly name: string;
  readonly names: Names;
  readonly ownership: Ownership;
  /** Directories in which what a crash left staged has been removed. */
  readonly swept: Set<string>;
  /** Take notice of what changed on the host since the last question or step. */
  begin(): void;
  run(command: Command): Promise<Ran>;
}
