import { afterAll, describe, expect, test } from 'vitest';
import { recordTip } from '../../../reconciler/git/ratchet.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { inForce, inForceBefore } from '../../../reconciler/trust/snapshots.ts';
import { standingAt } from '../../../reconciler/trust/standing.ts';
import { believe } from '../../../reconciler/trust/verify.ts';
import { own } from './case.ts';
import { at, found, removeAll, type Coop } from './coop.ts';
import { judged, textAt } from './judged.ts';

afterAll(removeAll);

const adas = 'members/ada/README.md';

/** bob writes into ada's file, carol and ada go on, and all of it is recorded. */
async function recorded(): Promise<{ readonly coop: Coop; readonly evil: string; readonly next: string; readonly head: string }> {
  const coop = found();
  const evil = coop.commit(coop.first, { by: 'bob', changes: own(adas, 'evil\n') });
  const next = coop.commit(evil, { by: 'carol', changes: own('members/carol/NEWS.md', '1\n') });
  const head = coop.commit(next, { by: 'ada', changes: own('members/ada/NEWS.md', '2\n') });
  const { trusted } = await judged(coop, coop.first, head);
  await recordTip({ gitdir: coop.gitdir }, { oid: head, time: 1, trusted });
  return { coop, evil, next, head };
}

describe('what is in force in a repository with a record', () => {
  test('is told of the commit that is recorded, of newer ones, and of older ones', async () => {
    const { coop, evil, next, head } = await recorded();
    const newer = coop.commit(head, { by: 'carol', changes: own('members/carol/NEWS.md', '3\n') });
    for (const commit of [evil, next, head, newer]) {
      const repository = await openRepository(coop.gitdir);
      const standing = await standingAt(repository, commit);
      expect(standing).toMatchObject({ commit, pending: [{ path: at(adas) }] });
      expect(await textAt(repository, standing.tree, at(adas))).toBe('I am ada\n');
    }
    expect(await standingAt(await openRepository(coop.gitdir), coop.first)).toEqual(await believe(await openRepository(coop.gitdir), coop.first));
  });

  test('is what the documents are read from, now and before', async () => {
    const { coop, head } = await recorded();
    const repository = await openRepository(coop.gitdir);
    const standing = await standingAt(repository, head);
    const texts = [await inForce(repository, standing)];
    for await (const snapshot of inForceBefore(repository, standing)) texts.push(snapshot);
    const readmes = texts.map(({ files }) => Buffer.from(files.find(({ path }) => path === at(adas))?.bytes ?? []).toString());
    expect(readmes).toEqual(Array.from({ length: 4 }, () => 'I am ada\n'));
  });

  test('is the commit as it is where nothing is recorded, or what is recorded is of another history', async () => {
    const { coop, head } = await recorded();
    const other = coop.commit([], { by: 'dana', files: coop.files(head), message: 'elsewhere' });
    expect((await standingAt(await openRepository(coop.gitdir), other)).pending).toEqual([]);
  });
});
