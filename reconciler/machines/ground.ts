import type { Question } from '../model/machine.ts';
import type { Names, Ownership } from './access.ts';
import type { Unwritten } from './durable.ts';
import type { Patience } from './patience.ts';
import type { Asked } from './processes.ts';
import type { Command, Ran } from './run.ts';
import type { Tree } from './tree.ts';
import type { Ways } from './ways.ts';

/** What a machine stands on: the only things in which the real host and a rooted one differ. */
export interface Ground extends Tree {
  readonly ways: Ways;
  readonly name: string;
  readonly names: Names;
  readonly ownership: Ownership;
  /** Directories in which what a crash left staged has been removed. */
  readonly swept: Set<string>;
  /** Directories in which names were made that would not survive a power cut yet, each with a path in it (write.ts). */
  readonly unsynced: Map<string, string>;
  /** What is staged and would not survive a power cut yet (durable.ts). */
  readonly unwritten: Unwritten;
  /** What answers about secrets depend on beside what was asked about. */
  readonly keys: readonly string[];
  /** What tells of paths what their inodes do not. */
  readonly ledgers: readonly string[];
  /** Take notice of what changed on the host since the last question or step; of a step that follows a calm one: of nothing that only others change. */
  begin(calm?: boolean): void;
  run(command: Command): Promise<Ran>;
  /** Name somebody who still uses a directory, or runs as its owner; null when nobody does. */
  user(asked: Asked): string | null;
  /** Where the journals of open transactions are. */
  readonly transactions: string;
  /** Run a program that sees the host as it would be with these places taken. Errors: MachineError when the host cannot show it so. */
  view(places: readonly Viewed[], argv: readonly string[], timeoutSeconds: number): Promise<Ran>;
  /** How long checkers are waited for in this run. */
  readonly patience: Patience;
  /** Ask a daemon of this host a question; null when it answers, else why it does not. */
  ask(question: Question): Promise<string | null>;
}

/** A path, by no link, and what is to be seen there; null: nothing. */
export interface Viewed {
  readonly directory: string;
  readonly path: string;
  readonly staged: string | null;
}
