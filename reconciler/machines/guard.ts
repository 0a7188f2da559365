/**
 * The rule that root never works where somebody else can write (house, law 9). On the way to what is changed, every directory must
 * belong to root and be writable by root alone, and every link must belong to root: whoever owns a directory, or may write in it, can
 * put a link of his own in the place of what root is about to write. The sticky bit does not help: its users may still create names.
 * A POSIX ACL shows in the group's bits, so those must be clear for group root as well. Source: path_resolution(7), acl(5).
 */
import type { Stats } from 'node:fs';
import type { Purpose } from './tree.ts';
import type { Ids, Names, Ownership } from './access.ts';

/** A directory or link on the way, and why one goes there. */
export interface Passed {
  readonly path: string;
  readonly stats: Stats;
  readonly purpose: Purpose;
}

/** Say who else could change what croft does below this directory or through this link; null when nobody. */
export function distrust(host: { readonly ownership: Pick<Ownership, 'of'>; readonly names: Names }, at: Passed): string | null {
  const isLink = at.stats.isSymbolicLink();
  if (!isLink && (at.purpose === 'look' || !at.stats.isDirectory())) return null;
  const ids = host.ownership.of(at.path, at.stats);
  if (ids.uid !== 0 && isLink) return `the link ${at.path} belongs to user '${host.names.user(ids.uid)}', who can turn it elsewhere`;
  if (isLink) return null;
  if (ids.uid !== 0) return `${at.path} belongs to user '${host.names.user(ids.uid)}', who can change what stands in it`;
  const writers = writersOf(at.stats.mode, ids, host.names);
  return writers === null ? null : `${writers} can change what stands in ${at.path} (mode ${octal(at.stats.mode)})`;
}

/** Write a mode as four octal digits. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function writersOf(mode: number, ids: Ids, names: Names): string | null {
  if ((mode & 0o002) !== 0) return 'everybody';
  return (mode & 0o020) === 0 ? null : `group '${names.group(ids.gid)}'`;
}
