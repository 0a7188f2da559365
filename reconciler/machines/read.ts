/**
 * Reading without surprises: only plain files are opened, never through a link at the last part and never blocking on a pipe, and what
 * was opened is looked at again before a byte is read. Source: open(2) on O_NOFOLLOW and O_NONBLOCK.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { digest } from '../model/digest.ts';
import type { Excerpts } from '../model/machine.ts';
import { compareText } from '../model/source.ts';
import { find, leave, look, type Place, type Tree } from './tree.ts';

/** Longer files have a digest, but no text. What croft keeps of a host of 1,000 members is some 20 MiB. */
export const MAX_TEXT_BYTES = 256 * 1024 * 1024;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CHUNK = Buffer.allocUnsafe(256 * 1024);

/** Digest the plain file at a place; undefined when it is none (any more). Shape: `sha256:<64 hex digits>`. */
export function digestAt(place: Place): string | undefined {
  return withFile(place, (fd, size) => {
    const length = readSync(fd, CHUNK);
    return isAll(length, size) ? digest(CHUNK.subarray(0, length)) : digestOfLong(fd, length);
  });
}

/** Read the plain file at a place as UTF-8; undefined when it is none or longer than that. */
export function textAt(place: Place): string | undefined {
  return withFile(place, (fd, size) => {
    if (size > MAX_TEXT_BYTES) return undefined;
    const length = size < CHUNK.length ? readSync(fd, CHUNK, { position: 0 }) : 0;
    // At once, and not piece by piece, as it would be read where node itself makes a text of it: of megabytes that takes half as long.
    return isAll(length, size) ? CHUNK.toString('utf8', 0, length) : readFileSync(fd).toString('utf8');
  });
}

/** Was a whole file read in one go, so that nobody need ask for its end? One of no bytes, such as those below /proc, may have more than it says. */
function isAll(length: number, size: number): boolean {
  return length === size && length > 0 && length < CHUNK.length;
}

/** Open the plain file at a place, to be read where somebody asks; undefined when it is none. Shape: what is not there any more is missing at the end. */
export function excerptsAt(place: Place): Excerpts | undefined {
  const fd = openSync(place.at, READ);
  const stats = fstatSync(fd);
  if (!stats.isFile()) return void closeSync(fd);
  const excerpts: Excerpts = { length: stats.size, slice: (start = 0, end = stats.size) => sliceOf(fd, start, Math.min(end, stats.size)) };
  closing.register(excerpts, fd);
  return excerpts;
}

/** Files of which nobody can ask any more. */
const closing = new FinalizationRegistry<number>((fd) => closeSync(fd));

function sliceOf(fd: number, start: number, end: number): string {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
  let [from, count] = [0, -1];
  for (; from < bytes.length && count !== 0; from += count) count = readSync(fd, bytes, from, bytes.length - from, start + from);
  return bytes.toString('utf8', 0, from);
}

/** List the directory at a place, sorted; undefined when it is none. */
export function entriesAt(place: Place): readonly string[] | undefined {
  const fd = openSync(place.at, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return readdirSync(`/proc/self/fd/${fd}`).sort(compareText);
  } finally {
    closeSync(fd);
  }
}

/** Read a plain file by its path; null when there is none. */
export function readText(tree: Tree, path: string): string | null {
  const place = find(tree, path, 'look');
  if ('broken' in place) return null;
  try {
    return look(place)?.isFile() ? (textAt(place) ?? null) : null;
  } finally {
    leave(place);
  }
}

/** Digest a file that is not read at once; the chunk holds its beginning. */
function digestOfLong(fd: number, begun: number): string {
  const hash = createHash('sha256').update(CHUNK.subarray(0, begun));
  for (let length = readSync(fd, CHUNK); length > 0; length = readSync(fd, CHUNK)) hash.update(CHUNK.subarray(0, length));
  return `sha256:${hash.digest('hex')}`;
}

function withFile<T>(place: Place, read: (fd: number, size: number) => T): T | undefined {
  const fd = openSync(place.at, READ);
  try {
    const stats = fstatSync(fd);
    return stats.isFile() ? read(fd, stats.size) : undefined;
  } finally {
    closeSync(fd);
  }
}
