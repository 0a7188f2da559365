/**
 * Whether a host that was looked at, and perhaps changed, is now as desired as a whole: what has moved since it was last looked at is looked
 * at again, as what it is, until nothing has moved any more. Of most changes that is the directory in which something was put, and nothing else.
 */
import { digest } from '../model/digest.ts';
import { isSameStamp, stampNumbers, type Machine, type Marked } from '../model/machine.ts';
import type { Id, Resource, State } from '../model/resource.ts';
import { gist } from '../resources/gist.ts';
import { withBeside } from './beside.ts';
import { differences } from './diff.ts';
import { isInventory } from './inventory.ts';
import { oneOfEach, spotIn, type Spot } from './noted.ts';
import { group, kindOf, observe, type Kinds } from './observe.ts';
import type { Planned } from './plan.ts';
import { gistOf, inRows, marked, nowhere, rowAt, type Manner, type Paths, type Stamped } from './stillness.ts';
import { allSeenAnew, countedIn, type Seen, type Watch } from './watch.ts';

/** How often is looked again: what goes on moving is not at rest. */
const mostLooks = 3;

/**
 * Look until nothing has moved since it was looked at. What only the note of an earlier run speaks of keeps the stamp that it had when that was
 * found right: where it moved meanwhile, the next run finds another one. Shape: null when something is not as desired then, or goes on moving.
 */
export async function restOf(machine: Machine, watched: Watch, { planned, kinds }: { readonly planned: Planned; readonly kinds: Kinds }): Promise<{ readonly paths: Paths; readonly stamped: Stamped } | null> {
  const known = new Map([...planned.observed, ...planned.plan.changes.map(({ resource: { id, desired } }) => [id, desired] as const)]);
  const again = (resources: readonly Resource[]): Promise<boolean> => areAsDesired(watched, resources, { planned, kinds, known });
  const doubtful = planned.plan.changes.length > 0 ? await answeredOtherwise(machine, watched, { planned, kinds }) : [];
  if (doubtful === null || !(await again(doubtful))) return null;
  let paths = pathsOf(watched);
  let stamped = await stampedNow(machine, watched, paths);
  let moved = movedIn(watched, paths, stamped.rows);
  for (let looks = 0; moved.length > 0; looks += 1) {
    if (looks === mostLooks || !(await isAsBefore(watched, moved, { planned, again }))) return null;
    if (moved.some((each) => isOtherwise(watched, each))) {
      const before = paths;
      paths = pathsOf(watched);
      stamped = { ...stamped, rows: arranged(stamped.rows, before, paths) };
      moved = movedIn(watched, paths, stamped.rows);
    }
    await stampInto(machine, stamped.rows, moved);
    moved = movedIn(watched, paths, stamped.rows);
  }
  return !watched.unclear && stamped.keys === watched.bearings?.keys && (stamped.names === watched.bearings.names || (await haveTheSameNames(watched))) ? { paths, stamped } : null;
}

/** Stamp what was looked at; all else stands as it was noted down. */
async function stampedNow(machine: Machine, watched: Watch, paths: Paths): Promise<Stamped> {
  const { noted } = watched;
  if (noted.size === 0) return stampsOf(machine, marked(paths));
  const rows = new Float64Array((paths.read.length + paths.other.length + paths.outside.length) * stampNumbers);
  noted.copyTo(rows, paths);
  return { rows, ...(await stampInto(machine, rows, seenIn(watched, paths))) };
}

async function stampsOf(machine: Machine, paths: Marked): Promise<Stamped> {
  const [stamped] = await machine.observe([{ ask: 'stamps', paths }]);
  if (stamped?.ask !== 'stamps') throw new Error('an answer of another kind');
  return stamped;
}

/** A path that was looked at, and which row is its. */
interface Placed extends Spot {
  readonly path: string;
  readonly seen: Seen;
}

/** Find what was looked at among all paths, in the order of their rows. */
function seenIn(watched: Watch, paths: Paths): readonly Placed[] {
  const placed = [...allSeenAnew(watched)].flatMap(([path, seen]): readonly Placed[] => {
    const spot = spotIn(paths, path);
    return spot === null ? [] : [{ path, seen, ...spot }];
  });
  return placed.sort((one, other) => one.row - other.row);
}

/** Put the stamp of each path where the path is now. One that was not stamped yet has moved, unless nothing is there. */
function arranged(rows: Float64Array, before: Paths, now: Paths): Float64Array {
  const from = new Map(inRows(before).map((path, row) => [path, row]));
  const paths = inRows(now);
  const written = new Float64Array(paths.length * stampNumbers);
  for (const [to, path] of paths.entries()) {
    const row = from.get(path) ?? from.size;
    written.set(rowAt(rows, row), to * stampNumbers);
  }
  return written;
}

/** Stamp some of all paths, each in its row. Shape: what answers depend on beside these. */
async function stampInto(machine: Machine, rows: Float64Array, placed: readonly Placed[]): Promise<Omit<Stamped, 'rows'>> {
  const [whole, outside] = [placed.filter(({ manner }) => manner !== 'outside'), placed.filter(({ manner }) => manner === 'outside')];
  const pathOf = ({ path }: Placed): string => path;
  const { rows: stamps, ...bearings } = await stampsOf(machine, { whole: whole.map(pathOf), outside: outside.map(pathOf) });
  for (const [index, { row }] of [...whole, ...outside].entries()) rows.set(rowAt(stamps, index), row * stampNumbers);
  return bearings;
}

