/**
 * Which plain files of a rooted machine have no mark in them (marks.ts), by stamp: so that none is read twice, however often its daemon is asked,
 * in whichever view, and by however many processes. A machine with thousands of files remembers it in a file of its own; without that they are read.
 */
import type { Host } from '../host.ts';
import { STORE } from '../store.ts';

const path = `${STORE}/unmarked`;
/** Fewer are read in a moment. */
const fewest = 1000;
/** So many new ones are worth writing all. */
const worthwhile = 50;
/** More are not remembered. */
const most = 200_000;

interface Unmarked {
  readonly stamps: Set<string>;
  unwritten: number;
}

const known = new WeakMap<Host['ground'], Unmarked>();

function unmarkedOn(host: Host): Unmarked {
  const before = known.get(host.ground);
  if (before !== undefined) return before;
  const found: Unmarked = { stamps: new Set(host.text(path)?.split('\n')), unwritten: 0 };
  known.set(host.ground, found);
  return found;
}

/** Has a file of this stamp no mark? `isSo` reads it, and is only asked where nobody knows. */
export function isUnmarked(host: Host, stamp: string, isSo: () => boolean): boolean {
  const unmarked = unmarkedOn(host);
  if (unmarked.stamps.has(stamp)) return true;
  if (!isSo()) return false;
  if (unmarked.stamps.size >= most) unmarked.stamps.clear();
  unmarked.stamps.add(stamp);
  unmarked.unwritten += 1;
  return true;
}

/** Keep what was found since, for the next process. */
export function keepUnmarked(host: Host): void {
  const unmarked = unmarkedOn(host);
  if (unmarked.stamps.size < fewest || unmarked.unwritten < worthwhile) return;
  host.file(path, [...unmarked.stamps].join('\n'));
  unmarked.unwritten = 0;
}
