import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRepository, resolveRevision } from '../../../reconciler/git/repository.ts';
import { ancestors, snapshotOf } from '../../../reconciler/git/snapshot.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { bare, commitOf, room } from './fixture.ts';

describe('ancestors', () => {
  test('come newest first along first parents and share what did not change', async () => {
    const repository = bare();
    const first = commitOf(repository, { 'desired-state/members/ada/a.yaml': '1', 'desired-state/members/bob/b.yaml': '1' });
    const side = commitOf(repository, { 'desired-state/members/ada/a.yaml': '1', 'desired-state/members/bob/b.yaml': '2' }, first);
    const main = commitOf(repository, { 'desired-state/members/ada/a.yaml': '2', 'desired-state/members/bob/b.yaml': '1' }, first);
    const merge = commitOf(repository, { 'desired-state/members/ada/a.yaml': '2', 'desired-state/members/bob/b.yaml': '2' }, main, side);
    const opened = await openRepository(repository);
    const now = await snapshotOf(opened, merge);
    const before: Snapshot[] = [];
    for await (const snapshot of ancestors(opened, merge)) before.push(snapshot);
    expect(before.map(({ revision }) => revision.oid)).toEqual([main, first]);
    expect(before[0]?.files[0]).toBe(now.files[0]);
    expect(before[1]?.files[1]).toBe(before[0]?.files[1]);
  });

  test('end where a shallow clone ends', async () => {
    const repository = bare();
    const first = commitOf(repository, { 'desired-state/a.yaml': '1' });
    const second = commitOf(repository, { 'desired-state/a.yaml': '2' }, first);
    commitOf(repository, { 'desired-state/a.yaml': '3' }, second);
    const clone = join(room(), 'clone');
    execFileSync('git', ['clone', '-q', '--depth', '2', `file://${repository}`, clone]);
    const opened = await openRepository(clone);
    const seen: string[] = [];
    for await (const { revision } of ancestors(opened, await resolveRevision(opened, 'HEAD'))) seen.push(revision.oid);
    expect(seen).toEqual([second]);
  });
});
