import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { copyObjects } from '../../../reconciler/git/copying.ts';
import { objectFiles } from '../../../reconciler/git/objectfiles.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { bytesOf } from '../../../reconciler/git/store.ts';
import { bare, blob, commitOf, git, room } from './fixture.ts';
import { path, run, textAt } from './follow.ts';

/** Enough of them that they come as a pack. */
const sites = Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`desired-state/members/ada/vhosts/v${at}.ada.example.yaml`, `static: { root: s${at} }\n`]));

const loose = (files: readonly string[]): readonly string[] => files.filter((file) => !file.startsWith('objects/pack/'));

/** Write what may be no object of git's at all under the name of one. */
function plant(repository: string, id: string, bytes: Uint8Array): string {
  const file = `objects/${id.slice(0, 2)}/${id.slice(2)}`;
  mkdirSync(join(repository, 'objects', id.slice(0, 2)), { recursive: true });
  rmSync(join(repository, file), { force: true });
  writeFileSync(join(repository, file), bytes);
  return file;
}

/** Write objects faster than git does. Shape: their ids. */
function written(repository: string, contents: readonly Uint8Array[]): readonly string[] {
  return contents.map((content) => {
    const object = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
    const id = createHash('sha1').update(object).digest('hex');
    plant(repository, id, deflateSync(object, { level: 0 }));
    return id;
  });
}

describe('where there are many loose objects', () => {
  test('they come as one pack that git can read, and later what is new and nothing else', async () => {
    const [repository, mirror] = [bare(), join(room(), 'mirror')];
    const first = commitOf(repository, { [path]: 'one\n', ...sites });
    expect((await run(mirror, [repository])).tip).toBe(first);
    const packed = await objectFiles(mirror);
    expect(packed.map((file) => file.slice(-4))).toEqual(['pack', '.idx']);
    expect(git(mirror, ['verify-pack', '-v', packed[1]!]).match(/ (commit|tree|blob) /g)).toHaveLength(loose(await objectFiles(repository)).length);
    expect(git(mirror, ['fsck', '--strict', '--no-dangling'])).toBe('');
    const second = commitOf(repository, { [path]: 'two\n', ...sites }, first);
    expect((await run(mirror, [repository])).tip).toBe(second);
    expect(await textAt(mirror, second)).toBe('two\n');
    const since = await objectFiles(mirror);
    expect(since.slice(0, 2)).toEqual(packed);
    expect(loose(since)).toHaveLength(git(repository, ['rev-list', '--objects', `${first}..${second}`]).split('\n').length);
  });

  test('each of any size is what it was', async () => {
    const [from, into] = [bare(), bare()];
    const sizes = [...Array.from({ length: 100 }, (_, size) => size), 2047, 2048, 2049, 262_143, 262_144, 1_000_000];
    const contents = sizes.map((size) => Buffer.alloc(size, `${size} `));
    const ids = written(from, contents);
    await copyObjects({ from, into, isHere: () => false, maxBytes: 1e7 });
    expect(loose(await objectFiles(into))).toEqual([]);
    const repository = await openRepository(into);
    expect(ids.map((id) => Buffer.from(bytesOf(repository, id)).equals(contents[ids.indexOf(id)]!))).toEqual(sizes.map(() => true));
    expect(git(into, ['cat-file', '--batch-check=%(objectsize)'], ids.join('\n')).split('\n').map(Number)).toEqual(sizes);
    expect(git(into, ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  test('they come as more than one pack where one would be large', async () => {
    const [from, into] = [bare(), bare()];
    const ids = written(from, Array.from({ length: 110 }, () => randomBytes(1_000_000)));
    await copyObjects({ from, into, isHere: () => false, maxBytes: 1e7 });
    expect(readdirSync(join(into, 'objects/pack')).filter((name) => name.endsWith('.pack'))).toHaveLength(2);
    expect(git(into, ['cat-file', '--batch-check=%(objecttype)'], ids.join('\n'))).toBe(ids.map(() => 'blob').join('\n'));
  });

  test('what is large, damaged, of no known type or larger than it looks is left as it is, and harms nobody who does not need it', async () => {
    const [repository, mirror] = [bare(), join(room(), 'mirror')];
    const tip = commitOf(repository, { [path]: 'one\n', ...sites });
    const odd = [
      plant(repository, '1'.repeat(40), Buffer.from('not deflated')),
      plant(repository, '2'.repeat(40), deflateSync(Buffer.from('note 3\0abc'))),
      plant(repository, '3'.repeat(40), deflateSync(Buffer.from('blob 4\0abc'))),
      plant(repository, '4'.repeat(40), deflateSync(Buffer.concat([Buffer.from('blob 33554432\0'), Buffer.alloc(33_554_432)]))),
      plant(repository, '5'.repeat(40), Buffer.alloc(0)),
      ...written(repository, [randomBytes(1_100_000)]).map((id) => `objects/${id.slice(0, 2)}/${id.slice(2)}`),
    ];
    expect((await run(mirror, [repository])).tip).toBe(tip);
    expect(loose(await objectFiles(mirror)).toSorted()).toEqual(odd.toSorted());
    for (const file of odd) expect(readFileSync(join(mirror, file)).equals(readFileSync(join(repository, file)))).toBe(true);
  });

  test('one that holds another\'s bytes is damaged there too, and so is one that is cut off and needed', async () => {
    for (const damage of [deflateSync(Buffer.from('blob 4\0two\n')), Buffer.from('x')]) {
      const [repository, mirror] = [bare(), join(room(), 'mirror')];
      commitOf(repository, { [path]: 'one\n', ...sites });
      const id = blob(repository, 'one\n');
      plant(repository, id, damage);
      await expect(run(mirror, [repository])).rejects.toThrow(`cannot read object ${id} of ${mirror}: it is damaged`);
    }
  });
});

test('a mirror with more loose objects than can be looked through each time is fetched anew, as a pack', async () => {
  const [repository, mirror] = [bare(), join(room(), 'mirror')];
  const first = commitOf(repository, { [path]: 'one\n', ...sites });
  await run(mirror, [repository]);
  written(mirror, Array.from({ length: 10_001 }, (_, at) => Buffer.from(`old ${at}`)));
  const second = commitOf(repository, { [path]: 'two\n', ...sites }, first);
  expect((await run(mirror, [repository])).tip).toBe(second);
  expect((await objectFiles(mirror)).map((file) => file.slice(-4))).toEqual(['pack', '.idx']);
  expect(git(mirror, ['fsck', '--strict', '--no-dangling'])).toBe('');
});
