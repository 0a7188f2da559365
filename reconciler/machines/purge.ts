/**
 * Removing data for good. Everything is unlinked below descriptors of its own directories, so no link is followed wherever it points, and
 * a directory swapped for one meanwhile changes nothing (attacks F03, F11, S12): of a hard link only this name goes. Another file system
 * that is mounted inside is not gone into; the kernel's number of the mount tells it apart from a btrfs subvolume that a member made in
 * her home. A tree may be deeper than there are descriptors: directories are moved up to the top before they are emptied, so that two
 * are open at a time. On btrfs a subvolume goes at once. Source: unlink(2), proc_pid_fdinfo(5) (mnt_id), btrfs-subvolume(8).
 */
import { closeSync, constants, openSync, readFileSync, readdirSync, lstatSync, renameSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { enter, leave, look, type Place } from './tree.ts';
import { syncDirectory } from './durable.ts';

const OPEN = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Source: linux/magic.h; btrfs' first object of a subvolume. */
const BTRFS = 0x9123683e;
const SUBVOLUME = 256;

/** Remove a directory with all that is in it; nothing when it is gone. Errors: MachineError where something is mounted inside. */
export async function purge(ground: Ground, path: string): Promise<void> {
  const place = enter(ground, path, `cannot purge ${path}`);
  try {
    const stats = look(place);
    if (stats === null) return;
    if (!stats.isDirectory()) throw new MachineError(`cannot purge ${path}: it is no directory`);
    await (isSubvolume(place, stats.ino) ? purgeSubvolume(ground, place) : purgeTree(place));
    ground.ownership.forget(place.path);
    syncDirectory(place);
  } finally {
    leave(place);
  }
}

function isSubvolume(place: Place, inode: number): boolean {
  return inode === SUBVOLUME && statfsSync(`/proc/self/fd/${place.fd}/.`).type === BTRFS;
}

/** One that holds others is refused by btrfs; it is emptied like any directory, and rmdir(2) takes it then. */
async function purgeSubvolume(ground: Ground, place: Place): Promise<void> {
  const { status } = await ground.run({ argv: ['btrfs', 'subvolume', 'delete', place.path], timeoutSeconds: 600 });
  if (status !== 0 && look(place) !== null) purgeTree(place);
}

function purgeTree(place: Place): void {
  const fd = openSync(place.at, OPEN);
  try {
    if (mountOf(fd) !== mountOf(place.fd)) throw new MachineError(`cannot purge ${place.path}: another file system is mounted there`);
    empty(fd, place.path);
  } finally {
    closeSync(fd);
  }
  rmdirSync(place.at);
}

/** Empty a directory: each directory in it is emptied of files, and what directories it holds are moved up beside it. */
function empty(top: number, path: string): void {
  let next = 0;
  for (let names = directoriesIn(top); names.length > 0; names = directoriesIn(top)) {
    for (const name of names) {
      const fd = openSync(below(top, name), OPEN);
      try {
        if (mountOf(fd) !== mountOf(top)) throw new MachineError(`cannot purge ${path}: another file system is mounted in it`);
        for (const inner of directoriesIn(fd)) {
          while (exists(below(top, `.croft-purge-${next}`))) next += 1;
          raise({ fd, name: inner }, { top, name: `.croft-purge-${next}` }, path);
        }
      } finally {
        closeSync(fd);
      }
      rmdirSync(below(top, name));
    }
  }
}

/** What lies in another subvolume, or is one, cannot be moved out of it: it is emptied where it is. */
function raise(inner: { readonly fd: number; readonly name: string }, to: { readonly top: number; readonly name: string }, path: string): void {
  try {
    renameSync(below(inner.fd, inner.name), below(to.top, to.name));
  } catch (error) {
    const isElsewhere = error instanceof Error && 'code' in error && (error.code === 'EXDEV' || error.code === 'EBUSY');
    if (!isElsewhere) throw error;
    const fd = openSync(below(inner.fd, inner.name), OPEN);
    try {
      if (mountOf(fd) !== mountOf(inner.fd)) throw new MachineError(`cannot purge ${path}: another file system is mounted in it`);
      empty(fd, path);
    } finally {
      closeSync(fd);
    }
    rmdirSync(below(inner.fd, inner.name));
  }
}

/** Unlink all that is no directory, and name the directories that are left. */
function directoriesIn(fd: number): readonly string[] {
  return readdirSync(Buffer.from(`/proc/self/fd/${fd}`), { encoding: 'latin1' }).filter((name) => {
    const at = below(fd, name);
    if (lstatSync(at).isDirectory()) return true;
    unlinkSync(at);
    return false;
  });
}

/** A member names files as she likes, also in no encoding at all: names are bytes here. */
function below(fd: number, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), Buffer.from(name, 'latin1')]);
}

function exists(at: Buffer): boolean {
  return lstatSync(at, { throwIfNoEntry: false }) !== undefined;
}

function mountOf(fd: number): string {
  return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
}
