/**
 * A request that is still to come. The half that reads is begun when a run is over, and waits for what the next one asks, so that it is
 * awake by then. What root asked last is still there: each request is a file of its own, and this half writes down which one it answered
 * last. What was begun in vain ends after a while, and where nobody waits one is begun when it is asked.
 */
import { readFileSync, rmSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../git/error.ts';
import { nameOf } from './spool.ts';

/** Where a request will be, where it is said which one was answered last, and what is there as long as somebody waits. */
export interface Coming {
  readonly request: string;
  readonly taken: string;
  readonly waits: string;
}

/** How a request was found: as soon as it was looked for, or after a while; or there was none. */
export type Found = 'there' | 'later' | 'none';

/** What became of a file, as node says it: it appeared or went, or was written again. */
export type Became = 'rename' | 'change';

/** Whoever waits. Units: milliseconds. */
export interface Waiting {
  readonly patience: number;
  /** In which directory the git server leaves a file `now` when there is news, about which root will ask at once; root takes that away before. */
  readonly kicks: string;
  /** Called each time that something became of it. */
  readonly kicked: (became: Became) => void;
}

/** The system tells of each request; where it lost one, this is how soon it is seen. Units: milliseconds. */
const pace = 5_000;

/** Wait for a request that was not answered before. Errors: of the system, where the directory of requests cannot be watched. */
export async function comes(coming: Coming, { patience, kicks, kicked }: Waiting): Promise<Found> {
  const before = lastTaken(coming);
  const isThere = (): boolean => ![null, before].includes(nameOf(coming.request));
  if (isThere()) return 'there';
  const watchers: FSWatcher[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise<Found>((resolve, reject) => {
      const look = (): void => {
        if (isThere()) resolve('later');
      };
      watchers.push(watch(dirname(coming.request), look).on('error', reject), ...kickedIn(kicks, kicked));
      timers.push(setTimeout(() => resolve('none'), patience), setInterval(look, pace));
      writeFileSync(coming.waits, '', { mode: 0o600 });
      // It may have come before anybody watched.
      look();
    });
  } finally {
    rmSync(coming.waits, { force: true });
    for (const timer of timers) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}

/** Write down that a request is answered. To be called before the answer is there: whoever reads that may ask again at once. */
export function markTaken({ taken }: Coming, name: string): void {
  writeFileSync(taken, name, { mode: 0o600 });
}

function lastTaken({ taken }: Coming): string | null {
  try {
    return readFileSync(taken, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return null;
  }
}

/** Shape: none where that cannot be watched, and then nothing is heard of kicks. */
function kickedIn(directory: string, kicked: (became: Became) => void): readonly FSWatcher[] {
  try {
    return [watch(directory, (became, name) => {
      if (name === 'now') kicked(became);
    }).on('error', () => {})];
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return [];
  }
}
