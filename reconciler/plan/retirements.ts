import { ownerName } from '../model/owner.ts';
import { day } from '../model/day.ts';
import { dataAt, dataRootOf, dataWords, newestRetired, purgeableFrom, retiredIn } from '../model/retired.ts';
import type { Planned } from './plan.ts';

/**
 * Say what a plan puts aside and for how long it is kept at least, what it brings back, and what stays aside because something else is in
 * its place by now. Units: milliseconds since the epoch.
 */
export function retirements({ plan, resources, observed }: Planned, { graceDays, now }: { readonly graceDays: number; readonly now: number }): readonly string[] {
  const verbs = new Map(plan.changes.map(({ verb, resource }) => [resource.id, verb]));
  return resources.flatMap(({ id, kind, name, owner, desired }): readonly string[] => {
    const root = kind === 'home' ? dataRootOf(name)?.root : undefined;
    const entries = root === undefined ? undefined : observed.get(`home:${retiredIn(root)}/`)?.['entries'];
    const aside = typeof entries === 'string' && entries !== '' ? newestRetired(name, owner, entries.split('/')) : null;
    const verb = verbs.get(id);
    const data = aside === null && verb !== 'retire' ? null : dataAt(name);
    if (data === null) return [];
    const what = dataWords(data);
    if (verb === 'retire') return [`retires ${what} (kept until at least ${purgeableFrom(day(now), graceDays)}; revert the commit to have it back)`];
    if (verb === 'restore') return [`restores ${what} from ${aside}`];
    return desired !== null && verb !== 'create' && aside !== null ? [`cannot restore ${what} from ${aside}: ${name} is in use by now, and nothing of ${ownerName(owner)}'s is overwritten`] : [];
  });
}
