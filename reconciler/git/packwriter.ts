/**
 * Writes a pack: a head with the number of objects, each object's type and size in a few octets and its content deflated, and the SHA-1
 * of all that. Nothing is written as a delta: what croft sends is a few small commits, and whoever receives them packs them anew.
 * Source: gitformat-pack(5).
 */
import { deflateSync, type ZlibOptions } from 'node:zlib';
import { types, type StoredObject } from './objects.ts';
import { numbers, summed } from './packindex.ts';

/** How much of a pack is in front of its first object. Units: octets. */
export const headBytes = 12;

/** Write objects, each given once, as one pack. */
export function packFile(objects: readonly StoredObject[]): Buffer {
  return packOf(objects.map((object) => entryOf(object)));
}

/** Make a pack of what entryOf wrote. */
export function packOf(entries: readonly Uint8Array[]): Buffer {
  return summed([Buffer.from('PACK'), numbers(2, entries.length), ...entries]);
}

/** Can a pack hold an object of this type? */
export function isPackable({ type }: Pick<StoredObject, 'type'>): boolean {
  return types.indexOf(type) > 0;
}

/** Write one object as it stands in a pack, deflated in this way. */
export function entryOf({ type, bytes }: StoredObject, how: ZlibOptions = {}): Buffer {
  return Buffer.concat([entryHead(types.indexOf(type), bytes.length), deflateSync(bytes, how)]);
}

/** Four bits of the size beside three of the type, then seven more bits per octet, each but the last with its highest bit set. */
function entryHead(type: number, size: number): Uint8Array {
  const octets: number[] = [];
  let octet = (type << 4) | (size & 15);
  for (let left = Math.floor(size / 16); left > 0; left = Math.floor(left / 128)) {
    octets.push(octet | 128);
    octet = left & 127;
  }
  return Uint8Array.of(...octets, octet);
}
