/**
 * A machine whose every answer is noted down with what it was an answer to, and when: so that a run which leaves all as desired knows
 * afterwards on what exactly that rests. Each path is stamped before it is read; as long as its stamp is the same, what was answered is
 * what stands there. While the host is changed, what is seen of paths counts as well: it is newer. Where the host was found as an earlier
 * run noted it down, that note counts for all that is not asked about again.
 */
import { digest } from '../model/digest.ts';
import { isSameStamp, stampNumbers, whatItIs, type Answer, type Known, type Machine, type Node, type Probe, type Stamp, type Want } from '../model/machine.ts';
import { gist } from '../resources/gist.ts';
import { noted, type Noted, type Notes } from './noted.ts';
import type { Manner, Resting } from './stillness.ts';

/** A path as it was when it was last looked at. */
export interface Seen {
  readonly path: string;
  /** How much of it was asked for; `secret`: only the machine knows what is in it. */
  readonly want: Want | 'secret';
  /** Without its text, but with the digest of that. */
  readonly node: Node | null;
  readonly stamp: Stamp;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a program was asked, and the gist of what it said. */
export interface Said {
  readonly argv: readonly string[];
  readonly gist: string;
}

/** What answers depend on beside what is asked about. */
export type Bearings = Pick<Extract<Answer, { ask: 'stamps' }>, 'names' | 'keys'>;

/** The names of a user and a group. */
export interface Whose {
  readonly owner: string;
  readonly group: string;
  readonly path: string;
}

/** What was in files when they were last read, by path. Of thousands few are asked for where a host is at rest. */
export interface Recollection {
  get(path: string): Known | undefined;
  all(): ReadonlyMap<string, Known>;
}

/** Everything that was asked of a machine. */
export interface Watch {
  /** The same machine: what it answers is what a plan follows from. */
  readonly machine: Machine;
  /** The same, while the host is changed: only what it answers about paths is noted down, and what it was told to write. */
  readonly changing: Machine;
  readonly seen: ReadonlyMap<string, Seen>;
  readonly said: ReadonlyMap<string, Said>;
  /** What need not be read again as long as it has not moved. */
  readonly known: Recollection;
  /** What was written last, by path. */
  readonly wrote: ReadonlyMap<string, string>;
  /** What an earlier run noted down, and found to be so; null: nothing. */
  readonly resting: Resting | null;
  /** All paths of that, by name. */
  readonly noted: Notes;
  /** What answers depended on at first beside what was asked about; null while nothing was asked. */
  readonly bearings: Bearings | null;
  /** Who has which numbers, and a path that shows it. */
  readonly whose: ReadonlyMap<string, Whose>;
  /** Was something asked that can be told by no stamp, or did something move while it was looked at? */
  readonly unclear: boolean;
}

/** What a watch goes by. */
export interface Watching {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What need not be read again as long as it has not moved. */
  readonly known: Recollection;
  /** How the host was found; null: nothing is known of it. */
  readonly resting: Resting | null;
}

/** Note down whatever a machine is asked from now on. */
export function watch(machine: Machine, { now, known, resting }: Watching): Watch {
  const [seen, wrote, whose] = [new Map<string, Seen>(), new Map<string, string>(), new Map<string, Whose>()];
  const said = new Map<string, Said>(resting?.still.said.map(([argv, before]) => [JSON.stringify(argv), { argv, gist: before }]));
  const before = noted(resting);
  let isChanged = false;
  let [unclear, bearings]: [boolean, Bearings | null] = [false, resting?.stamped ?? null];
  const see = (each: Seen, isLooking: boolean): void => {
    const earlier = seen.get(each.path);
    if (isLooking && !(earlier === undefined ? isAsNoted(before.get(each.path), each) : isSameStamp(earlier.stamp, each.stamp))) unclear = true;
    if (earlier === undefined || weightOf(each) >= weightOf(earlier)) seen.set(each.path, each);
    if (isOfOtherName(whose, each)) unclear = true;
  };
  const hear = (each: Said): void => {
    const key = JSON.stringify(each.argv);
    const earlier = said.get(key);
    // What rests on the earlier answer is not looked at again; only the run itself may have changed it.
    if (!isChanged && earlier !== undefined && earlier.gist !== each.gist) unclear = true;
    said.set(key, each);
  };
  const observe = async (probes: readonly Probe[], isLooking: boolean): Promise<readonly Answer[]> => {
    const at = now();
    bearings ??= await bearingsOf(machine);
    const behind = probes.flatMap(pathsBehind);
    const asked = [...behind.map(({ path }) => ({ ask: 'path', path, want: 'stat' }) as const), ...probes].map((probe) => (probe.ask === 'path' ? { ...probe, known: known.get(probe.path) ?? null } : probe));
    const answers = await machine.observe(asked);
    for (const [index, probe] of asked.entries()) {
      const answer = answers[index];
      if (probe.ask === 'path' && answer?.ask === 'path') see(seenOf(probe, answer, { want: behind[index]?.want ?? probe.want, at }), isLooking);
      else if (isLooking && probe.ask === 'run' && answer?.ask === 'run') hear({ argv: probe.argv, gist: gist(probe.argv, answer) });
      else if (isLooking && pathsBehind(probe).length === 0) unclear = true;
    }
    return answers.slice(behind.length);
  };
  return {
    machine: { ...machine, observe: (probes) => observe(probes, true) },
    changing: {
      ...machine,
      observe: (probes) => observe(probes, false),
      perform: (step) => {
        isChanged = true;
        if (step.do === 'write') wrote.set(step.path, step.text);
        return machine.perform(step);
      },
    },
    seen, said, wrote, whose, known, resting, noted: before,
    get unclear() { return unclear; },
    get bearings() { return bearings; },
  };
}

/** What must not move for the answer to be the same, where no more of that is told. */
function pathsBehind(probe: Probe): readonly Pick<Seen, 'path' | 'want'>[] {
  if (probe.ask === 'excerpts') return [{ path: probe.path, want: 'stat' }];
  const secret = probe.ask === 'derived' ? [probe.path] : probe.ask === 'sealed' ? [probe.path, probe.record] : [];
  return secret.map((path) => ({ path, want: 'secret' }));
}

function seenOf({ path }: { readonly path: string }, { node, stamp = [] }: Extract<Answer, { ask: 'path' }>, { want, at }: Pick<Seen, 'want' | 'at'>): Seen {
  if (node?.text === undefined) return { path, want, node, stamp, at };
  const { text, ...bare } = node;
  let known: string | null = null;
  // Of a great file that nobody asks about again it takes as long as to read it.
  return { path, want, node: { ...bare, get digest() { return (known ??= digest(text)); } }, stamp, at };
}

/** Whoever looked at more of a path knows more. */
function weightOf({ want }: Seen): number {
  return want === 'stat' ? 0 : want === 'entries' ? 1 : 2;
}

const weights: { readonly [manner in Manner]: number } = { outside: 0, other: 1, read: 2 };

/** What was seen of a path, where that is as much as was noted down before; undefined: as far as that goes, it is as it was noted down. */
export function seenAnew({ seen, noted: before }: Pick<Watch, 'seen' | 'noted'>, path: string): Seen | undefined {
  const [each, earlier] = [seen.get(path), before.get(path)];
  // Where nothing is there is no more to see.
  return each === undefined || earlier === undefined || each.node === null || weights[earlier.manner] <= weightOf(each) ? each : undefined;
}

/** All paths of which that was seen. */
export function allSeenAnew(watched: Pick<Watch, 'seen' | 'noted'>): ReadonlyMap<string, Seen> {
  return new Map([...watched.seen].filter(([path]) => seenAnew(watched, path) !== undefined));
}

/** How many numbers of a stamp tell of something: of a directory that was looked at from outside only the first ones. */
export function countedIn({ node }: Seen, isOutside: boolean): number {
  return isOutside && node?.type === 'directory' ? whatItIs : stampNumbers;
}

/** What moved since the note was found right may have moved before what rests on it was believed. */
function isAsNoted(before: Noted | undefined, seen: Seen): boolean {
  return before === undefined || isSameStamp(before.stamp, seen.stamp, countedIn(seen, before.manner === 'outside'));
}

async function bearingsOf(machine: Machine): Promise<Bearings | null> {
  const [answer] = await machine.observe([{ ask: 'stamps', paths: { whole: [], outside: [] } }]);
  return answer?.ask === 'stamps' ? { names: answer.names, keys: answer.keys } : null;
}

/** Was a number somebody else's before? Then what was said of whoever has it does not stand. */
function isOfOtherName(whose: Map<string, Whose>, { path, node, stamp: [, , , uid, gid] }: Seen): boolean {
  if (node === null) return false;
  const [numbers, { owner, group }] = [`${uid}:${gid}`, node];
  const before = whose.get(numbers);
  if (before === undefined) whose.set(numbers, { owner, group, path });
  return before !== undefined && (before.owner !== owner || before.group !== group);
}
