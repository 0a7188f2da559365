import type { Problem } from './problem.ts';

/** One file of a commit, as bytes. Only plain files get this far; every other mode is a problem. */
export interface SnapshotFile {
  /** Path inside the repository, `/` between parts. */
  readonly path: string;
  /** The content's git object id: equal ids, equal bytes. */
  readonly oid: string;
  readonly bytes: Uint8Array;
}

/** The documents below directories that were listed before, by a name that stands for the directory's path and all that is in it. */
export interface ListingCache {
  get(name: string): readonly ListedFile[] | undefined;
  /** How many there are, where it is known which. */
  sizeOf(name: string): number | undefined;
  set(name: string, files: readonly ListedFile[]): void;
}

/** A file as far as a listing tells: its bytes are in the repository. */
export type ListedFile = Pick<SnapshotFile, 'path' | 'oid'>;

/** Which commit a state comes from. A directory without git has the oid `directory`. */
export interface Revision {
  readonly oid: string;
  /** Committer time in unix seconds. */
  readonly time: number;
  readonly author: string;
  readonly subject: string;
}

/** The frozen tree of documents of one commit: every file below `desired-state/`, sorted by path. */
export interface Snapshot {
  readonly revision: Revision;
  readonly files: readonly SnapshotFile[];
  /** What was not a plain file with a plain name and a sane size. */
  readonly problems: readonly Problem[];
  /** The member.yaml of whoever has a problem that hides it, whatever hides it: not to be used, but for who is sent out in it. */
  readonly hidden?: readonly SnapshotFile[];
}
