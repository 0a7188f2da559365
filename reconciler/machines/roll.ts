/**
 * A hundred thousand paths at the cost of their inodes: find(1) names device, inode and time of change of each, and where all that it says is what it
 * said before, octet by octet, none has moved. Whatever changes an inode sets its time of change, and another file has another inode; of a directory that
 * was looked at from outside it names mode and owner, and no time, for people work in it. What nobody has to take apart costs nothing to read.
 * Source: find(1), inode(7).
 */
import { MachineError, type Roll } from '../model/machine.ts';
import type { Ground } from './ground.ts';
import { run } from './run.ts';

const inode = String.raw`%D %i %C@\n`;
const words: { readonly [Part in keyof Roll]: readonly string[] } = {
  whole: ['-printf', inode],
  outside: ['-type', 'd', '-printf', String.raw`%m %D %i %U %G\n`, '-o', '-printf', inode],
};

/** More than is said of five million paths. */
const mostBytes = 256 * 1024 * 1024;
const timeoutSeconds = 600;

/** Does the program say of everything on a roll what it said before? */
export async function saysTheSame(ground: Ground, { whole, outside }: Roll): Promise<boolean> {
  return (await call(ground, 'whole', whole.paths)) === whole.said && (await call(ground, 'outside', outside.paths)) === outside.said;
}

/** Name paths as they are seen from the root, with what no path has in it behind each. */
export function named(paths: readonly string[]): string {
  return paths.map((path) => `.${path}\0`).join('');
}

/** What find(1) says of paths; of one that is not there nothing. Where it does not end, or is not there, nothing of any. */
export async function call({ root }: Ground, part: keyof Roll, paths: string): Promise<string> {
  if (paths === '') return '';
  const argv = ['find', '-files0-from', '-', '-maxdepth', '0', ...words[part]];
  try {
    const { stdout } = await run({ argv, input: paths, directory: root, timeoutSeconds, mostBytes });
    return stdout;
  } catch (error) {
    if (error instanceof MachineError) return '';
    throw error;
  }
}
