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
  have: null, part: false, croft: null, key: null, told: false, at: null, admins: null, keepBack: null, wayBack: null,
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
    ahead.heard('rename');
    expect((await ahead.take(asked))?.fetched).toEqual({ tip: first, remote, failures: [] });
    const mirror = await openMirror(join(stateDirectory, 'repository.git'));
    expect([await isWhole(mirror, first), (await recordedTip(mirror)).value]).toEqual([true, null]);
    expect(existsSync(join(mirror.gitdir, 'incoming'))).toBe(false);
  });

  it('is not there without a kick, nor where nobody was asked before', async () => {
    expect(await waiting().ahead.take(asked)).toBeNull();
    for (const last of [null, { ...asked, what: 'recall' } as const]) {
      const { ahead } = waiting(last);
      ahead.heard('rename');
      expect(await ahead.take(asked)).toBeNull();
    }
  });

  it.each([['another branch', { ...asked, branch: 'other' }], ['another remote', { ...asked, remotes: ['/nowhere'] }], ['one more remote', { ...asked, remotes: [remote, '/nowhere'] }]])('is of no use where root wants %s, and nothing is under way any more', async (_, wanted) => {
    const { ahead, stateDirectory } = waiting();
    ahead.heard('rename');
    expect(await ahead.take(wanted)).toBeNull();
    expect(await isWhole(await openMirror(join(stateDirectory, 'repository.git')), first)).toBe(true);
  });

  it('is no news after a while, until it is heard again', async () => {
    const { ahead } = waiting();
    const now = performance.now();
    ahead.heard('rename');
    vi.spyOn(performance, 'now').mockReturnValue(now + 6_000);
    expect(await ahead.take(asked)).toBeNull();
    vi.spyOn(performance, 'now').mockReturnValue(now + 6_000);
    ahead.heard('rename');
    expect((await ahead.take(asked))?.fetched.tip).toBe(first);
  });

  it('that came after other news is fetched when root asks', async () => {
    for (const more of [['change'], ['rename', 'rename']] as const) {
      const { ahead } = waiting();
      ahead.heard('rename');
      for (const became of more) ahead.heard(became);
      expect(await ahead.take(asked)).toBeNull();
    }
  });

  it('is of use when root took the word away that it was left by', async () => {
    const { ahead } = waiting();
    for (const _ of ['left', 'taken away']) ahead.heard('rename');
    expect((await ahead.take(asked))?.fetched.tip).toBe(first);
  });

  it('that did not come is asked for again', async () => {
    const nowhere = { ...asked, remotes: [join(room, 'nowhere.git')] };
    const { ahead, stateDirectory } = waiting(nowhere);
    ahead.heard('rename');
    expect(await ahead.take(nowhere)).toBeNull();
    expect(await answerTo(nowhere, { identity, stateDirectory, build }, ahead)).toContain('nowhere.git');
  });

  it('changes no byte of the answer', async () => {
    const answers: string[] = [];
    for (const isKicked of [true, false]) {
      const { ahead, stateDirectory } = waiting();
      if (isKicked) ahead.heard('rename');
      answers.push(await answerTo(asked, { identity, stateDirectory, build }, ahead));
    }
    expect(answers[0]).toContain(first);
    expect(answers[0] === answers[1]).toBe(true);
  });
});
