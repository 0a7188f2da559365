/**
 * What differs between what a host was and is to be, where that can be told without looking at anything else: nothing goes, whatever
 * changes comes after what it came after before, and what is new is a file that nothing else waits for. Then all else stands where it stood.
 */
import { byId, type Difference } from '../../kept/made.ts';
import type { Book } from '../../model/book.ts';
import type { Id, Resource } from '../../model/resource.ts';
import { same } from '../../model/same.ts';
import { comparePlaces, edgesOf, type Place, type Pulled } from '../../plan/order.ts';

/** Things as they were, and as they are to be with those that are new, in the order in which they are changed. */
export interface Differing {
  readonly old: readonly Resource[];
  readonly now: readonly Resource[];
}

/** Where more differs, to look at everything is no more work. */
const most = 200;

/** A host's lines as they were and as they are to be. */
export interface Both {
  readonly was: Book;
  readonly is: Book;
  /** Which lines these are. */
  readonly differs: Difference;
  readonly pulled: Pulled;
  /** All that whoever changed, the co-op, and whoever has to do with them came and come to by themselves. */
  readonly around: { readonly was: readonly Resource[]; readonly now: readonly Resource[] };
  /** Read a line, which may be of one of these; null where that cannot be told. */
  readonly read: (line: string, among: ReadonlyMap<Id, Resource>) => Resource | null;
}

/** Find what differs. null: that cannot be told. */
export function differing({ was, is, differs, pulled, around, read }: Both): Differing | null {
  const touched = byId(differs.lines);
  if (touched.length > most || differs.gone.length > 0) return null;
  const come = touched.filter(([id]) => was.get(id) === undefined).length;
  const readAll = (lines: readonly string[], among: readonly Resource[]): readonly Resource[] => {
    const byId = new Map(among.map((resource) => [resource.id, resource]));
    return lines.flatMap((line) => read(line, byId) ?? []);
  };
  const now = readAll(touched.map(([, line]) => line), around.now);
  const old = readAll(touched.flatMap(([id]) => was.get(id) ?? []), around.was);
  if (now.length < touched.length || old.length < touched.length - come) return null;
  const before = new Map(old.map((resource) => [resource.id, resource]));
  const isPlaced = (resource: Resource): boolean => {
    const earlier = before.get(resource.id);
    return earlier === undefined ? standsAlone(resource, { is, pulled, around: around.now }) : standsAsBefore(earlier, resource);
  };
  const placed = now.every(isPlaced) ? inPlaces(now, is, pulled) : null;
  return placed === null ? null : { old, now: placed };
}

/** What units have loaded is finished by all attributes that are desired of what they read: none may go. */
function standsAsBefore(was: Resource, is: Resource): boolean {
  const [edges, others] = [was, is].map(({ needs, after, load, desired }) => [needs, after, load?.reads, desired === null]);
  if (was.desired === null || is.desired === null || !same(edges, others)) return false;
  const { desired } = is;
  return is.kind === 'table' || Object.keys(was.desired).every((attribute) => Object.hasOwn(desired, attribute));
}

interface Around {
  readonly is: Book;
  readonly pulled: Pulled;
  readonly around: readonly Resource[];
}

/** A file after everything that it needs, for which nothing waits but units that read it, which are changed after all files. */
function standsAlone(resource: Resource, { is, pulled, around }: Around): boolean {
  const { id, kind, desired } = resource;
  if (kind !== 'file' || desired === null || around.some((each) => each.needs.includes(id) || each.after.includes(id))) return false;
  if ([...pulled].some(([each, turn]) => each.startsWith('unit:') && !turn.startsWith('unit:'))) return false;
  const earlier = edgesOf(resource).flatMap((each) => is.get(each) ?? []);
  return earlier.every((line) => comparePlaces(placeIn(line), resource) < 0);
}

/** Of two things that stand at the same turn nobody can tell which is the first. */
function inPlaces(resources: readonly Resource[], lines: Book, pulled: Pulled): readonly Resource[] | null {
  const turns = new Map<Id, Place>();
  for (const { id } of resources) {
    const turn = lines.get(pulled.get(id) ?? id);
    if (turn !== undefined) turns.set(id, placeIn(turn));
  }
  const early = resources.flatMap(({ id }) => pulled.get(id) ?? []);
  if (turns.size < resources.length || new Set(early).size < early.length) return null;
  const isEarly = ({ id }: Resource): number => Number(!pulled.has(id));
  const turnOf = (resource: Resource): Place => turns.get(resource.id) ?? resource;
  return resources.toSorted((a, b) => comparePlaces(turnOf(a), turnOf(b)) || isEarly(a) - isEarly(b));
}

/** A line says where its resource stands, however much else is in it. */
function placeIn(line: string): Place {
  return JSON.parse(line) as Place;
}
