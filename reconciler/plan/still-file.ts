/**
 * Where a host's stillness is kept, in two files of root's own (own-file.ts): what a run at rest goes by in one line, and the paths, one a line, for
 * there may be hundreds of thousands, and they are hardly ever others. The first says which paths are meant.
 */
import { day } from '../model/day.ts';
import { digest } from '../model/digest.ts';
import type { Listed, Machine } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText } from './own-file.ts';
import { inRows, type Listing, type Paths, type Still, type Stillness } from './stillness.ts';

const stillPath = '/var/lib/croft/still';
const listPath = '/var/lib/croft/still-paths';
const what = 'still 6';

/** Read what the last run noted down; null when there is nothing that is good now. Units: milliseconds since the epoch. */
export async function recollect(machine: Machine, now: { readonly build: string; readonly asked: string; readonly at: number }): Promise<Still | null> {
  const noted = parseStill((await ownText(machine, stillPath)) ?? '', now.build);
  return noted !== null && noted.asked === now.asked && noted.day === day(now.at) ? noted : null;
}

/** Read its paths, too; null when those that are kept are others. */
export async function withPaths(machine: Machine, { listing, ...noted }: Still): Promise<Stillness | null> {
  const paths = parsePaths((await ownText(machine, listPath)) ?? '', listing);
  return paths === null ? null : { ...noted, paths };
}

/** Keep it for the next run, or take away what is not true any more. Shape: what is kept. Errors: MachineError. */
export async function keepStillness(machine: Machine, build: string, noted: Stillness | null): Promise<Still | null> {
  const listing = noted === null ? null : (noted.paths.kept ?? (await keepPaths(machine, noted.paths)));
  if (noted === null || listing === null) {
    await machine.perform({ do: 'remove', path: stillPath });
    return null;
  }
  const kept = { ...withoutPaths(noted), listing };
  await keepStill(machine, build, kept);
  return kept;
}

/** Keep it with the paths that are kept. Errors: MachineError. */
export function keepStill(machine: Machine, build: string, noted: Still): Promise<void> {
  return keepOwn(machine, stillPath, formatStill(noted, build));
}

function withoutPaths({ paths: _, ...rest }: Stillness): Omit<Still, 'listing'> {
  return rest;
}

async function keepPaths(machine: Machine, paths: Paths): Promise<Listing | null> {
  const written = formatPaths(paths);
  if (written === null) return null;
  await keepOwn(machine, listPath, written.text);
  return written.listing;
}

/** Write it down. */
export function formatStill(noted: Still, build: string): string {
  return headed(`${JSON.stringify(noted)}\n`, { what, build });
}

/** Read it; null when it is damaged, or another croft's. */
export function parseStill(text: string, build: string): Still | null {
  const body = bodyIn(text, { what, build });
  return body === null ? null : (JSON.parse(body) as Still);
}

/** Write paths down, and say which they are; null when some path does not fit in a line. */
export function formatPaths(paths: Paths): { readonly text: string; readonly listing: Listing } | null {
  const rows = inRows(paths);
  if (rows.some((path) => path.includes('\n'))) return null;
  const text = [...rows, ''].join('\n');
  return { text, listing: { digest: digest(text), counts: [paths.read.length, paths.other.length, paths.outside.length] } };
}

/** Read them; null when they are others. At rest all are gone through once, and no lists are made of them: it is dearer than to make each when it has its turn. */
export function parsePaths(text: string, kept: Listing): Paths | null {
  if (digest(text) !== kept.digest) return null;
  const [read, other, outside] = kept.counts;
  let known: Lists | null = null;
  const lists = (): Lists => (known ??= listsIn(text, kept.counts));
  return {
    get read() { return lists().read; },
    get other() { return lists().other; },
    get outside() { return lists().outside; },
    listed: { whole: linesIn(text, [0, read + other]), outside: linesIn(text, [read + other, outside]) },
    kept,
  };
}

type Lists = Pick<Paths, 'read' | 'other' | 'outside'>;

function listsIn(text: string, [read, other, outside]: Listing['counts']): Lists {
  const lines = text.split('\n');
  const [from, to] = [read + other, read + other + outside];
  return { read: lines.slice(0, read), other: lines.slice(read, from), outside: lines.slice(from, to) };
}

/** Make lines of a text one by one, after some that are left out. */
function linesIn(text: string, [skipped, length]: readonly [skipped: number, length: number]): Listed {
  function* lines(): Generator<string, undefined> {
    let start = 0;
    for (let line = 0; line < skipped + length; line += 1) {
      const end = text.indexOf('\n', start);
      if (line >= skipped) yield text.slice(start, end);
      start = end + 1;
    }
  }
  return { length, [Symbol.iterator]: lines };
}
