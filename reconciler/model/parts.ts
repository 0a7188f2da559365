/** The documents of a commit by whose they are, with an id for all of somebody's, so that what did not change need not be looked at to know it. */
import { digest } from './digest.ts';
import { groupBy } from './group.ts';
import { ownerOf, type Owner } from './owner.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

/** A directory that is all of one owner's, or a file beside such. */
export interface Part {
  readonly owner: Owner;
  /** Stands for the path and everything there: equal ids, equal files. */
  readonly id: string;
  /** Found when they are asked for. */
  readonly files: () => readonly SnapshotFile[];
}

/** All that is somebody's. */
export type Theirs = Omit<Part, 'owner'>;

const known = new WeakMap<Snapshot, readonly Part[]>();
const found = new WeakMap<Snapshot, ReadonlyMap<Owner, Theirs>>();

/** Make a snapshot of which it is known where its files are; of one that is made out of it that is not known. */
export function withParts(snapshot: Snapshot, parts: readonly Part[]): Snapshot {
  known.set(snapshot, parts);
  return snapshot;
}

/** Say who has documents in a snapshot, and which. */
export function ownersIn(snapshot: Snapshot): ReadonlyMap<Owner, Theirs> {
  const before = found.get(snapshot);
  if (before !== undefined) return before;
  const parts = known.get(snapshot);
  const owners = parts === undefined ? byPaths(snapshot.files) : byParts(parts);
  found.set(snapshot, owners);
  return owners;
}

function byParts(parts: readonly Part[]): ReadonlyMap<Owner, Theirs> {
  const owners = new Map<Owner, Part>();
  for (const part of parts) {
    const other = owners.get(part.owner);
    owners.set(part.owner, other === undefined ? part : both(other, part));
  }
  return owners;
}

function both(one: Part, other: Part): Part {
  return { owner: one.owner, id: digest(`${one.id}\n${other.id}`), files: () => [...one.files(), ...other.files()] };
}

function byPaths(files: readonly SnapshotFile[]): ReadonlyMap<Owner, Theirs> {
  const owners = groupBy(files, ({ path }) => ownerOf(path));
  return new Map([...owners].map(([owner, theirs]) => [owner, { id: digest(theirs.map(({ path, oid }) => `${oid} ${path}`).join('\n')), files: () => theirs }]));
}
