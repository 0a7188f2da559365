import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type BigIntStats } from 'node:fs';
import { MAX_TEXT_BYTES } from '../../machines/read.ts';
import { UsageError } from '../command.ts';

/** A file, by a name that no other had before, and what it says. */
export interface Spooled {
  readonly name: string;
  readonly text: string;
}

/**
 * Read what the other half wrote into its own directory, where it may put anything: no link is followed, no pipe waited for, no file read
 * that has a second name, or is larger than what can be read back once it is kept. Shape: null when there is none. Errors: UsageError for what is no plain file.
 */
export function spooledAt(path: string): Spooled | null {
  const fd = opened(path);
  if (fd === null) return null;
  try {
    const stats = fstatSync(fd, { bigint: true });
    if (!stats.isFile() || stats.nlink !== 1n) throw new UsageError(`cannot read ${path}: it is no plain file with one name`);
    if (stats.size > MAX_TEXT_BYTES) throw new UsageError(`cannot read ${path}: it is larger than ${MAX_TEXT_BYTES} bytes`);
    // Bytes first: of something as long as a catalog, that is twice as fast as having it decoded piece by piece.
    return { name: nameIn(stats), text: readFileSync(fd).toString('utf8', 0, MAX_TEXT_BYTES) };
  } finally {
    closeSync(fd);
  }
}

/** The same, for what it says. */
export function readSpooled(path: string): string | null {
  return spooledAt(path)?.text ?? null;
}

/** Tell a file from all that were there before, also where they say the same; null where there is none. */
export function nameOf(path: string): string | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : nameIn(stats);
}

function nameIn({ ino, ctimeNs }: BigIntStats): string {
  return `${ino} ${ctimeNs}`;
}

function opened(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === 'ENOENT') return null;
    if (code === null) throw error;
    throw new UsageError(`cannot read ${path}: ${code === 'ELOOP' ? 'a link is there' : `the system refuses it (${code})`}`);
  }
}
