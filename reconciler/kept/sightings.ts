/** What was seen of the files and folders of a directory, so that looking at it again costs a question to the file system for each. */
import type { Sighting, Sightings } from '../desired/sighting.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** Recall what was seen of a directory before. */
export function recallSightings(keeper: Keeper | null): Sightings {
  const bytes = keeper === null ? null : recall(keeper, 'sightings');
  return { before: new Map(bytes === null ? [] : (JSON.parse(bytes.toString('utf8')) as readonly [string, Sighting][])), now: new Map() };
}

/** Keep what is seen of it now, when it is anything new. */
export function keepSightings(keeper: Keeper | null, { before, now }: Sightings): void {
  const isSame = before.size === now.size && [...now].every(([path, sighting]) => before.get(path) === sighting);
  if (keeper !== null && !isSame) keep(keeper, 'sightings', Buffer.from(JSON.stringify([...now])));
}
