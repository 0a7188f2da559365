/** What a great directory looked like at one glance, and what stood for all its documents then: as long as it looks so, they need not be looked at. */
import { keep, recall, type Keeper } from './keeper.ts';

/** What was seen, and what stood for all documents then. */
interface Glimpse {
  readonly said: string;
  readonly contents: string;
}

/** What stood for all documents when this was seen; null when it is new. */
export function contentsAt(keeper: Keeper, said: string): string | null {
  const known = recall(keeper, 'glimpse');
  const glimpse = known === null ? null : (JSON.parse(known.toString('utf8')) as Glimpse);
  return glimpse?.said === said ? glimpse.contents : null;
}

/** Keep what was seen. */
export function keepGlimpse(keeper: Keeper, glimpse: Glimpse): void {
  keep(keeper, 'glimpse', Buffer.from(JSON.stringify(glimpse)));
}
