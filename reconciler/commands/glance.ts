/**
 * A great directory that was looked at before, at one glance: what find(1) says of all that is below `desired-state/`, a line each, is what it said
 * when somebody looked last (kept/glimpses.ts). It is asked before anybody looks: what moves in between says otherwise the next time. What was
 * touched a moment ago may be touched again without a sign, so that nothing is kept of it (desired/sighting.ts).
 */
import { existsSync, lstatSync } from 'node:fs';
import { run } from '../machines/run.ts';
import { digest } from '../model/digest.ts';
import { MachineError } from '../model/machine.ts';

/** A line of each of half a million documents. */
const mostBytes = 64 * 1024 * 1024;

/** Glance at it. Shape: a digest; null where nobody can say, as where find(1) is another one. */
export async function glanceAt(directory: string): Promise<string | null> {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  const below = `${directory}/desired-state`;
  if (stats === undefined || !existsSync(below)) return null;
  try {
    const { status, stdout, cut } = await run({ argv: ['find', below, '-printf', String.raw`%m %D %i %s %T@ %C@\n`], mostBytes });
    return status === 0 && cut !== true ? digest(`${stats.dev} ${stats.ino} ${stats.ctimeMs}\n${stdout}`) : null;
  } catch (error) {
    if (error instanceof MachineError) return null;
    throw error;
  }
}
