/**
 * The ways to another repository. Each can say where a branch is, and bring the objects that are missing here into a directory that
 * nobody reads yet; what is done with them is the same for all. A further way (ssh) is one more file like web.ts and local.ts,
 * and a line in transports.ts.
 */

/** What is wanted of another repository. */
export interface Want {
  readonly oid: string;
  /** Commits that are here with all they reach; none: everything is wanted, whatever is here. */
  readonly haves: readonly string[];
  /** The mirror, to see what is there already. */
  readonly gitdir: string;
  /** Where to put what comes: a directory with `objects/pack/`. */
  readonly into: string;
}

/** An opened way to one other repository. */
export interface Transport {
  /** Ask which commit a branch is at. Errors: GitError. */
  tipOf(branch: string): Promise<string>;
  /** Bring objects. Errors: GitError; what came until then is to be thrown away. */
  bring(want: Want): Promise<void>;
  close(): void;
}
