import { GitError } from '../../git/error.ts';
import { formatAnswer } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import { UsageError } from '../command.ts';
import type { Desk } from '../place.ts';
import { takeRoom } from '../room.ts';
import type { Ahead } from './ahead.ts';
import { begin } from './unmoved.ts';

/** What of a place answering needs. */
export type AnsweringDesk = Pick<Desk, 'identity' | 'stateDirectory' | 'build'>;

/** Do what a request asks: fetch, verify, read, compile, or look for the way back. `ahead`: what was fetched already. This is the half that reads what members wrote. Shape: the answer as text. */
export async function answerTo(request: Request, desk: AnsweringDesk, ahead: Ahead | null = null): Promise<string> {
  const head = { version: 1, request: request.id } as const;
  const at = { ...desk, ...request };
  if (request.told) setImmediate(expectNews);
  try {
    const begun = await begin(request, at, ahead);
    if (begun.same !== null) return formatAnswer({ ...head, ...begun.same });
    // What reads documents is only loaded where some are to be read, and needs room.
    const { read } = await import('./read.ts');
    takeRoom();
    return await read(head, { request, desk: at, begun });
  } catch (error) {
    if (error instanceof UsageError || error instanceof GitError) return formatAnswer({ ...head, cannot: error.message });
    throw error;
  }
}

/** Load what news takes while something else is waited for. */
export function expectNews(): void {
  void Promise.all([import('./read.ts'), import('../../git/storepack.ts')]);
}
