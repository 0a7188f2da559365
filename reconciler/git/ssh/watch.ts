import { because, GitError } from '../error.ts';
import type { Limits } from '../http.ts';
import type { Purpose } from '../transport.ts';

/** Looks after everything that is awaited of one server, so that no silence and no drip keeps anybody waiting. */
export interface Watch {
  /** Wait for something. Errors: GitError when it fails, or when the server was given up, before or meanwhile. */
  over<Value>(waited: Promise<Value>, purpose: Purpose): Promise<Value>;
  /** Tell that the server has said nothing for as long as it may; that matters only while somebody waits. */
  silent(): void;
  /** Give the server up, in words. The first reason is the one that is told. */
  giveUp(why: string): void;
  /** End the watch. */
  stop(): void;
}

/** Begin to watch a server. `ended` is called once, when it is given up. */
export function watch(limits: Limits, ended: () => void): Watch {
  let reason: string | null = null;
  let waiting = 0;
  const waiters = new Set<() => void>();
  const giveUp = (why: string): void => {
    if (reason !== null) return;
    reason = why;
    clearTimeout(deadline);
    ended();
    for (const waiter of waiters) waiter();
  };
  const deadline = setTimeout(() => giveUp(`the server takes longer than ${limits.wholeSeconds} seconds`), limits.wholeSeconds * 1000);
  const given = (purpose: Purpose, why: string): GitError => new GitError(`cannot ${purpose}: ${why}`);
  async function over<Value>(waited: Promise<Value>, purpose: Purpose): Promise<Value> {
    let wake = (): void => {};
    const failed = new Promise<never>((_, fail) => {
      wake = () => fail(given(purpose, reason ?? ''));
    });
    waiters.add(wake);
    if (reason !== null) wake();
    waiting += 1;
    try {
      return await Promise.race([failed, waited]);
    } catch (error) {
      throw error instanceof GitError ? error : given(purpose, reason ?? because(error));
    } finally {
      waiting -= 1;
      waiters.delete(wake);
    }
  }
  const silent = (): void => {
    if (waiting > 0) giveUp(`the server has said nothing for ${limits.silenceSeconds} seconds`);
  };
  return { over, giveUp, silent, stop: () => clearTimeout(deadline) };
}