/** The names of some numbers were written anew: does everybody whom this is about have the same? What shows it has not moved. */
async function haveTheSameNames({ changing, whose, noted }: Watch): Promise<boolean> {
  if (oneOfEach(noted).some(({ numbers }) => !whose.has(numbers))) return false;
  const before = [...whose.values()];
  const answers = await changing.observe(before.map(({ path }) => ({ ask: 'path', path, want: 'stat' })));
  return before.every(({ owner, group }, index) => {
    const answer = answers[index];
    return answer?.ask === 'path' && answer.node?.owner === owner && answer.node.group === group;
  });
}

/** Sorted, so that two runs that looked at the same write down the same. */
function pathsOf(watched: Watch): Paths {
  const seen = allSeenAnew(watched);
  const before = watched.resting?.still.paths ?? nowhere;
  if ([...seen].every(([path, each]) => spotIn(before, path)?.manner === mannerOf(each))) return before;
  const { read, other, outside } = before;
  const stands = (path: string): boolean => !seen.has(path);
  const found: { readonly [Each in Manner]: string[] } = { read: read.filter(stands), other: other.filter(stands), outside: outside.filter(stands) };
  for (const [path, each] of seen) found[mannerOf(each)].push(path);
  return { read: found.read.sort(), other: found.other.sort(), outside: found.outside.sort() };
}

function mannerOf({ want, node }: Seen): Manner {
  if (want === 'stat') return 'outside';
  return want === 'secret' || (node !== null && 'digest' in node) ? 'read' : 'other';
}

/** Where nothing was, a file is to be read each day from now on. */
function isOtherwise({ seen: anew }: Watch, { path, seen }: Placed): boolean {
  return mannerOf(anew.get(path) ?? seen) !== mannerOf(seen);
}

function movedIn(watched: Watch, paths: Paths, rows: Float64Array): readonly Placed[] {
  return seenIn(watched, paths).filter(({ row, seen }) => !isAt(rowAt(rows, row), seen));
}

function isAt(row: Float64Array, seen: Seen): boolean {
  return isSameStamp(row, seen.stamp, countedIn(seen, seen.want === 'stat'));
}

interface Looking {
  readonly planned: Planned;
  readonly again: (resources: readonly Resource[]) => Promise<boolean>;
}

/** What is a resource must still be as desired; of anything else the answer must be the same. What croft made is written down by the run itself. */
async function isAsBefore({ changing, wrote }: Watch, moved: readonly Placed[], { planned, again }: Looking): Promise<boolean> {
  const paths = new Set(moved.map(({ path }) => path));
  const resources = planned.resources.filter(({ name }) => paths.has(name));
  for (const { name } of resources) paths.delete(name);
  const others = moved.flatMap((each) => (paths.has(each.path) ? [each.seen] : []));
  if (others.some(({ want }) => want === 'secret') || !(await again(resources))) return false;
  const answers = await changing.observe(others.map(({ path, want }) => ({ ask: 'path', path, want: want === 'text' || want === 'secret' ? 'digest' : want })));
  return others.every(({ path, node }, index) => {
    const answer = answers[index];
    const [written, now] = [isInventory(path) ? wrote.get(path) : undefined, answer?.ask === 'path' ? answer.node : null];
    return gistOf(now) === gistOf(node) || (written !== undefined && now?.digest === digest(written));
  });
}

interface Desiring {
  readonly planned: Planned;
  readonly kinds: Kinds;
  readonly known: Map<Id, State | null>;
}

async function areAsDesired({ machine, changing }: Watch, resources: readonly Resource[], { planned, kinds, known }: Desiring): Promise<boolean> {
  if (resources.length === 0) return true;
  const observed = await observe({ ...machine, observe: changing.observe }, resources, { kinds, all: planned.accounted, alsoIn: planned.alsoIn, known });
  return resources.every((resource) => {
    const actual = observed.get(resource.id) ?? null;
    return (actual === null) === (resource.desired === null) && differences(resource, actual, null).length === 0;
  });
}

/**
 * Ask the programs again that were asked before the host was changed, and name what rests on those that say something else now: by the
 * program alone, for some are asked about a few things at a time. Shape: null where not all of a kind is known that is finished by what others are.
 */
async function answeredOtherwise(machine: Machine, { said, machine: looking }: Watch, { planned, kinds }: { readonly planned: Planned; readonly kinds: Kinds }): Promise<readonly Resource[] | null> {
  const asked = [...said.values()];
  const answers = await machine.observe(asked.map(({ argv }) => ({ ask: 'run', argv })));
  const other = asked.filter(({ argv, gist: was }, index) => {
    const answer = answers[index];
    return answer?.ask !== 'run' || gist(argv, answer) !== was;
  });
  if (other.length === 0) return [];
  await looking.observe(other.map(({ argv }) => ({ ask: 'run', argv })));
  const programs = new Set(other.map(({ argv: [program] }) => program));
  const resting = [...group(withBeside(planned.resources, planned))].filter(([name, members]) => kindOf(kinds, name).probe(members).some((probe) => probe.ask === 'run' && programs.has(probe.argv[0])));
  const inPart = new Set(planned.resources);
  const isKnown = planned.catalog.beside === undefined || resting.every(([name, members]) => kindOf(kinds, name).settle === undefined || members.every((each) => inPart.has(each)));
  return isKnown ? resting.flatMap(([, members]) => members) : null;
}
