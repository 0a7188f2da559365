import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { because } from '../git/error.ts';
import { UsageError } from './command.ts';

/** What was read of a file, and what it is to be. */
export interface Replacement {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** The verb for when it cannot be done. */
  readonly doing: string;
}

/** Put a new file in the place of what was read, at once and with its mode; never of a link, and never of what somebody wrote meanwhile. Errors: UsageError. */
export function replace(path: string, { before, after, doing }: Replacement): void {
  const temporary = join(dirname(path), `.croft-${process.pid}`);
  try {
    const { mode } = lstatSync(path);
    writeFileSync(temporary, after, { flag: 'wx', mode: mode & 0o777 });
    chmodSync(temporary, mode & 0o777);
    const isStill = lstatSync(path).isFile() && Buffer.compare(readFileSync(path), before) === 0;
    if (!isStill) throw new UsageError(`cannot ${doing} ${path}: somebody changed it just now`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof UsageError ? error : new UsageError(`cannot ${doing} ${path}: ${because(error)}`);
  }
}
