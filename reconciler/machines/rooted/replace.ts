import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { beside, type Place } from '../tree.ts';

/** Put a text in the place of whatever file or link is there, at once. */
export function replace(place: Place, text: string, mode = 0o644): void {
  const staged = beside(place, `.${place.name.slice(0, 60)}.croft-${randomBytes(8).toString('hex')}`);
  try {
    writeFileSync(staged.at, text, { flag: 'wx', mode });
    renameSync(staged.at, place.at);
  } catch (error) {
    rmSync(staged.at, { force: true });
    throw error;
  }
}
