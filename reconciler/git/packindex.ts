/**
 * Writes the index of a pack: the ids in order, how many begin with each first octet or a lower one, and of each its checksum and where it
 * stands; offsets of 2 GiB and more have a table of their own. Source: gitformat-pack(5), version 2.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where an object stands in a pack. */
export interface Place {
  readonly id: Buffer;
  readonly offset: number;
  /** The CRC-32 of what stands there. */
  readonly sum: number;
}

/** Where an offset no longer fits. */
const large = 0x80000000;

/** Write the index of a pack with this checksum. */
export function packIndex(unsorted: readonly Place[], pack: Uint8Array): Buffer {
  const places = unsorted.toSorted((a, b) => Buffer.compare(a.id, b.id));
  const upTo = new Array<number>(256).fill(0);
  for (const { id } of places) upTo[id.readUInt8(0)]! += 1;
  for (let octet = 1; octet < 256; octet += 1) upTo[octet]! += upTo[octet - 1]!;
  const far = places.map(({ offset }) => offset).filter((offset) => offset >= large);
  let passed = 0;
  const near = places.map(({ offset }) => (offset < large ? offset : large + passed++));
  return summed([numbers(0xff744f63, 2), numbers(...upTo), ...places.map(({ id }) => id), numbersOf(places.map(({ sum }) => sum)), numbersOf(near), ...far.map(wide), Buffer.from(pack)]);
}

/** Put a pack and its index into a directory of them, under the name that git gives both. Errors: those of the file system. */
export function putPack(directory: string, pack: Uint8Array, index: Uint8Array): void {
  const path = join(directory, `pack-${Buffer.from(pack.subarray(-20)).toString('hex')}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.pack`, pack);
  // In a repository that others read, an index that is not whole yet would be one that is damaged.
  const begun = join(directory, `tmp_idx_${randomBytes(8).toString('hex')}`);
  writeFileSync(begun, index);
  renameSync(begun, `${path}.idx`);
}

/** Write numbers of four octets. */
export function numbers(...values: readonly number[]): Buffer {
  return numbersOf(values);
}

function numbersOf(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

function wide(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** Put parts together, and their SHA-1 behind them. */
export function summed(parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
}
