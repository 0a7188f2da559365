import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexed } from '../../../reconciler/git/indexing.ts';
import { oidOf, type StoredObject } from '../../../reconciler/git/objects.ts';
import { offsetIn, readAt } from '../../../reconciler/git/pack.ts';
import { numbers, packIndex } from '../../../reconciler/git/packindex.ts';
import { entryOf, packOf } from '../../../reconciler/git/packwriter.ts';
import { recent } from '../../../reconciler/git/recent.ts';
import { bare, commitOf, git } from './fixture.ts';

/** Versions of a long file, in one pack, most of them as deltas; with git's own index of it. */
function packed(config: readonly string[] = []): { readonly pack: Buffer; readonly index: Buffer } {
  const repository = bare();
  const lines = Array.from({ length: 300 }, (_, n) => `line ${n} of a file that is long enough for deltas`);
  let tip = commitOf(repository, { 'desired-state/cluster.yaml': lines.join('\n') });
  for (let n = 0; n < 8; n += 1) tip = commitOf(repository, { 'desired-state/cluster.yaml': lines.with(n * 9, `changed ${n}`).join('\n') }, tip);
  git(repository, [...config, 'repack', '-adfq']);
  const [name = ''] = readdirSync(join(repository, 'objects/pack')).filter((file) => file.endsWith('.pack'));
  const read = (ending: string): Buffer => readFileSync(join(repository, 'objects/pack', name.replace(/pack$/, ending)));
  return { pack: read('pack'), index: read('idx') };
}

/** The same with its checksum made right again. */
function summed(pack: Buffer): Buffer {
  return Buffer.concat([pack.subarray(0, -20), createHash('sha1').update(pack.subarray(0, -20)).digest()]);
}

/** Null where what is in it is refused. */
function indexOf(pack: Buffer): ReturnType<typeof indexed> | null {
  try {
    return indexed(pack);
  } catch {
    return null;
  }
}

describe('the index of a pack', () => {
  test.each([{ name: 'offset', config: [] }, { name: 'named', config: ['-c', 'repack.useDeltaBaseOffset=false'] }])('with $name deltas is git\'s own, byte for byte', ({ config }) => {
    const { pack, index } = packed(config);
    expect(indexed(pack).index.equals(index)).toBe(true);
  });

  test('names everything by its own bytes, whatever was damaged', () => {
    const { pack } = packed();
    fc.assert(fc.property(fc.integer({ min: 12, max: pack.length - 21 }), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const damaged = Buffer.from(pack);
      damaged[at]! ^= by;
      const named = indexOf(summed(damaged));
      if (named === null) return;
      const opened = { index: named.index, count: named.oids.length, bytes: damaged, bases: recent<StoredObject>(1 << 20) };
      for (const oid of named.oids) expect(oidOf(readAt(opened, offsetIn(opened, oid) ?? -1))).toBe(oid);
    }), { numRuns: 300 });
  });

  test.each([{ name: 'fewer', count: 3 }, { name: 'more', count: 300 }])('of one that says it holds $name objects than it does is refused', ({ count }) => {
    const { pack } = packed();
    const lying = Buffer.from(pack);
    lying.writeUInt32BE(count, 8);
    expect(() => indexed(summed(lying))).toThrow();
  });

  test('of one whose object says that it is larger than any is refused before anything is made of it', () => {
    const head = Buffer.of(0xb0, 0x80, 0x80, 0x80, 0x20);
    const pack = summed(Buffer.concat([Buffer.from('PACK'), numbers(2, 1), head, deflateSync(Buffer.alloc(1000)), Buffer.alloc(20)]));
    expect(() => indexed(pack)).toThrow(/^it would have \d{10,} bytes, and no object has more than 268435456$/);
  });

  test('of one whose object says a size of so many octets that it is no number is refused before anything is made of it', () => {
    const head = Buffer.of(0xb0, ...new Array<number>(150).fill(0x80), 0);
    expect(() => indexed(packOf([Buffer.concat([head, deflateSync(Buffer.alloc(1000))])]))).toThrow(/^it would have \S+ bytes, and no object has more than 268435456$/);
  });

  test('of a long chain of deltas of which the first is against nothing that is there holds what is left, and no delta is followed to that end', () => {
    const chainLink = deflateSync(Buffer.of(1, 1));
    const link = (distance: number): Buffer => Buffer.concat([Buffer.of(0x62, distance), chainLink]);
    const chain = Array.from({ length: 4000 }, () => link(2 + chainLink.length));
    const pack = packOf([entryOf({ type: 'blob', bytes: Buffer.from('alone') }), Buffer.concat([Buffer.of(0x72), Buffer.alloc(20, 7), chainLink]), link(21 + chainLink.length), ...chain]);
    expect(indexed(pack).oids).toEqual([oidOf({ type: 'blob', bytes: Buffer.from('alone') })]);
  });

  test('of one that holds more than is borne is refused', () => {
    const bytes = Buffer.alloc(1000);
    const entry = entryOf({ type: 'blob', bytes });
    const delta = Buffer.of(0xe8, 0x07, 0xd0, 0x0f, 0xb0, 0xe8, 0x03, 0xb0, 0xe8, 0x03);
    const twice = Buffer.concat([Buffer.of(0x60 | delta.length, entry.length), deflateSync(delta)]);
    const pack = packOf([entry, twice]);
    expect(indexed(pack, { objects: 2, made: 3000 }).oids).toHaveLength(2);
    expect(() => indexed(pack, { objects: 2, made: 2999 })).toThrow('what it holds would be more than 2999 bytes');
    expect(() => indexed(pack, { objects: 2, made: 999 })).toThrow('what it holds would be more than 999 bytes');
    expect(() => indexed(pack, { objects: 1, made: 3000 })).toThrow('it says that it holds 2 objects, and no pack holds more than 1');
  });

  test('that leads from a delta to itself is not followed until all of the memory is full of it', () => {
    const content = deflateSync(Buffer.alloc(1 << 20));
    const [own, sum] = [Buffer.alloc(20, 9), Buffer.alloc(20)];
    const bytes = packOf([Buffer.concat([Buffer.of(0xf0, 0x80, 0x80, 0x04), own, content])]);
    let steps = 0;
    const bases = { ...recent<StoredObject>(0), get: () => { steps += 1; return undefined; } };
    expect(() => readAt({ index: packIndex([{ id: own, offset: 12, sum: 0 }], sum), count: 1, bytes, bases }, 12)).toThrow('its chain of deltas does not end');
    expect(steps).toBeLessThanOrEqual(258);
  });
});
