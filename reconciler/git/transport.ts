/**
 * The ways to another repository. Each can say where its refs are, bring the objects that are missing here into a directory that nobody
 * reads yet, and offer changes; what is done with them is the same for all. Each is a file of its own (web.ts, ssh.ts, local.ts), and
 * transports.ts chooses among them by how a remote is written.
 */
import type { Repository } from './store.ts';

/** What is wanted of another repository. */
export interface Want {
  /** Commits, with everything they reach. */
  readonly oids: readonly string[];
  /** Commits that are here with all they reach; none: everything is wanted, whatever is here. */
  readonly haves: readonly string[];
  /** The mirror, to see what is there already. */
  readonly gitdir: string;
  /** Where to put what comes: a directory with `objects/pack/`. */
  readonly into: string;
  /** How large a pack may be. A directory's own files are bound one by one by the limits it was opened with. */
  readonly maxBytes: number;
}

/** What a conversation with a server is for, as its errors say it: "cannot fetch: …". */
export type Purpose = 'fetch' | 'push';

/** A change of one ref; null stands for a ref that is not there. */
export interface Update {
  /** In full, e.g. `refs/heads/main`. */
  readonly ref: string;
  /** Where the ref must be for the change to hold. */
  readonly old: string | null;
  readonly new: string | null;
  /** Move it even when the new commit does not descend from the old one. */
  readonly force: boolean;
}

/** What became of one update. */
export interface Result {
  readonly ref: string;
  /** In the words of whoever refused it; null when it was done. */
  readonly refused: string | null;
}

/** What became of a push. */
export interface Pushed {
  readonly results: readonly Result[];
  /** What the other side's hooks said, line by line, as they wrote it: nothing of it is fit for a terminal yet. */
  readonly said: readonly string[];
}

/** An opened way to one other repository. */
export interface Transport {
  /** Ask where all refs are. Asked once; every later answer is the same. Errors: GitError. */
  refs(): Promise<ReadonlyMap<string, string>>;
  /** Ask which commit a branch is at, out of the same answer. Errors: GitError. */
  tipOf(branch: string): Promise<string>;
  /** Bring objects. Errors: GitError; what came until then is to be thrown away. */
  bring(want: Want): Promise<void>;
  /** Offer changes, with the objects of a repository that they need. Errors: GitError where nobody said what was decided: it may all have been taken. */
  push(repository: Repository, updates: readonly Update[]): Promise<Pushed>;
  close(): void;
}
