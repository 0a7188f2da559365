/**
 * What would have to change for a path to be something else, as git's index keeps it: device, inode, size, the times of the last write and
 * of the last change, mode and owner. One lstat(2) a path, and nothing is opened: that is how thousands of paths are looked at in a moment.
 * The time of change (st_ctim) cannot be set by anybody, only by the clock: so stamps are compared for being equal, never for being newer.
 * The way to a path is judged as ever (guard.ts), each directory once; then the path is looked at by its name, which is no door for
 * anybody: what is swapped in between has another inode, and so another stamp. Source: inode(7), git's Documentation/technical/racy-git.
 */
import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import type { Marked } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { find, leave, look } from './tree.ts';

/** `open`: by directories alone. `winding`: a link is on the way. `closed`: it leads to nothing of croft's. */
type Way = 'open' | 'winding' | 'closed';
type Ways = Map<string, Way>;

/** Numbers in a stamp. */
const numbers = 8;

/** Stamp paths, and what any answer depends on beside them. Nothing is read. */
export function stamps(ground: Ground, { whole, outside }: Marked): { readonly digest: string; readonly newest: number } {
  const all = [...ground.bearings, ...whole, ...outside];
  const inner = all.length - outside.length;
  const written = new Float64Array(all.length * numbers);
  const ways: Ways = new Map([['', 'open']]);
  let newest = 0;
  for (const [index, path] of all.entries()) {
    const stats = statsOf(ground, path, ways);
    if (stats === null) continue;
    const isDoor = index >= inner && stats.isDirectory();
    if (!isDoor && stats.ctimeMs > newest) newest = stats.ctimeMs;
    put(written, index * numbers, stats, isDoor);
  }
  return { digest: `sha256:${createHash('sha256').update(written).digest('hex')}`, newest };
}

/** What is not there stays all zero: no mode is. */
function put(written: Float64Array, at: number, stats: Stats, isDoor: boolean): void {
  written[at] = stats.mode;
  written[at + 1] = stats.dev;
  written[at + 2] = stats.ino;
  written[at + 3] = stats.uid;
  written[at + 4] = stats.gid;
  if (isDoor) return;
  written[at + 5] = stats.size;
  written[at + 6] = stats.mtimeMs;
  written[at + 7] = stats.ctimeMs;
}

function statsOf(ground: Ground, path: string, ways: Ways): Stats | null {
  const way = wayTo(ground, path.slice(0, path.lastIndexOf('/')), ways);
  if (way === 'closed') return null;
  if (way === 'open') return lstatSync(nameOf(ground, path), { throwIfNoEntry: false }) ?? null;
  const place = find(ground, path, 'look');
  if ('broken' in place) return null;
  try {
    return look(place);
  } finally {
    leave(place);
  }
}

function wayTo(ground: Ground, directory: string, ways: Ways): Way {
  const known = ways.get(directory);
  if (known !== undefined) return known;
  const above = wayTo(ground, directory.slice(0, directory.lastIndexOf('/')), ways);
  const way = above === 'open' ? wayThrough(ground, directory) : above;
  ways.set(directory, way);
  return way;
}

function wayThrough(ground: Ground, directory: string): Way {
  const stats = lstatSync(nameOf(ground, directory), { throwIfNoEntry: false });
  if (stats === undefined) return 'closed';
  if (stats.isSymbolicLink()) return 'winding';
  return stats.isDirectory() && ground.distrust(directory, stats, 'look') === null ? 'open' : 'closed';
}

function nameOf({ root }: Ground, path: string): string {
  return root === '/' ? path : `${root}${path}`;
}
