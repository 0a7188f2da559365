/**
 * Writes a pack of whole objects, none as a delta against another, with its index. Ten thousand small objects are then one file to make,
 * to flush and to open, and one search to find any of them. Source: gitformat-pack(5).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import type { StoredObject } from './pack.ts';

/** A pack that is being made. */
export interface Packing {
  /** Octets so far. */
  readonly size: number;
  /** Put an object in, by its id, which is to be another one each time. Shape: false where it is of a type that git does not have. */
  add(oid: string, object: StoredObject): boolean;
  /** Write pack and index into a directory, under the name that git gives them; nothing where nothing was put in. */
  writeInto(directory: string): void;
}

interface Entry {
  readonly id: Buffer;
  readonly offset: number;
  readonly sum: number;
}

const types: readonly string[] = ['', 'commit', 'tree', 'blob', 'tag'];
const headerBytes = 12;
/** For objects of some hundred octets, of which a third is saved: a window any larger takes longer to lay out than it saves. */
const quickly = { level: 1, memLevel: 1, windowBits: 9, chunkSize: 1024 };

/** Begin a pack. */
export function packing(): Packing {
  const [entries, parts]: [Entry[], Buffer[]] = [[], []];
  let size = headerBytes;
  return {
    get size() { return size; },
    add: (oid, { type, bytes }) => {
      if (types.indexOf(type) < 1) return false;
      const part = Buffer.concat([headerOf(types.indexOf(type), bytes.length), deflateSync(bytes, quickly)]);
      entries.push({ id: Buffer.from(oid, 'hex'), offset: size, sum: crc32(part) });
      parts.push(part);
      size += part.length;
      return true;
    },
    writeInto: (directory) => {
      if (entries.length === 0) return;
      const pack = summed([Buffer.from('PACK'), numbers(2, entries.length), ...parts]);
      const sum = pack.subarray(-20);
      const path = join(directory, `pack-${sum.toString('hex')}`);
      mkdirSync(directory, { recursive: true });
      writeFileSync(`${path}.pack`, pack);
      writeFileSync(`${path}.idx`, indexOf(entries, sum));
    },
  };
}

/** Three bits of type beside four of the size, then seven more bits of it per octet, lowest first, the highest bit set where another follows. */
function headerOf(type: number, size: number): Buffer {
  const octets = [(type << 4) | (size & 15)];
  for (let left = Math.floor(size / 16); left > 0; left = Math.floor(left / 128)) {
    octets.push(octets.pop()! | 128, left & 127);
  }
  return Buffer.from(octets);
}

/** The ids in order, how many begin with each first octet or a lower one, and then of each its checksum and where it stands. */
function indexOf(unsorted: readonly Entry[], pack: Buffer): Buffer {
  const entries = unsorted.toSorted((a, b) => Buffer.compare(a.id, b.id));
  const upTo = new Array<number>(256).fill(0);
  for (const { id } of entries) upTo[id.readUInt8(0)]! += 1;
  for (let octet = 1; octet < 256; octet += 1) upTo[octet]! += upTo[octet - 1]!;
  const tables = [numbers(0xff744f63, 2), numbers(...upTo), ...entries.map(({ id }) => id), numbers(...entries.map(({ sum }) => sum)), numbers(...entries.map(({ offset }) => offset))];
  return summed([...tables, pack]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

function summed(parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
}
