import type { Ground } from './ground.ts';
import { octal } from './guard.ts';
import { textAt } from './read.ts';
import { find, leave, look, type Place } from './tree.ts';

/** A file that only root can have written and only root can read, or why it is none; `why` is null when nothing is there, else follows its path. */
export type RootsOwn = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string | null };

/** Read a file with a secret of the host's own. */
export function readRootsOwn(ground: Ground, path: string): RootsOwn {
  const place = find(ground, path, 'change');
  if ('broken' in place) return { ok: false, why: `cannot be reached: ${place.broken}` };
  try {
    const why = distrusted(ground, place);
    return why === '' ? { ok: true, text: textAt(place) ?? '' } : { ok: false, why };
  } finally {
    leave(place);
  }
}

/** Empty: nothing is against it. */
function distrusted(ground: Ground, place: Place): string | null {
  const stats = look(place);
  if (stats === null) return null;
  if (!stats.isFile()) return 'is not a plain file';
  const { uid } = ground.ownership.of(place.path, stats);
  if (uid !== 0) return `belongs to user '${ground.names.user(uid)}'; it must be root's, with mode 0600`;
  return (stats.mode & 0o077) === 0 ? '' : `has mode ${octal(stats.mode)}, so others than root may read it; it must be 0600`;
}
