/**
 * What was worked out before, kept in files so that it need not be worked out again. Every file is only a copy: whoever deletes the
 * directory loses time and nothing else. So a file begins with a line that says by which croft it was written and what the digest of all
 * the rest is; one that says anything else, or cannot be read, is no file. What cannot be written is not kept, and nobody is told:
 * a cache must not make a command fail that would succeed without.
 * Who may write here may have croft believe anything of documents: a directory of whoever runs croft, for nobody else.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where things are kept, and which croft keeps them: what another one worked out counts for nothing. */
export interface Keeper {
  readonly directory: string;
  readonly build: string;
}

const FORMAT = 'croft-kept-1';
const mostPlaces = 16;

/** Keep things in a directory. null: nowhere, as when croft runs from its sources, which may change at any time. */
export function keeperIn(directory: string | null, build: string | null): Keeper | null {
  return directory === null || build === null ? null : { directory, build };
}

/** Keep apart what belongs to one place, e.g. a repository; of those not used for longest everything is forgotten. */
export function keeperFor(keeper: Keeper | null, place: string): Keeper | null {
  if (keeper === null) return null;
  const directory = join(keeper.directory, createHash('sha256').update(place).digest('hex').slice(0, 16));
  forgetOldest(keeper.directory, directory);
  return { ...keeper, directory };
}

/** Read what was kept under a name; null when there is nothing of this very croft, whole. */
export function recall(keeper: Keeper, name: string): Buffer | null {
  return recallNamed(keeper, name)?.body ?? null;
}

/** Something that was kept, and what it is called by whoever goes on from it. */
export interface Recalled {
  readonly body: Buffer;
  readonly digest: string;
}

/** Read it with its digest. */
function recallNamed({ directory, build: own }: Keeper, name: string): Recalled | null {
  try {
    const bytes = readFileSync(join(directory, name));
    const body = bytes.subarray(bytes.indexOf('\n') + 1);
    const digest = digestOf(body);
    return bytes.toString('latin1', 0, bytes.length - body.length) === headOf(own, digest) ? { body, digest } : null;
  } catch {
    return null;
  }
}

/** Keep something under a name. */
export function keep(keeper: Keeper, name: string, body: Uint8Array): void {
  write(keeper, name, [Buffer.from(headOf(keeper.build, digestOf(body))), body]);
}

/** Write a file of what is kept, in parts. Written beside and renamed: whoever reads meanwhile sees the old or the new. */
export function write({ directory }: Keeper, name: string, parts: readonly Uint8Array[]): void {
  const staged = join(directory, `.${name}-${process.pid}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = openSync(staged, 'w', 0o600);
    try {
      for (const part of parts) writeFileSync(file, part);
    } finally {
      closeSync(file);
    }
    renameSync(staged, join(directory, name));
  } catch {
    forget(staged);
  }
}

function forget(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // What cannot be removed stays, and counts for nothing.
  }
}

function headOf(own: string, digest: string): string {
  return `${FORMAT} ${own} ${digest}\n`;
}

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function forgetOldest(above: string, own: string): void {
  try {
    const places = readdirSync(above).filter((name) => /^[0-9a-f]{16}$/.test(name)).map((name) => join(above, name)).filter((place) => place !== own);
    const oldest = places.map((place) => ({ place, time: statSync(place).mtimeMs })).toSorted((a, b) => b.time - a.time).slice(mostPlaces - 1);
    for (const { place } of oldest) forget(place);
  } catch {
    // There is no such directory yet.
  }
}
