/**
 * A request that is still to come. croft.service has the half that reads begun beside itself, so that it is awake by the time that root knows
 * what to ask. What root asked in the run before is still there then: each request is a file of its own, and this half writes down which one it
 * took last. Nothing else passes between the two: what was begun in vain ends after a while, and what was not begun early begins when it is asked.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../../git/error.ts';

/** How often is looked. Few rename a file into that directory, and nothing can go wrong with looking. Units: milliseconds. */
const pace = 4;

/** Where a request will be, and where it is said which one was taken last. */
export interface Coming {
  readonly request: string;
  readonly taken: string;
}

/** Wait for a request that was not taken before, and take it. Units: milliseconds. Shape: is there one? */
export async function comes({ request, taken }: Coming, patience: number): Promise<boolean> {
  const before = orNone(() => readFileSync(taken, 'utf8'));
  for (let waited = 0; waited <= patience; waited += pace) {
    const name = nameOf(request);
    if (name !== null && name !== before) {
      writeFileSync(taken, name, { mode: 0o600 });
      return true;
    }
    await sleep(pace);
  }
  return false;
}

/** Tell a file from all that were there before; null where there is none. */
function nameOf(path: string): string | null {
  return orNone(() => {
    const { ino, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${ctimeNs}`;
  });
}

function orNone(look: () => string): string | null {
  try {
    return look();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return null;
  }
}
