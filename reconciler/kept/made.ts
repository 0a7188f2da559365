/** What a host was to be by documents in which nothing was wrong, and how that is written: its resources as lines, and what they were made of. */
import type { Takes } from '../desired/takes.ts';
import type { Owner } from '../model/owner.ts';
import type { Id } from '../model/resource.ts';
import type { ListedFile } from '../model/snapshot.ts';

/** Everything about a host that follows from documents, and which they were. */
export interface Made {
  readonly host: string;
  readonly owners: ReadonlyMap<Owner, OwnersPart>;
  /** Resources as they are handed over, by id. */
  readonly lines: ReadonlyMap<Id, string>;
  /** What guards must know, as it is handed over; nothing where that is not kept. */
  readonly declared: string;
  /** Which resources stand before their own place, and at whose turn; left out where nobody looked. */
  readonly pulled?: ReadonlyMap<Id, Id>;
  /** The name of what was handed over with these lines; null or left out where it has none. */
  readonly key?: string | null;
}

/** An owner's documents, by path and content, and what she takes by them. */
export interface OwnersPart {
  readonly files: readonly ListedFile[];
  readonly takes: Takes;
}

/** An owner's part as it is written. */
export type Row = readonly [owner: Owner, files: readonly (readonly [path: string, oid: string])[], takes: readonly [Takes['marks'], Takes['names'], Takes['leads']]];

/** Write owners' parts. */
export function rowsOf(owners: Iterable<readonly [Owner, OwnersPart]>): readonly Row[] {
  return [...owners].map(([owner, { files, takes: { marks, names, leads } }]) => [owner, files.map(({ path, oid }) => [path, oid]), [marks, names, leads]]);
}

/** Read owners' parts. */
export function partsIn(rows: readonly Row[]): readonly (readonly [Owner, OwnersPart])[] {
  return rows.map(([owner, files, [marks, names, leads]]) => [owner, { files: files.map(([path, oid]) => ({ path, oid })), takes: { marks, names, leads } }]);
}

/** Name each line. Every one begins with its resource's id, in which there is nothing to escape. */
export function byId(lines: readonly string[]): readonly (readonly [Id, string])[] {
  const start = '{"id":"'.length;
  return lines.map((line) => [line.slice(start, line.indexOf('"', start)) as Id, line]);
}
