/**
 * Copies the objects of a repository in a directory of this host into another: packs with their indexes as they are, loose objects as
 * they are or, where there are many, as a pack. The directory may belong to a user who is not trusted, so nothing but plain files of a
 * sane size is opened, and no link followed.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { idOf, objectFiles } from './objectfiles.ts';
import { parseLoose, type StoredObject } from './objects.ts';
import { packing } from './packing.ts';

/** What is to be copied: every object file of one repository into another, but what is here. */
interface Copying {
  readonly from: string;
  readonly into: string;
  readonly isHere: (file: string) => boolean;
  readonly maxBytes: number;
}

/** A repository that is packed anew this often while it is copied is not worth waiting for. */
const mostTurns = 5;
/** As git has it for what it fetches. */
const manyLoose = 100;
const largestPacked = 1024 * 1024;
const mostPackBytes = 64 * 1024 * 1024;

/**
 * Copy what is missing, file after file: there may be tens of thousands, and to wait for each in turn takes longer than to read it. `git gc` may pack the repository meanwhile: what was listed and is gone when its turn comes is in a pack by then,
 * so it is listed again. `list` is told what to list. Errors: GitError.
 */
export async function copyObjects({ from, into, isHere, maxBytes }: Copying, list: (gitdir: string) => Promise<readonly string[]> = objectFiles): Promise<void> {
  const done = new Set<string>();
  for (let turn = 1; ; turn += 1) {
    const files = (await list(from)).filter((each) => !done.has(each) && !isHere(each));
    const vanished = copyFiles(files, { from, into, maxBytes });
    if (vanished.length === 0) return;
    if (turn === mostTurns) throw new GitError(`cannot copy ${join(from, vanished[0]!)}: it vanished while it was being copied, as did what was there ${turn - 1} times before`);
    for (const file of files) done.add(file);
    for (const file of vanished) done.delete(file);
  }
}

/** Shape: what was not there any more. */
function copyFiles(files: readonly string[], { from, into, maxBytes }: Omit<Copying, 'isHere'>): readonly string[] {
  const vanished: string[] = [];
  const made = new Set<string>();
  const packed = files.filter((file) => idOf(file) !== null).length < manyLoose ? null : packs(join(into, 'objects/pack'));
  for (const file of files) {
    const bytes = plainFile(join(from, file), maxBytes);
    if (bytes === null) vanished.push(file);
    if (bytes === null || packed?.take(idOf(file), bytes) === true) continue;
    if (!made.has(dirname(file))) mkdirSync(join(into, dirname(file)), { recursive: true });
    made.add(dirname(file));
    writeFileSync(join(into, file), bytes);
  }
  packed?.end();
  return vanished;
}

/** Packs that are made of loose objects. What is large, or is damaged and perhaps needed by nobody, is not taken. */
function packs(directory: string): { take(id: string | null, bytes: Buffer): boolean; end(): void } {
  let pack = packing();
  return {
    take: (id, bytes) => {
      const object = id === null || bytes.length > largestPacked ? null : whole(bytes);
      if (id === null || object === null || !pack.add(id, object)) return false;
      if (pack.size < mostPackBytes) return true;
      pack.writeInto(directory);
      pack = packing();
      return true;
    },
    end: () => pack.writeInto(directory),
  };
}

function whole(bytes: Buffer): StoredObject | null {
  try {
    return parseLoose(bytes, 16 * largestPacked);
  } catch {
    return null;
  }
}

/** Read a file of another's; null when it is not there. */
function plainFile(path: string, maxBytes: number): Buffer | null {
  const source = openWithoutLink(path);
  if (source === null) return null;
  try {
    const found = fstatSync(source);
    if (!found.isFile() || found.size > maxBytes) throw new GitError(`cannot copy ${path}: it is not a plain file of at most ${maxBytes} bytes`);
    return readFileSync(source);
  } finally {
    closeSync(source);
  }
}

function openWithoutLink(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new GitError(`cannot copy ${path}: ${because(error)}`);
  }
}
