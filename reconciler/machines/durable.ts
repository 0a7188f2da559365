/**
 * Surviving a power cut. A name is there for good once its directory is synced, and what is in a file once the file is. Each fsync(2) of a
 * new file or of a directory waits for a commit of the file system's own journal, so thousands of them are thousands of commits; one
 * syncfs(2) is one, and also covers all that was written before. So the first few files that are staged are synced one by one (a lone change
 * fails alone, and no mail that others are writing is waited for), and of a change of many the rest together, before any journal names them. Source: fsync(2), syncfs(2) (an error is reported since Linux 5.8), sync(1).
 */
import { closeSync, constants, fstatSync, fsyncSync, openSync } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { lastLine, run } from './run.ts';
import { find, leave, look, type Place } from './tree.ts';

/** Make names in a directory survive a power cut. */
export function syncDirectory(place: Place): void {
  const fd = openSync(`/proc/self/fd/${place.fd}/.`, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Make names in a directory survive a power cut soon: before anything else is done than making more of them, be it files that others read
 * (perform.ts), and so before anybody writes down that they are there. A directory in which a thousand are made is synced once.
 */
export function syncLater(ground: Ground, place: Place): void {
  ground.unsynced.set(place.directory, place.path);
}

/** Make all of them survive a power cut. A directory that is gone has none. */
export function syncLatest(ground: Ground): void {
  for (const [directory, path] of ground.unsynced) {
    const place = find(ground, path, 'look');
    if (!('broken' in place)) {
      try {
        syncDirectory(place);
      } finally {
        leave(place);
      }
    }
    ground.unsynced.delete(directory);
  }
}

/** So many are synced one by one. */
const SINGLY = 64;
const SYNC_SECONDS = 600;

/** What was staged since the last swap: how many were synced at once, and which are still to be, by their paths. */
export interface Unwritten {
  singly: number;
  readonly paths: Set<string>;
}

/** Sync what was just staged, or, when there are many, leave it to the swap (`syncStaged`). */
export function syncOrLeave({ unwritten }: Ground, staged: Place, fd: number): void {
  unwritten.paths.delete(staged.path);
  if (unwritten.singly >= SINGLY) unwritten.paths.add(staged.path);
  else {
    fsyncSync(fd);
    unwritten.singly += 1;
  }
}

/** Sync what was left of what is staged at these places. Errors: MachineError when the system refuses. */
export async function syncStaged(ground: Ground, staged: readonly Place[]): Promise<void> {
  const left = staged.filter(({ path }) => ground.unwritten.paths.has(path));
  if (left.length > 0 && !(await syncFileSystems(ground, left))) left.forEach(syncFile);
  for (const { path } of left) ground.unwritten.paths.delete(path);
  ground.unwritten.singly = 0;
}

/** Make the names in directories survive; each of them once. Errors: MachineError when the system refuses. */
export async function syncDirectories(ground: Ground, places: readonly Place[]): Promise<void> {
  if (places.length <= SINGLY || !(await syncFileSystems(ground, places))) places.forEach(syncDirectory);
}

/** Sync the file systems that places are on; false where the host has no program for that. Their directories are held open, so they stay what they are. */
async function syncFileSystems({ root }: Ground, places: readonly Place[]): Promise<boolean> {
  const held = new Map(places.map(({ fd, directory }) => [directory, fd]));
  const directories = new Map([...held].map(([directory, fd]) => [fstatSync(fd).dev, root === '/' ? directory : `${root}${directory}`]));
  const argv = ['sync', '--file-system', ...directories.values()];
  const { status, stderr } = await run({ argv, timeoutSeconds: SYNC_SECONDS });
  if (status !== 0 && status !== 127) throw new MachineError(`cannot run ${argv.join(' ')}: ${lastLine(stderr)}`, { argv, status, stderr });
  return status === 0;
}

function syncFile(staged: Place): void {
  if (look(staged)?.isFile() !== true) return;
  const fd = openSync(staged.at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
