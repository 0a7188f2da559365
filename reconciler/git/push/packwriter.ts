/**
 * Writes a pack: a head with the number of objects, each object's type and size in a few octets and its content deflated, and the SHA-1
 * of all that. Nothing is written as a delta: what croft sends is a few small commits, and whoever receives them packs them anew.
 * Source: gitformat-pack(5).
 */
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { StoredObject } from '../pack.ts';

const types: ReadonlyMap<string, number> = new Map([['commit', 1], ['tree', 2], ['blob', 3], ['tag', 4]]);

/** Write objects, each given once, as one pack. */
export function packFile(objects: readonly StoredObject[]): Uint8Array {
  const head = Buffer.alloc(12);
  head.write('PACK', 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(objects.length, 8);
  const content = Buffer.concat([head, ...objects.flatMap(({ type, bytes }) => [entryHead(types.get(type) ?? 0, bytes.length), deflateSync(bytes)])]);
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
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
