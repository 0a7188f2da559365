/**
 * Reads objects out of a pack: thousands of objects in one file, each deflated, many only as a delta against another one of the same
 * pack. The index is a sorted list of ids with a fan-out table by first octet, so that finding one is a binary search.
 * The library can do this too, but inflates the whole chain of deltas anew for every object: ten thousand files took it fourteen seconds.
 * Nothing in a pack is believed: sizes bound what is inflated, every reach is checked, and the caller hashes what comes out.
 * Source: gitformat-pack(5).
 */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { applyDelta } from './delta.ts';
import { bearable, mostObjectBytes, types, type StoredObject } from './objects.ts';
import { recent, type Recent } from './recent.ts';

/** Which objects there are in a pack, and where. */
export interface PackIndex {
  readonly index: Buffer;
  readonly count: number;
}

export interface Pack extends PackIndex {
  readonly bytes: Buffer;
  /** Objects by offset, since the next delta is likely to stand on one of them. */
  readonly bases: Recent<StoredObject>;
}

const offsetDelta = 6;
const namedDelta = 7;
const longestChain = 5000;
/** Of objects on which others may stand so many octets are remembered. */
export const mostBaseBytes = 32 * 1024 * 1024;
/** Magic number, version, and 256 counts. */
const idsStart = 8 + 256 * 4;

/** Load a pack with its index, given without their ending. Errors: throws when either is missing or not of the format. */
export function openPack(path: string): Pack {
  return { ...openIndex(path), bytes: readFileSync(`${path}.pack`), bases: recent(mostBaseBytes) };
}

/** Load the index alone. Errors: as `openPack`. */
export function openIndex(path: string): PackIndex {
  const index = readFileSync(`${path}.idx`);
  if (index.length < idsStart || index.readUInt32BE(0) !== 0xff744f63 || index.readUInt32BE(4) !== 2) throw new Error('its pack index is not of version 2');
  const count = index.readUInt32BE(idsStart - 4);
  if (index.length < idsStart + count * 28 + 40) throw new Error('its pack index is cut off');
  return { index, count };
}

/** Find where an object stands in a pack; null when it is not in it. */
export function offsetIn({ index, count }: PackIndex, oid: string): number | null {
  const wanted = Buffer.from(oid, 'hex');
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = index.compare(wanted, 0, 20, idsStart + middle * 20, idsStart + middle * 20 + 20);
    if (order === 0) return offsetAt(index, count, middle);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

/** Read the object at an offset. Errors: throws when the pack is damaged there. */
export function readAt(pack: Pack, offset: number): StoredObject {
  const deltas: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let [at, held] = [offset, 0];
  let found = pack.bases.get(String(at));
  while (found === undefined) {
    const entry = entryAt(pack.bytes, at);
    if (entry.base === null) found = keep(pack, at, { type: entry.type, bytes: entry.bytes });
    else {
      deltas.push({ at, bytes: entry.bytes });
      held += entry.bytes.length;
      at = placeOf(pack, entry.base);
      found = pack.bases.get(String(at));
    }
    if (deltas.length > longestChain || held > mostObjectBytes) throw new Error('its chain of deltas does not end');
  }
  for (const delta of deltas.toReversed()) found = keep(pack, delta.at, { type: found.type, bytes: applyDelta(found.bytes, delta.bytes) });
  return found;
}

/** What stands at one place of a pack: an object, or how to make it out of another one. */
export interface Entry {
  /** Empty for a delta. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** What this is a delta against: where that stands, or its id; null for an object of its own. */
  readonly base: number | string | null;
  /** Where the next one begins. */
  readonly end: number;
}

/** Read what stands at an offset, as it stands there. Errors: throws when the pack is damaged there. */
export function entryAt(bytes: Buffer, offset: number): Entry {
  if (offset >= bytes.length) throw new Error('its pack is cut off');
  const { type, size, end } = headerAt(bytes, offset);
  if (type === offsetDelta) {
    const { distance, end: start } = distanceAt(bytes, end);
    if (distance <= 0 || distance > offset) throw new Error('its delta leads out of the pack');
    return { type: '', base: offset - distance, ...inflated(bytes, start, size) };
  }
  if (type === namedDelta) return { type: '', base: bytes.toString('hex', end, end + 20), ...inflated(bytes, end + 20, size) };
  const name = types[type];
  if (name === undefined) throw new Error(`it is of the unknown type ${type}`);
  return { type: name, base: null, ...inflated(bytes, end, size) };
}

/** Where the base of a delta stands. */
function placeOf(pack: Pack, base: number | string): number {
  const place = typeof base === 'number' ? base : offsetIn(pack, base);
  if (place === null) throw new Error('its delta stands on an object that is not in the pack');
  return place;
}

/** Four bits of the size beside three of the type, then seven more bits per octet while the highest is set. */
function headerAt(bytes: Buffer, offset: number): { readonly type: number; readonly size: number; readonly end: number } {
  let end = offset;
  let octet = bytes.readUInt8(end);
  const type = (octet >> 4) & 7;
  let size = octet & 15;
  for (let scale = 16; octet & 128; scale *= 128) {
    octet = bytes.readUInt8((end += 1));
    size += (octet & 127) * scale;
  }
  return { type, size, end: end + 1 };
}

/** Seven bits per octet, highest first, with one added at each step so that no distance can be written in two ways. */
function distanceAt(bytes: Buffer, start: number): { readonly distance: number; readonly end: number } {
  let end = start;
  let octet = bytes.readUInt8(end);
  let distance = octet & 127;
  while (octet & 128) {
    octet = bytes.readUInt8((end += 1));
    distance = (distance + 1) * 128 + (octet & 127);
  }
  return { distance, end: end + 1 };
}

function inflated(bytes: Buffer, start: number, size: number): Pick<Entry, 'bytes' | 'end'> {
  if (start >= bytes.length) throw new Error('its pack is cut off');
  const { buffer, engine } = inflateSync(bytes.subarray(start), { chunkSize: Math.min(Math.max(64, size), 1 << 20), maxOutputLength: Math.max(1, bearable(size)), info: true }) as unknown as Inflated;
  if (buffer.length !== size) throw new Error(`it has ${buffer.length} bytes instead of ${size}`);
  return { bytes: buffer, end: start + engine.bytesWritten };
}

/** What `info` adds: how much of what was given it took. Source: node's documentation of zlib, Class: Options. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function keep(pack: Pack, offset: number, object: StoredObject): StoredObject {
  pack.bases.set(String(offset), object, object.bytes.length);
  return object;
}

/** Offsets of 2 GiB and more stand in a table of their own; one that is not in it is beyond the end of any pack. */
function offsetAt(index: Buffer, count: number, position: number): number {
  const offset = index.readUInt32BE(idsStart + count * 24 + position * 4);
  if (offset < 0x80000000) return offset;
  const large = idsStart + count * 28 + (offset - 0x80000000) * 8;
  return large + 8 > index.length ? Number.MAX_SAFE_INTEGER : Number(index.readBigUInt64BE(large));
}
