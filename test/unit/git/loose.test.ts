import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ownTrees, writeLoose, writeOwnTree } from '../../../reconciler/git/loose.ts';
import { oidOf, parseLoose } from '../../../reconciler/git/objects.ts';
import { bare } from './fixture.ts';

const bytes = Buffer.from(`100644 a\0${'x'.repeat(20)}`);
const tree = { type: 'tree', bytes };

describe.each([
  { where: 'git has them', store: (gitdir: string) => join(gitdir, 'objects'), write: (gitdir: string) => writeLoose(gitdir, tree) },
  { where: 'trees of croft\'s own making are', store: ownTrees, write: (gitdir: string) => writeOwnTree(gitdir, bytes) },
])('an object that is written where $where', ({ store, write }) => {
  test.each([{ left: 'nothing', content: Buffer.alloc(0) }, { left: 'a part', content: Buffer.from('x\u0001') }])('is whole, also where a power cut had left $left of it', async ({ content }) => {
    const gitdir = bare();
    const oid = oidOf(tree);
    const path = join(store(gitdir), oid.slice(0, 2), oid.slice(2));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    expect(await write(gitdir)).toBe(oid);
    expect(oidOf(parseLoose(readFileSync(path), 1000))).toBe(oid);
    expect(readdirSync(dirname(path))).toEqual([oid.slice(2)]);
  });
});
