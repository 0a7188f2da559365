import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import type { Repository } from '../../../reconciler/git/store.ts';
import { trailersOf } from '../../../reconciler/git/trailers.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-trailers-'));
let repository: Repository;
beforeAll(async () => {
  repository = await createRepository(join(directory, 'coop.git'));
});
afterAll(() => rmSync(directory, { recursive: true }));

it.each([
  ['one', 'a subject\n\nWhy.\n\nData-migration: version 2', ['version 2']],
  ['two, however they are spelt', 'a subject\n\ndata-Migration: one\nSigned-off-by: Dana\nDATA-MIGRATION :  two ', ['one', 'two']],
  ['a subject is none', 'Data-migration: version 2', []],
  ['another paragraph is none', 'a subject\n\nData-migration: version 2\n\nThat is what we say next time.', []],
  ['none', 'a subject', []],
])('%s', async (_, message, values) => {
  const oid = await commitFiles(repository, { branch: 'main', files: new Map([['a', message]]), author: { name: 'Dana', mail: 'dana@x.example' }, message, time: 1_700_000_000 });
  expect(await trailersOf(repository, oid, 'Data-migration')).toEqual(values);
});
