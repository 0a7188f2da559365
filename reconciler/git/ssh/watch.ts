import { because, GitError, isPassing } from '../error.ts';
import type { Limits } from '../http.ts';
import type { Purpose } from '../transport.ts';

/** Looks after everything that is awaited of one server, so that no silence and no drip keeps anybody waiting. */
export interface Watch {
  /** Wait for something. Errors: GitError when it fails, or when the server was given up, before or meanwhile. */
  over<Value>(waited: Promise<Value>, purpose: Purpose): Promise<Value>;
  /** Tell that the server has said nothing for as long as it may; that matters only while somebody waits. */
  silent(): void;
  /** Give the server up, in words. The first reason is the one that is told. `passing`: it may be over in a moment. */
  giveUp(why: string, passing?: boolean): void;
  /** End the watch. */
  stop(): void;
}

interface Reason {
  readonly why: string;
  readonly passing: boolean;
}

/** Begin to watch a server. `ended` is called once, when it is given up. */
export function watch(limits: Limits, ended: () => void): Watch {
  let reason: Reason | null = null;
  let waiting = 0;
  const waiters = new Set<() => void>();
  const giveUp = (why: string, passing = false): void => {
    if (reason !== null) return;
    reason = { why, passing };
    clearTimeout(deadline);
    ended();
    for (const waiter of waiters) waiter();
  };
  const deadline = setTimeout(() => giveUp(`the server takes longer than ${limits.wholeSeconds} seconds`, true), limits.wholeSeconds * 1000);
  const given = (purpose: Purpose, { why, passing }: Reason): GitError => new GitError(`cannot ${purpose}: ${why}`, { passing });
  async function over<Value>(waited: Promise<Value>, purpose: Purpose): Promise<Value> {
    let wake = (): void => {};
    const failed = new Promise<never>((_, fail) => {
      wake = () => fail(given(purpose, reason ?? { why: '', passing: false }));
    });
    waiters.add(wake);
    if (reason !== null) wake();
    waiting += 1;
    try {
      return await Promise.race([failed, waited]);
    } catch (error) {
      throw error instanceof GitError ? error : given(purpose, reason ?? { why: because(error), passing: isPassing(error) });
    } finally {
      waiting -= 1;
      waiters.delete(wake);
    }
  }
  const silent = (): void => {
    if (waiting > 0) giveUp(`the server has said nothing for ${limits.silenceSeconds} seconds`, true);
  };
  return { over, giveUp, silent, stop: () => clearTimeout(deadline) };
}
