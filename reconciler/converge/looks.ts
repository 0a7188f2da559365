import type { Change } from '../model/plan.ts';
import type { Id, KindName, Resource } from '../model/resource.ts';
import { compare, explain, observeAgain, outcomeOf, tried, type Run } from './run.ts';

/** Changes that were made and are still to be looked at. */
export interface Looks {
  /** To be looked at soon. */
  later(change: Change): Promise<void>;
  /** Look at what must be known before this one's turn. */
  before(resource: Resource): Promise<void>;
  all(): Promise<void>;
}

/** The kinds of which a host can be asked about many at once, and whose changes tell nothing of each other. */
const together: readonly KindName[] = ['directory', 'home', 'quota', 'key', 'secret', 'file', 'zone', 'link'];
const [growth, most] = [8, 1024];

/** May this one be looked at together with others of its kind? */
export function isSeenTogether({ kind }: Resource): boolean {
  return together.includes(kind);
}

/**
 * Look again at what was done, at many things of one kind at once: to ask for all quota groups costs as much for one as for a thousand. At
 * first one alone, so that what the first one brings about (quotas are counted now) is known to the second; then at eight, sixty-four, ….
 */
export function looksOf(run: Run, report: (change: Change) => void): Looks {
  const waiting = new Map<Id, Change>();
  let [kind, room]: [KindName | null, number] = [null, 1];
  const all = async (): Promise<void> => {
    const changes = [...waiting.values()];
    waiting.clear();
    await look(run, changes.map(({ resource }) => resource));
    for (const change of changes) report(change);
  };
  return {
    all,
    async before(resource) {
      if (waiting.size === 0) return;
      if (resource.kind !== kind || [...resource.needs, ...resource.after].some((id) => waiting.has(id))) await all();
    },
    async later(change) {
      if (change.resource.kind !== kind) [kind, room] = [change.resource.kind, 1];
      waiting.set(change.resource.id, change);
      if (waiting.size < room) return;
      room = Math.min(room * growth, most);
      await all();
    },
  };
}

/** What cannot be looked at fails; who fails is found by looking at each alone. */
async function look(run: Run, resources: readonly Resource[]): Promise<void> {
  const failed = await tried(() => observeAgain(run, resources));
  if (failed !== null && resources.length > 1) {
    for (const resource of resources) await look(run, [resource]);
  } else {
    for (const resource of resources) run.outcomes.set(resource.id, failed === null ? compare(run, resource) : outcomeOf(resource, 'failed', explain(failed)));
  }
}
