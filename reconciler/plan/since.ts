/** What is another after a run than the roll of its host says that was called before (roll.ts): all that was looked at. */
import { spotIn } from './noted.ts';
import { noteOf, type Since } from './roll.ts';
import type { Settled } from './settled.ts';
import { rowAt, type Still } from './stillness.ts';
import { allSeenAnew, type Watch } from './watch.ts';

/** Find how it is now, as it was noted down; null where the run did not begin with a host at rest. */
export function sinceOf(watched: Watch, { still: { paths }, stamped }: Settled, kept: Still): Since | null {
  const { resting } = watched;
  if (resting?.still.paths.kept === undefined) return null;
  const { names, keys, ledgers, rows } = stamped;
  const seen = [...allSeenAnew(watched).keys()].flatMap((path): Since['paths'] => {
    const spot = spotIn(paths, path);
    return spot === null ? [] : [[path, [spot.manner === 'outside' ? 'outside' : 'whole', [...rowAt(rows, spot.row)]]]];
  });
  return { of: noteOf(kept), on: noteOf({ listing: resting.still.paths.kept, stamp: resting.still.stamp }), from: { ledgers: resting.stamped.ledgers }, names, keys, ledgers, paths: seen };
}
