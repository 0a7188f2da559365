/**
 * A request that is still to come. The half that reads is begun when a run is over, and waits for what the next one asks, so that it is
 * awake by then. What root asked last is still there: each request is a file of its own, and this half writes down which one it took last.
 * What was begun in vain ends after a while, and where nobody waits one is begun when it is asked.
 */
import { readFileSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../../git/error.ts';
import { nameOf } from './spool.ts';

/** Where a request will be, and where it is said which one was taken last. */
export interface Coming {
  readonly request: string;
  readonly taken: string;
}

/** How a request was found: as soon as it was looked for, or after a while; or there was none. */
export type Found = 'there' | 'later' | 'none';

/** Whoever waits. Units: milliseconds. */
export interface Waiting {
  readonly patience: number;
  /** In which directory the git server leaves word that there is news, which root will ask about at once, and takes away before. */
  readonly kicks: string;
  /** Called each time it does. */
  readonly kicked: () => void;
}

/** Wait for a request that was not taken before, and take it. Errors: of the system, where the directory of requests cannot be watched. */
export async function comes(coming: Coming, { patience, kicks, kicked }: Waiting): Promise<Found> {
  const before = takenBefore(coming);
  if (taken(coming, before)) return 'there';
  return new Promise((resolve, reject) => {
    const watchers: FSWatcher[] = [];
    const end = (say: () => void): void => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      say();
    };
    const look = (): void => {
      if (taken(coming, before)) end(() => resolve('later'));
    };
    watchers.push(watch(dirname(coming.request), look).on('error', (error) => end(() => reject(error))));
    const heard = orNone(() => watch(kicks, (_, name) => {
      if (name !== null && nameOf(join(kicks, name)) !== null) kicked();
    }), ['ENOENT', 'EACCES']);
    if (heard !== null) watchers.push(heard.on('error', () => {}));
    const timer = setTimeout(() => end(() => resolve('none')), patience);
    // It may have come before anybody watched.
    look();
  });
}

function takenBefore({ taken: path }: Coming): string | null {
  return orNone(() => readFileSync(path, 'utf8'), ['ENOENT']);
}

function taken({ request, taken: path }: Coming, before: string | null): boolean {
  const name = nameOf(request);
  if (name === null || name === before) return false;
  writeFileSync(path, name, { mode: 0o600 });
  return true;
}

function orNone<Value>(look: () => Value, none: readonly string[]): Value | null {
  try {
    return look();
  } catch (error) {
    if (!none.includes(codeOf(error) ?? '')) throw error;
    return null;
  }
}
