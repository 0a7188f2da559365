/** The note of a run that left everything as desired (stillness.ts): made of what was seen, once nothing moves any more (rest.ts). */
import type { Machine } from '../model/machine.ts';
import type { Kinds } from './observe.ts';
import { checksum, type Planned } from './plan.ts';
import { restOf } from './rest.ts';
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
  const young = [...watched.seen.values()].filter(isToBeRead);
  const read = await contentOf(machine, watched, paths.read);
  if (read === null || young.some(({ want }) => want === 'secret')) return null;
  const said = [...watched.said.values()].map((each) => [each.argv, each.gist] as const);
  const { plan: { host, revision, holds }, catalog } = planned;
  const plan = { host, revision, holds, unchanged: catalog.resources.length, checksum: checksum([]) };
  return { ...about, plan, paths, stamp: stampDigest(stamped), said, contents: contentsOf(read), young: young.map(({ path, want, node }) => [path, want === 'entries' || want === 'stat' ? want : 'digest', gistOf(node)] as const) };
}

function contentsOf(read: ReadonlyMap<string, string>): readonly string[] {
  const turns = Array.from({ length: turnsOfDay }, (): (readonly [string, string])[] => []);
  for (const each of read) turns[turnOf(each[0])]?.push(each);
  return turns.map(digestOfTurn);
}

/** Was this so new when it was looked at that its stamp does not tell? What a stamp says by itself it tells: only not what is in something. */
function isToBeRead({ node, want, at }: Seen): boolean {
  return node !== null && (want !== 'stat' || node.type === 'link') && isYoung(node.changedAt, at);
}

/** The digest of each file that was read; null when one of them cannot be had any more. */
async function contentOf(machine: Machine, { seen }: Watch, read: readonly string[]): Promise<ReadonlyMap<string, string> | null> {
  const untold = read.filter((path) => seen.get(path)?.node?.digest === undefined);
  const answers = await machine.observe(untold.map((path) => ({ ask: 'path', path, want: 'digest' })));
  const told = new Map(answers.map((answer, index) => [untold[index] ?? '', answer.ask === 'path' ? answer.node?.digest : undefined]));
  const all = read.map((path) => [path, seen.get(path)?.node?.digest ?? told.get(path) ?? null] as const);
  return all.every((entry): entry is [string, string] => entry[1] !== null) ? new Map(all) : null;
}
