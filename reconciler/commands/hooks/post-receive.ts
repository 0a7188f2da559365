import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../../git/error.ts';
import { isAncestor } from '../../git/history.ts';
import { recordedTip, recordTip } from '../../git/ratchet.ts';
import { openRepository } from '../../git/repository.ts';
import { oneLine } from '../../report/printable.ts';
import { count } from '../../report/words.ts';
import { believe, verify } from '../../trust/verify.ts';
import { UsageError, type ExitStatus, type World } from '../command.ts';
import { keeperOf } from '../comparison/keeping.ts';
import { kickHosts } from '../kick.ts';
import { recallConcern, type Move } from './concern.ts';
import { mainRef } from './pre-receive.ts';
import { parseUpdates } from './updates.ts';

/** Remember what was let in, and tell the hosts that it concerns. What goes wrong here is said and undoes nothing: the push is accepted, and every host looks by itself each minute. */
export async function postReceive(gitdir: string, world: World): Promise<ExitStatus> {
  const main = await mainRef(gitdir);
  const moved = parseUpdates(await world.input()).find(({ ref }) => ref === main);
  if (moved === undefined || moved.new === null) return 0;
  const { old, new: head } = moved;
  await quietly(world, () => kick(gitdir, { old, head }, world));
  await quietly(world, () => remember(gitdir, { old, head, now: world.now() }));
  return 0;
}

async function kick(gitdir: string, move: Move, world: World): Promise<void> {
  const key = join(gitdir, 'kick.key');
  if (!existsSync(key) && !existsSync('/etc/croft/kick.key')) return;
  const { hosts, others } = recallConcern(keeperOf(await openRepository(gitdir), world), move);
  if (hosts?.length !== 0) await kickHosts({ repository: gitdir, names: hosts ?? [], key: existsSync(key) ? key : null, port: 22 }, world);
  if (others > 0) world.print(`nothing changes on ${count(others, hosts?.length === 0 ? 'host' : 'other host')}: each looks for news within a minute`);
}

async function quietly(world: World, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitError || error instanceof UsageError)) throw error;
    world.note(`croft: ${oneLine(error.message)}; the hosts look for news each minute`);
  }
}

interface Remembering extends Move {
  /** Units: milliseconds since the epoch. */
  readonly now: number;
}

/** Of two pushes at once the older may come here last: what is remembered does not go back to it. After a branch was put back by hand it begins anew. */
async function remember(gitdir: string, { old, head, now }: Remembering): Promise<void> {
  const repository = await openRepository(gitdir);
  const recorded = (await recordedTip({ gitdir })).value?.trusted ?? null;
  const isNews = recorded !== null && (await isAncestor(repository, recorded.commit, head));
  if (recorded !== null && !isNews && (await isAncestor(repository, head, recorded.commit))) return;
  const verified = await verify(repository, isNews ? recorded : await believe(repository, old ?? head), head);
  if (verified !== null) await recordTip({ gitdir }, { oid: verified.trusted.commit, time: now, trusted: verified.trusted });
}
