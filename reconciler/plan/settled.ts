/** The note of a run that left everything as desired (stillness.ts): made of what was seen, once nothing moves any more (rest.ts). */
import { isSameStamp, type Machine } from '../model/machine.ts';
import { spotIn } from './noted.ts';
import type { Kinds } from './observe.ts';
import { checksum, type Planned } from './plan.ts';
import { restOf } from './rest.ts';
import { digestOfTurn, gistOf, isYoung, stampDigest, type Paths, type Stamped, type Stillness } from './stillness.ts';
import { turnOf, turnsOfDay } from './turns.ts';
import { allSeenAnew, seenAnew, type Seen, type Watch } from './watch.ts';

/** What a run was about, and what it looked at. */
export interface Ended {
  readonly machine: Machine;
  readonly watched: Watch;
  readonly planned: Planned;
  readonly kinds: Kinds;
}

/** What of a note is made of what was seen. */
type Noticed = Pick<Stillness, 'plan' | 'paths' | 'stamp' | 'inPart' | 'said' | 'contents' | 'young'>;

/** A note, and the stamps of all its paths. */
export interface Settled {
  readonly still: Stillness;
  readonly stamped: Stamped;
}

/** Note down a host that was watched while a run left it with nothing to do. Shape: null when it cannot be said for sure. */
export async function stillness({ machine, watched, planned, kinds }: Ended, about: Omit<Stillness, keyof Noticed>): Promise<Settled | null> {
  const rest = watched.unclear ? null : await restOf(machine, watched, { planned, kinds });
  if (rest === null) return null;
  const { paths, stamped } = rest;
  const young = youngOf(watched);
  const contents = await contentsOf(machine, watched, paths);
  if (contents === null || young.some(([, want]) => want === 'secret')) return null;
  const said = [...watched.said.values()].map((each) => [each.argv, each.gist] as const);
  const { plan: { host, revision, holds }, catalog } = planned;
  const plan = { host, revision, holds, unchanged: catalog.resources.length + (catalog.beside ?? 0), checksum: checksum([]) };
  const inPart = watched.resting?.isPart === true ? watched.resting.still.inPart + 1 : 0;
  const noticed = { plan, paths, stamp: stampDigest(stamped), inPart, said, contents, young: young.map(([path, want, is]) => [path, want === 'entries' || want === 'stat' ? want : 'digest', is] as const) };
  return { still: { ...about, ...noticed }, stamped };
}

/** What is too new for its stamp to be believed: as it was seen, and as it was noted down where nobody has looked since. */
function youngOf(watched: Watch): readonly (readonly [path: string, want: Seen['want'], gist: string])[] {
  const found = [...watched.seen.values()].filter(isToBeRead).map(({ path, want, node }) => [path, want, gistOf(node)] as const);
  return [...found, ...(watched.resting?.still.young ?? []).filter(([path]) => seenAnew(watched, path) === undefined)];
}

/** Was this so new when it was looked at that its stamp does not tell? What a stamp says by itself it tells: only not what is in something. */
function isToBeRead({ node, want, at }: Seen): boolean {
  return node !== null && (want !== 'stat' || node.type === 'link') && isYoung(node.changedAt, at);
}

/**
 * The digest of what is read in each turn; null when one of the files cannot be had any more. A turn of which nothing that was looked at has moved
 * reads as it did. Where nobody knows any more what was in a file when it was looked at, a turn reads as nothing does: then all is looked at.
 */
async function contentsOf(machine: Machine, watched: Watch, paths: Paths): Promise<readonly string[] | null> {
  const still = watched.resting?.still;
  const others = new Map((still === undefined ? allTurns : otherThanNoted(watched, [paths, still.paths]).map(turnOf)).map((turn): [number, string[]] => [turn, []]));
  for (const path of paths.read) others.get(turnOf(path))?.push(path);
  const told = await contentOf(machine, watched, [...others.values()].flat());
  if (told === null) return null;
  return allTurns.map((turn) => {
    const those = others.get(turn);
    if (those === undefined) return still?.contents[turn] ?? '';
    const contents = those.map((path) => [path, told.get(path) ?? ''] as const);
    return contents.some(([, content]) => content === '') ? '' : digestOfTurn(contents);
  });
}

const allTurns: readonly number[] = Array.from({ length: turnsOfDay }, (_, turn) => turn);

/** Name the files that were looked at again, are read now or were before, and are not as they were noted down. */
function otherThanNoted(watched: Watch, both: readonly Paths[]): readonly string[] {
  return [...allSeenAnew(watched).keys()].filter((path) => !isUnmoved(watched, path) && both.some((paths) => spotIn(paths, path)?.manner === 'read'));
}

/** The digest of each file that was read: as it was seen, or as it was when it was noted down, where that is known. null when one of them cannot be had any more. */
async function contentOf(machine: Machine, watched: Watch, read: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
  const untold = read.filter((path) => {
    const seen = seenAnew(watched, path);
    return seen !== undefined && seen.node?.digest === undefined;
  });
  const answers = await machine.observe(untold.map((path) => ({ ask: 'path', path, want: 'digest' })));
  const told = new Map(answers.map((answer, index) => [untold[index], answer.ask === 'path' ? answer.node?.digest : undefined]));
  if ([...told.values()].includes(undefined)) return null;
  const contentAt = (path: string): string | undefined => {
    const seen = seenAnew(watched, path);
    return seen === undefined ? asNoted(watched, path) : (seen.node?.digest ?? told.get(path));
  };
  return new Map(read.flatMap((path) => {
    const content = contentAt(path);
    return content === undefined ? [] : [[path, content] as const];
  }));
}

/** Was a file that was read when it was noted down looked at again, and found as it was? */
function isUnmoved({ noted, seen }: Watch, path: string): boolean {
  const [before, now] = [noted.get(path), seen.get(path)];
  return before?.manner === 'read' && now !== undefined && isSameStamp(before.stamp, now.stamp);
}

/** What was in a file when it was read last, where that is the file that was noted down. */
function asNoted({ noted, known }: Watch, path: string): string | undefined {
  const [before, then] = [noted.get(path), known.get(path)];
  return before !== undefined && then !== undefined && isSameStamp(before.stamp, then.stamp) ? then.digest : undefined;
}
