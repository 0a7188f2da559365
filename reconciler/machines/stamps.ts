/**
 * What would have to change for a path to be something else, as git's index keeps it: device, inode, size, the times of the last write and
 * of the last change, mode and owner. One lstat(2) a path, and nothing is opened: that is how thousands of paths are looked at in a moment.
 * The time of change (st_ctim) cannot be set by anybody, only by the clock: so stamps are compared for being equal, never for being newer.
 * The way to a path is judged as ever (guard.ts), each directory once; then the path is looked at by its name, which is no door for
 * anybody: what is swapped in between has another inode, and so another stamp. Source: inode(7), git's Documentation/technical/racy-git.
 */
import { lstatSync, type Stats } from 'node:fs';
import { digestOfNumbers } from '../model/digest.ts';
import { stampNumbers, whatItIs, type Answer, type Marked, type Stamp } from '../model/machine.ts';
import { NAMES } from './access.ts';
import type { Ground } from './ground.ts';
import { find, leave, look } from './tree.ts';

/** `open`: by directories alone. `winding`: a link is on the way. `closed`: it leads to nothing of croft's. */
type Way = 'open' | 'winding' | 'closed';
/** Ways that were judged in this round of questions. */
export type Judged = Map<string, Way>;

/** Judge each directory once in a round. */
export function judged(): Judged {
  return new Map([['', 'open']]);
}

/** Paths that were stamped, and what any answer depends on beside them. */
export type Stamps = Omit<Extract<Answer, { ask: 'stamps' }>, 'ask' | 'called'>;

/** Stamp paths, and what any answer depends on beside them. Nothing is read. */
export function stamps(ground: Ground, { whole, outside }: Marked, ways: Judged = judged()): Stamps {
  const beside = [NAMES, ground.keys, ground.ledgers];
  const [keysAt = 0, ledgersAt = 0, pathsAt = 0] = beside.map((_, index) => beside.slice(0, index + 1).flat().length * stampNumbers);
  const written = new Float64Array(pathsAt + (whole.length + outside.length) * stampNumbers);
  let at = 0;
  const putAll = (paths: Iterable<string>, isOutside: boolean): void => {
    for (const path of paths) {
      put(written, at, { ground, path, ways, isOutside });
      at += stampNumbers;
    }
  };
  for (const paths of [...beside, whole]) putAll(paths, false);
  putAll(outside, true);
  const [names, keys, ledgers] = [written.subarray(0, keysAt), written.subarray(keysAt, ledgersAt), written.subarray(ledgersAt, pathsAt)].map(digestOfNumbers);
  return { rows: written.subarray(pathsAt), names: names ?? '', keys: keys ?? '', ledgers: ledgers ?? '' };
}

/** Stamp what was looked at; owners are those that the host knows. */
export function stampOf({ ownership }: Ground, path: string, stats: Stats): Stamp {
  const { uid, gid } = ownership.of(path, stats);
  return [stats.mode, stats.dev, stats.ino, uid, gid, stats.size, stats.mtimeMs, stats.ctimeMs];
}

interface Putting {
  readonly ground: Ground;
  readonly path: string;
  readonly ways: Judged;
  readonly isOutside: boolean;
}

/** What is not there stays all zero: no mode is. */
function put(written: Float64Array, at: number, { ground, path, ways, isOutside }: Putting): void {
  const found = glance(ground, path, ways);
  if (found === null) return;
  const stamp = stampOf(ground, found.path, found.stats);
  written.set(isOutside && found.stats.isDirectory() ? stamp.slice(0, whatItIs) : stamp, at);
}

/** Look at a path from outside; null when nothing of croft's is there. Shape: its way without links, and what it is. */
export function glance(ground: Ground, path: string, ways: Judged): { readonly path: string; readonly stats: Stats } | null {
  const way = wayTo(ground, directoryOf(path), ways);
  if (way === 'closed') return null;
  if (way === 'open') {
    const stats = lstatSync(nameOf(ground, path), { throwIfNoEntry: false });
    return stats === undefined ? null : { path, stats };
  }
  const place = find(ground, path, 'look');
  if ('broken' in place) return null;
  try {
    const stats = look(place);
    return stats === null ? null : { path: place.path, stats };
  } finally {
    leave(place);
  }
}

/** Is there no way to a path? Then nothing of croft's is there. */
export function leadsNowhere(ground: Ground, path: string, ways: Judged): boolean {
  return wayTo(ground, directoryOf(path), ways) === 'closed';
}

/** Do directories alone lead to a path, each of them to be trusted? */
export function isOpen(ground: Ground, path: string, ways: Judged): boolean {
  return wayTo(ground, directoryOf(path), ways) === 'open';
}

/** Name all directories that were found to be such. */
export function openIn(ways: Judged): readonly string[] {
  return [...ways].flatMap(([directory, way]) => (way === 'open' && directory !== '' ? [directory] : []));
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function wayTo(ground: Ground, directory: string, ways: Judged): Way {
  const known = ways.get(directory);
  if (known !== undefined) return known;
  const above = wayTo(ground, directoryOf(directory), ways);
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
