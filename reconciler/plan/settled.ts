/** The note of a run that left everything as desired (stillness.ts): made of what was seen, once nothing moves any more (rest.ts). */
import { isSameStamp, type Known, type Machine } from '../model/machine.ts';
import type { Noted } from './noted.ts';
import type { Kinds } from './observe.ts';
import { checksum, type Planned } from './plan.ts';
import { isLess, restOf } from './rest.ts';
import { digestOfTurn, gistOf, isYoung, stampDigest, type Stillness } from './stillness.ts';
import { turnOf, turnsOfDay } from './turns.ts';
import type { Seen, Watch } from './watch.ts';

/** What a run was about, and what it looked at. */
export interface Ended {
  readonly machine: Machine;
  readonly watched: Watch;
  readonly planned: Planned;
  readonly kinds: Kinds;
}

/** Note down a host that was watched while a run left it with nothing to do. Shape: null when it cannot be said for sure. */
export async function stillness({ machine, watched, planned, kinds }: Ended, about: Omit<Stillness, 'plan' | 'paths' | 'stamp' | 'said' | 'contents' | 'young'>): Promise<Stillness | null> {
  const rest = watched.unclear ? null : await restOf(machine, watched, { planned, kinds });
  if (rest === null) return null;
  const { paths, stamped } = rest;
  const young = youngOf(watched);
  const contents = await contentsOf(machine, watched, paths.read);
  if (contents === null || young.some(([, want]) => want === 'secret')) return null;
  const said = [...watched.said.values()].map((each) => [each.argv, each.gist] as const);
  const { plan: { host, revision, holds }, catalog } = planned;
  const plan = { host, revision, holds, unchanged: catalog.resources.length, checksum: checksum([]) };
  return { ...about, plan, paths, stamp: stampDigest(stamped), said, contents, young: young.map(([path, want, is]) => [path, want === 'entries' || want === 'stat' ? want : 'digest', is] as const) };
}

/** What is too new for its stamp to be believed: as it was seen, and as it was noted down where nobody has looked since. */
function youngOf({ seen, noted, resting }: Watch): readonly (readonly [path: string, want: Seen['want'], gist: string])[] {
  const found = [...seen.values()].filter(isToBeRead).map(({ path, want, node }) => [path, want, gistOf(node)] as const);
  const isLeft = (path: string): boolean => isLess(seen.get(path), noted.get(path));
  return [...found, ...(resting?.still.young ?? []).filter(([path]) => isLeft(path))];
}

/** Was this so new when it was looked at that its stamp does not tell? What a stamp says by itself it tells: only not what is in something. */
function isToBeRead({ node, want, at }: Seen): boolean {
  return node !== null && (want !== 'stat' || node.type === 'link') && isYoung(node.changedAt, at);
}

/**
 * The digest of what is read in each turn; null when one of the files cannot be had any more. A turn of which nothing was looked at reads as it
 * did. Where nobody knows any more what was in a file when it was looked at, a turn reads as nothing does: then all is looked at.
 */
async function contentsOf(machine: Machine, watched: Watch, read: readonly string[]): Promise<readonly string[] | null> {
  const { seen, noted, resting } = watched;
  const turns = Array.from({ length: turnsOfDay }, (): string[] => []);
  for (const path of read) turns[turnOf(path)]?.push(path);
  const isOther = (path: string): boolean => !isLess(seen.get(path), noted.get(path)) || !noted.has(path);
  const other = new Set([...read, ...(resting?.still.paths.read ?? [])].filter(isOther).map(turnOf));
  const told = await contentOf(machine, watched, resting === null ? read : read.filter((path) => other.has(turnOf(path))));
  const digestOf = (paths: readonly string[]): string => (paths.every((path) => told?.get(path) !== null) ? digestOfTurn(paths.map((path) => [path, told?.get(path) ?? ''])) : '');
  return told === null ? null : turns.map((paths, turn) => (resting !== null && !other.has(turn) ? (resting.still.contents[turn] ?? '') : digestOf(paths)));
}

/** The digest of each file that was read: as it was seen, or as it was when it was noted down (null: that is not known). null when one of them cannot be had any more. */
async function contentOf(machine: Machine, { seen, noted, known }: Watch, read: readonly string[]): Promise<ReadonlyMap<string, string | null> | null> {
  const [all, untold] = [new Map<string, string | null>(), [] as string[]];
  for (const path of read) {
    const [now, before] = [seen.get(path), noted.get(path)];
    if (before !== undefined && isLess(now, before)) all.set(path, digestAt(before, known.get(path)));
    else if (now?.node?.digest === undefined) untold.push(path);
    else all.set(path, now.node.digest);
  }
  const answers = await machine.observe(untold.map((path) => ({ ask: 'path', path, want: 'digest' })));
  for (const [index, path] of untold.entries()) {
    const answer = answers[index];
    const found = answer?.ask === 'path' ? answer.node?.digest : undefined;
    if (found === undefined) return null;
    all.set(path, found);
  }
  return all;
}

function digestAt({ stamp }: Noted, known: Known | undefined): string | null {
  return known !== undefined && isSameStamp([...stamp], known.stamp) ? known.digest : null;
}
