/** What is fetched before root asks: used where root wants the same and it is news, and nothing is believed of it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { aheadOf, type Ahead } from '../../../reconciler/commands/halves/ahead.ts';
import { answerTo } from '../../../reconciler/commands/halves/answer.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { isWhole } from '../../../reconciler/git/haves.ts';
import { openMirror } from '../../../reconciler/git/mirror.ts';
import { recordedTip } from '../../../reconciler/git/ratchet.ts';
import { formatRequest, type Request } from '../../../reconciler/handover/request.ts';
import { coopOf } from '../../bench/workload/coop.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-ahead-'));
afterAll(() => rmSync(room, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const remote = join(room, 'coop.git');
const repository = await createRepository(remote);
const author = { name: 'Dana', mail: 'dana@elsewhere.example' };
const commit = (time: number, files: ReadonlyMap<string, string>): Promise<string> => commitFiles(repository, { branch: 'main', files, author, message: 'a change', time: 1_700_000_000 + time });
const first = await commit(1, new Map(coopOf({ members: 1 })));

const asked: Request = {
  version: 1, id: '1', what: 'follow', host: 'main', remotes: [remote], branch: 'main', revision: null, pin: null, rollbacks: [], now: 1_700_000_900_000,
  have: null, part: false, key: null, told: false, at: null, admins: null, keepBack: null, wayBack: null,
};
const identity = { keyFiles: [], agent: null, knownHosts: [] };
const build = '0123456789abcdef';

interface Place {
  readonly stateDirectory: string;
  readonly ahead: Ahead;
}

/** A half that waits, on a host of its own; `last`: what was asked before. */
function waiting(last: Request | null = asked): Place {
  const stateDirectory = mkdtempSync(join(room, 'host-'));
  const request = join(stateDirectory, 'compile.json');
  if (last !== null) writeFileSync(request, formatRequest(last));
  return { stateDirectory, ahead: aheadOf({ request, stateDirectory, build, identity: () => identity }) };
}

describe('news that root has not asked about yet', () => {
  it('is fetched, and no record moves', async () => {
    const { ahead, stateDirectory } = waiting();
    ahead.begin();
    expect((await ahead.take(asked))?.fetched).toEqual({ tip: first, remote, failures: [] });
    const mirror = await openMirror(join(stateDirectory, 'repository.git'));
    expect([await isWhole(mirror, first), (await recordedTip(mirror)).value]).toEqual([true, null]);
    expect(existsSync(join(mirror.gitdir, 'incoming'))).toBe(false);
  });

  it('is not there without a kick, nor where nobody was asked before', async () => {
    expect(await waiting().ahead.take(asked)).toBeNull();
    for (const last of [null, { ...asked, what: 'recall' } as const]) {
      const { ahead } = waiting(last);
      ahead.begin();
      expect(await ahead.take(asked)).toBeNull();
    }
  });

  it.each([['another branch', { ...asked, branch: 'other' }], ['another remote', { ...asked, remotes: ['/nowhere'] }], ['one more remote', { ...asked, remotes: [remote, '/nowhere'] }]])('is of no use where root wants %s, and nothing is under way any more', async (_, wanted) => {
    const { ahead, stateDirectory } = waiting();
    ahead.begin();
    expect(await ahead.take(wanted)).toBeNull();
    expect(await isWhole(await openMirror(join(stateDirectory, 'repository.git')), first)).toBe(true);
  });

  it('is no news after a while, until it is heard again', async () => {
    const { ahead } = waiting();
    const now = performance.now();
    ahead.begin();
    vi.spyOn(performance, 'now').mockReturnValue(now + 6_000);
    expect(await ahead.take(asked)).toBeNull();
    ahead.begin();
    expect((await ahead.take(asked))?.fetched.tip).toBe(first);
  });

  it('that came after other news is fetched when root asks', async () => {
    const { ahead } = waiting();
    ahead.begin();
    ahead.begin();
    expect(await ahead.take(asked)).toBeNull();
  });

  it('that did not come is told as what it is', async () => {
    const nowhere = { ...asked, remotes: [join(room, 'nowhere.git')] };
    const { ahead } = waiting(nowhere);
    ahead.begin();
    expect((await ahead.take(nowhere))?.fetched).toMatchObject({ tip: null, remote: null, failures: [{ url: nowhere.remotes[0] }] });
  });

  it('changes no byte of the answer', async () => {
    const answers: string[] = [];
    for (const isKicked of [true, false]) {
      const { ahead, stateDirectory } = waiting();
      if (isKicked) ahead.begin();
      answers.push(await answerTo(asked, { identity, stateDirectory, build }, ahead));
    }
    expect(answers[0]).toContain(first);
    expect(answers[0] === answers[1]).toBe(true);
  });
});
