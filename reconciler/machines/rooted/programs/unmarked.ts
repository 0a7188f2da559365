/**
 * Which plain files of a rooted machine have no mark in them (marks.ts): so that none is read twice, however often its daemon is asked, in whichever
 * view, and by however many processes. A machine with thousands of files remembers it in a file of its own; without that they are read.
 */
import type { Stats } from 'node:fs';
import type { Host } from '../host.ts';
import { STORE } from '../store.ts';

const path = `${STORE}/unmarked`;
/** Fewer are read in a moment. */
const fewest = 1000;
/** So many new ones are worth writing all. */
const worthwhile = 50;
/** More are not remembered. */
const most = 200_000;

/** What tells one content of a file from another, by whatever name: one that took its place has another time of change, and was read before. */
type Row = readonly [inode: number, device: number, size: number, changed: number];
const WIDTH = 4;

interface Unmarked {
  /** Rows that were kept, one after the other, in the order of their inodes. Shape in the file: base64. */
  kept: Float64Array;
  /** Rows since, by inode. */
  readonly since: Map<number, Row>;
}

const known = new WeakMap<Host['ground'], Unmarked>();

function unmarkedOn(host: Host): Unmarked {
  const found = known.get(host.ground) ?? { kept: read(host), since: new Map<number, Row>() };
  known.set(host.ground, found);
  return found;
}

/** What is not in order was not written here. */
function read(host: Host): Float64Array {
  const bytes = new Uint8Array(Buffer.from(host.text(path) ?? '', 'base64'));
  const kept = new Float64Array(bytes.buffer, 0, Math.floor(bytes.length / Float64Array.BYTES_PER_ELEMENT / WIDTH) * WIDTH);
  for (let at = WIDTH; at < kept.length; at += WIDTH) if (!((kept[at - WIDTH] ?? 0) < (kept[at] ?? 0))) return new Float64Array();
  return kept;
}

/** Has a file that was looked at no mark? `isSo` reads it, and is only asked where nobody knows. */
export function isUnmarked(host: Host, { ino, dev, size, mtimeMs }: Stats, isSo: () => boolean): boolean {
  const { kept, since } = unmarkedOn(host);
  const row = since.get(ino);
  const [rows, at] = row === undefined ? [kept, placeIn(kept, ino)] : [row, 0];
  if (rows[at] === ino && rows[at + 1] === dev && rows[at + 2] === size && rows[at + 3] === mtimeMs) return true;
  if (!isSo()) return false;
  since.set(ino, [ino, dev, size, mtimeMs]);
  return true;
}

/** Where the row of an inode is, or would be. */
function placeIn(rows: Float64Array, inode: number): number {
  let [from, end] = [0, rows.length / WIDTH];
  while (from < end) {
    const middle = (from + end) >> 1;
    if ((rows[middle * WIDTH] ?? 0) < inode) from = middle + 1;
    else end = middle;
  }
  return from * WIDTH;
}

/** Keep what was found since, for the next process. */
export function keepUnmarked(host: Host): void {
  const unmarked = unmarkedOn(host);
  const { kept, since } = unmarked;
  if (since.size < worthwhile || kept.length / WIDTH + since.size < fewest) return;
  const before = kept.length / WIDTH + since.size > most ? [] : rowsOf(kept);
  const rows = [...new Map([...before.map((row) => [row[0], row] as const), ...since]).values()].sort(([a], [b]) => a - b);
  unmarked.kept = Float64Array.from(rows.flat());
  since.clear();
  host.file(path, Buffer.from(unmarked.kept.buffer).toString('base64'));
}

function rowsOf(rows: Float64Array): readonly Row[] {
  return Array.from({ length: rows.length / WIDTH }, (_, index): Row => {
    const at = index * WIDTH;
    return [rows[at] ?? 0, rows[at + 1] ?? 0, rows[at + 2] ?? 0, rows[at + 3] ?? 0];
  });
}
