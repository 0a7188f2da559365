import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDelta } from '../../../reconciler/git/delta.ts';
import { GitError } from '../../../reconciler/git/error.ts';
import { offsetIn, openPack, readAt } from '../../../reconciler/git/pack.ts';
import { recent } from '../../../reconciler/git/recent.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { readObject } from '../../../reconciler/git/store.ts';
import { bare, commitOf, git } from './fixture.ts';

/** Thirty versions of a long file, in one pack, most of them as deltas. */
function packed(config: readonly string[] = []): string {
  const repository = bare();
  const lines = Array.from({ length: 300 }, (_, n) => `line ${n} of a file that is long enough for deltas`);
  let tip = commitOf(repository, { 'desired-state/cluster.yaml': lines.join('\n') });
  for (let n = 0; n < 8; n += 1) tip = commitOf(repository, { 'desired-state/cluster.yaml': lines.with(n * 9, `changed ${n}`).join('\n') }, tip);
  git(repository, [...config, 'repack', '-adfq']);
  return repository;
}

function packOf(repository: string): string {
  const [name = ''] = readdirSync(join(repository, 'objects/pack')).filter((file) => file.endsWith('.pack'));
  return join(repository, 'objects/pack', name.replace(/\.pack$/, ''));
}

function objectsOf(repository: string): readonly (readonly [oid: string, type: string])[] {
  const output = git(repository, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)']);
  return output.split('\n').map((line) => [line.slice(0, 40), line.slice(41)]);
}

describe('a pack', () => {
  test.each([{ name: 'offset', config: [] }, { name: 'named', config: ['-c', 'repack.useDeltaBaseOffset=false'] }])('with $name deltas gives every object as git does', async ({ config }) => {
    const repository = packed(config);
    const pack = openPack(packOf(repository));
    const objects = objectsOf(repository);
    expect(git(repository, ['verify-pack', '-v', `${packOf(repository)}.idx`])).toMatch(/chain length = /);
    expect(objects.length).toBe(pack.count);
    for (const [oid, type] of objects) {
      const { type: found, bytes } = readAt(pack, offsetIn(pack, oid) ?? 0);
      expect(found).toBe(type);
      expect(git(repository, ['hash-object', '-t', type, '--stdin'], bytes)).toBe(oid);
    }
    expect(offsetIn(pack, 'ab'.repeat(20))).toBeNull();
  });

  test('that was damaged anywhere gives the right object or an error, never another one', async () => {
    const repository = packed();
    const path = `${packOf(repository)}.pack`;
    const sound = readFileSync(path);
    const objects = objectsOf(repository);
    chmodSync(path, 0o600);
    for (let at = 0; at < sound.length; at += 37) {
      const broken = Buffer.from(sound);
      broken[at] = (broken[at] ?? 0) ^ 0x55;
      writeFileSync(path, broken);
      const opened = await openRepository(repository);
      for (const [oid, type] of objects) {
        const found = await readObject(opened, oid).catch((error: unknown) => error);
        if (!(found instanceof GitError)) expect(found).toMatchObject({ type });
      }
    }
  });

  test('without its index, or with one of another version, is told', async () => {
    const repository = packed();
    const [[oid] = ['', '']] = objectsOf(repository);
    const index = `${packOf(repository)}.idx`;
    chmodSync(index, 0o600);
    writeFileSync(index, Buffer.alloc(2000));
    await expect(readObject(await openRepository(repository), oid)).rejects.toThrow('it is damaged: its pack index is not of version 2');
    writeFileSync(index, readFileSync(index).subarray(0, 5));
    await expect(readObject(await openRepository(repository), oid)).rejects.toThrow(GitError);
  });
});

describe('an index that leads out of its pack', () => {
  test.each([['beyond its end', 0x7fffffff], ['into a table of large offsets that it has not', 0x90000000]])('%s is told', async (_, offset) => {
    const repository = packed();
    const objects = objectsOf(repository);
    const path = `${packOf(repository)}.idx`;
    const index = readFileSync(path);
    const count = index.readUInt32BE(8 + 255 * 4);
    for (let each = 0; each < count; each += 1) index.writeUInt32BE(offset, 8 + 256 * 4 + count * 24 + each * 4);
    chmodSync(path, 0o600);
    writeFileSync(path, index);
    for (const [oid] of objects) await expect(readObject(await openRepository(repository), oid)).rejects.toThrow('it is damaged: its pack is cut off');
  });
});

describe('a delta', () => {
  const base = Buffer.from('0123456789');

  test.each([
    { name: 'copies and inserts', delta: [10, 5, 0x91, 2, 3, 2, 0x78, 0x79], expected: '234xy' },
    { name: 'makes nothing', delta: [10, 0], expected: '' },
  ])('$name', ({ delta, expected }) => {
    expect(Buffer.from(applyDelta(base, Uint8Array.from(delta))).toString()).toBe(expected);
  });

  test.each([
    { name: 'against another base', delta: [9, 0] },
    { name: 'that copies too far', delta: [10, 5, 0x91, 8, 5] },
    { name: 'that is cut off', delta: [10, 5, 5, 0x61] },
    { name: 'that makes too much', delta: [10, 1, 2, 0x61, 0x61] },
    { name: 'that makes too little', delta: [10, 9, 1, 0x61] },
    { name: 'with an unknown instruction', delta: [10, 1, 0] },
    { name: 'of nothing', delta: [] },
    { name: 'that makes of a few octets more than any object has', delta: [10, 0x80, 0x80, 0x80, 0x80, 1, 0x91, 0, 10] },
  ])('$name throws', ({ delta }) => {
    expect(() => applyDelta(base, Uint8Array.from(delta))).toThrow();
  });

  test('of any bytes either makes what it says or throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const delta = Uint8Array.of(10, ...bytes);
      try {
        expect(applyDelta(base, delta).length).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).toMatch(/its delta|it would have/);
      }
    }));
  });
});

describe('what was read lately', () => {
  test('is kept up to its weight, the oldest going first, and a copy goes its own way', () => {
    const some = recent<string>(10);
    some.set('a', 'A', 4);
    some.set('b', 'B', 4);
    some.get('a');
    const copy = some.copy();
    some.set('c', 'C', 4);
    expect(['a', 'b', 'c'].map((key) => some.get(key))).toEqual(['A', undefined, 'C']);
    expect(['a', 'b', 'c'].map((key) => copy.get(key))).toEqual(['A', 'B', undefined]);
    some.set('d', 'D', 99);
    expect(['a', 'c', 'd'].map((key) => some.get(key))).toEqual([undefined, undefined, 'D']);
  });
});
