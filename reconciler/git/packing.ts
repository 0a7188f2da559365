/**
 * Gathers objects into a pack with its index. Ten thousand small objects are then one file to make, to flush and to open, and one search to
 * find any of them.
 */
import { crc32 } from 'node:zlib';
import type { StoredObject } from './objects.ts';
import { packIndex, putPack, type Place } from './packindex.ts';
import { entryOf, headBytes, isPackable, packOf } from './packwriter.ts';

/** A pack that is being made. */
export interface Packing {
  /** Octets so far. */
  readonly size: number;
  /** Put an object in, by its id, which is to be another one each time. Shape: false where it is of a type that git does not have. */
  add(oid: string, object: StoredObject): boolean;
  /** Write pack and index into a directory, under the name that git gives them; nothing where nothing was put in. */
  writeInto(directory: string): void;
}

/** For objects of some hundred octets, of which a third is saved: a window any larger takes longer to lay out than it saves. */
const quickly = { level: 1, memLevel: 1, windowBits: 9, chunkSize: 1024 };

/** Begin a pack. */
export function packing(): Packing {
  const [entries, parts]: [Place[], Buffer[]] = [[], []];
  let size = headBytes;
  return {
    get size() { return size; },
    add: (oid, object) => {
      if (!isPackable(object)) return false;
      const part = entryOf(object, quickly);
      entries.push({ id: Buffer.from(oid, 'hex'), offset: size, sum: crc32(part) });
      parts.push(part);
      size += part.length;
      return true;
    },
    writeInto: (directory) => {
      if (entries.length === 0) return;
      const pack = packOf(parts);
      putPack(directory, pack, packIndex(entries, pack.subarray(-20)));
    },
  };
}
