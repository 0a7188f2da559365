/** Where the commit in force stands in history, and what was in force since another one: what holds somebody follows from history as well. */
import { digest } from '../../model/digest.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Descent } from '../../still-held.ts';
import type { Source } from '../source.ts';

/** With more in between, to look back through them is no less work than to look at everything. */
const most = 32;

/** Name a commit with what was in force before it: what signatures left out of a commit is another history. */
export function placeOf({ trusted: { commit, overrides } }: Pick<Source, 'trusted'>): string {
  return `${commit} ${digest(JSON.stringify([...overrides]))}`;
}

/** Go back to a place that was named, as far as it is not long ago. Errors: GitError. */
export async function descentFrom(place: string, source: Pick<Source, 'trusted' | 'wanted'>): Promise<Descent> {
  const at = placeOf(source);
  if (at === place) return { at, since: [] };
  const since: Snapshot[] = [];
  const overrides = new Map(source.trusted.overrides);
  overrides.delete(source.trusted.commit);
  for await (const snapshot of source.wanted.ancestors()) {
    const { oid } = snapshot.revision;
    if (placeOf({ trusted: { ...source.trusted, commit: oid, overrides } }) === place) return { at, since };
    if (since.push(snapshot) === most) break;
    overrides.delete(oid);
  }
  return { at, since: null };
}
