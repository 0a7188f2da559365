/**
 * Why a run may do nothing. A plan follows from what was handed over and from what the host answered; a run that found everything as desired,
 * or made it so, notes down both: what it was handed, by name, and how every path was that it asked about, as git's index does. As long as
 * all of that is the same, the plan is the same: empty. So the next run asks for nothing but inodes, and reads, parses and compiles nothing.
 *
 * It is a copy and nothing more: without it (gone, damaged, of another croft, of another day) a run looks at everything, as the first one
 * did. Any difference, too, only makes it look: at what has moved (moved.ts), or at everything. Three things are not left to inodes:
 * - A file that was written in the moment in which it was read may be written once more in that same moment, and its times stay as they
 *   are (git calls that racily clean). So what was not clearly older than the look at it is noted down with what was found there, and the
 *   next run looks at that, too: until it is old enough.
 * - What changes by itself, changes at midnight (UTC): allowances begin and end by the day. So a note is good for the day on which it was
 *   made. What guards remember matters only to what is to go, so that its day may end without a look.
 * - Bytes that rot leave no trace in an inode. So a part of the files is read each turn, all of them once a day (turns.ts).
 */
import type { Declared } from '../model/declared.ts';
import { digest, digestOfNumbers } from '../model/digest.ts';
import type { Signer } from '../model/host-report.ts';
import { stampNumbers, type Answer, type Machine, type Marked, type Node, type Want } from '../model/machine.ts';
import type { Plan } from '../model/plan.ts';
import { gist } from '../resources/gist.ts';
import type { Census } from './sight.ts';
import { turnOf } from './turns.ts';

/** What a run goes by that is not on the host: another word for it is another stillness. */
export interface About {
  /** Digest of all that was asked for. */
  readonly asked: string;
  /** What the other half calls what it handed over. */
  readonly handed: string;
  /** Digest of root's own copy of that. */
  readonly copy: string;
}

/** A host as a run left it, with nothing to do. */
export interface Stillness extends Omit<Still, 'listing'> {
  readonly paths: Paths;
}

/** The same without the paths, which few ask for while it is so. */
export interface Still extends About {
  /** Shape: `2026-11-28`, UTC. */
  readonly day: string;
  readonly plan: Pick<Plan, 'host' | 'revision' | 'holds' | 'unchanged' | 'checksum'>;
  /** What the run had to say about that. */
  readonly notices: readonly string[];
  /** The commit in force, and who is to hear of it. */
  readonly commit: string;
  /** How many of each the co-op had then, and who were its admins. */
  readonly census: Census;
  readonly admins: readonly string[];
  /** Digest of all that guards knew of it, and what of that is said of the co-op itself. */
  readonly facts: string;
  readonly commons: Pick<Declared, 'cluster' | 'hosts' | 'allowances'>;
  readonly hosts: readonly Signer[];
  readonly listing: Listing;
  /** Digest of how they all were. */
  readonly stamp: string;
  /** How many runs in a row have looked only at what was at hand (at-hand.ts). */
  readonly inPart: number;
  readonly said: readonly (readonly [argv: readonly string[], gist: string])[];
  /** For each turn of the day, the digest of what is read then. */
  readonly contents: readonly string[];
  /** What was too new when it was looked at for its stamp to be believed: how much of it is to be looked at again, and the gist of that. */
  readonly young: readonly (readonly [path: string, want: Want, gist: string])[];
}

/** How a path was looked at: a file that was read, what else is there or is not, and what was looked at from outside. */
export type Manner = 'read' | 'other' | 'outside';

/** All that was asked about. */
export interface Paths extends Readonly<Record<Manner, readonly string[]>> {
  /** The same in the order of their rows, where that is had without a list of thousands. */
  readonly listed?: Marked;
  /** As what they are kept. */
  readonly kept?: Listing;
}

/** No paths at all. */
export const nowhere: Paths = { read: [], other: [], outside: [] };

/** Which paths are meant, and how many of each manner. */
export interface Listing {
  readonly digest: string;
  readonly counts: readonly [read: number, other: number, outside: number];
}

/** How paths were found to be. */
export type Stamped = Omit<Extract<Answer, { ask: 'stamps' }>, 'ask'>;

/** How much older than the look at it something must be. Some file systems count in seconds, and in twos of them. Units: milliseconds. */
const granuleMs = 2000;

/** A host that was found as it was noted down. */
export interface Resting {
  /** The note as it is to be kept. */
  readonly still: Stillness;
  /** All its paths, in the order of the note. */
  readonly stamped: Stamped;
  /** Was only what is at hand looked at (at-hand.ts)? The others have the stamps that they were noted down with. */
  readonly isPart: boolean;
}

/** In which turns something is to be read. Units: milliseconds since the epoch. */
export interface Waking {
  readonly turns: readonly number[];
  readonly now: number;
}

/** What a look at what a note speaks of comes to. */
export interface Found {
  /** null when something is another. */
  readonly resting: Resting | null;
  /** What was seen. */
  readonly again: Again;
}

/** Is everything as it was, and what is read in these turns as well? Nothing else is read. `isToCall`: the roll of it all, too. */
export async function restingAt(machine: Machine, still: Stillness, waking: Waking, isToCall = false): Promise<Found> {
  const again = await lookAgain(machine, still, { ...still, isToCall });
  const young = await youngAsSaid(machine, still, waking, { again, said: still.said, isStill: (stamped) => stampDigest(stamped) === still.stamp });
  return { resting: young === null ? null : { stamped: again.stamped, still: withYoung(still, young), isPart: false }, again };
}

/** The same note, with what is young still. */
export function withYoung<Note extends Pick<Still, 'young'>>(still: Note, young: Still['young']): Note {
  return young.length === still.young.length ? still : { ...still, young };
}

/** What a note says of contents. */
interface Contents extends Pick<Still, 'young' | 'contents'> {
  readonly paths: Pick<Paths, 'read'>;
}

/** What was seen, whether the stamps are those that they should be, and what programs said before. */
interface Stamping extends Pick<Still, 'said'> {
  readonly again: Again;
  readonly isStill: (stamped: Stamped) => boolean;
}

/** Is everything as it was, where that is said of these stamps? Shape: as of youngIn. */
export async function youngAsSaid(machine: Machine, noted: Contents, waking: Waking, { again, said, isStill }: Stamping): Promise<Still['young'] | null> {
  const { stamped, gists, nodes } = again;
  if (!isStill(stamped) || !said.every(([, was], index) => gists[index] === was)) return null;
  return youngIn(machine, noted, waking, { nodes, moved: new Set() });
}

/** Is what was young as it was, and what is read in these turns, but for what has moved? Shape: what of it is young still; null when something is another. */
export async function youngIn(machine: Machine, { young, paths, contents }: Contents, { turns, now }: Waking, { nodes, moved }: Pick<Again, 'nodes'> & { readonly moved: ReadonlySet<string> }): Promise<Still['young'] | null> {
  if (!young.every(([path, , was], index) => moved.has(path) || gistOf(nodes[index] ?? null) === was)) return null;
  // What is read in a turn is told of all of it.
  if ([...moved].some((path) => turns.includes(turnOf(path)))) return null;
  for (const turn of turns) if ((await contentsIn(machine, paths.read, turn)) !== contents[turn]) return null;
  return young.filter(([path], index) => !moved.has(path) && isYoung(nodes[index]?.changedAt ?? 0, now));
}

/** How all is now that a note speaks of: its paths, what its programs say, and what was young. */
export interface Again {
  readonly stamped: Stamped;
  readonly gists: readonly (string | null)[];
  readonly nodes: readonly (Node | null)[];
}

/** What is looked at, and whether the roll of it is to be called. */
interface LookedAt extends Pick<Stillness, 'paths' | 'said'> {
  readonly isToCall?: boolean;
}

/** Look at it. */
export async function lookAgain(machine: Machine, { young }: Pick<Stillness, 'young'>, { paths, said, isToCall = false }: LookedAt): Promise<Again> {
  const looks = young.map(([path, want]) => ({ ask: 'path', path, want }) as const);
  const [stamped, ...answers] = await machine.observe([{ ask: 'stamps', paths: marked(paths), ...(isToCall ? { called: true } : {}) }, ...said.map(([argv]) => ({ ask: 'run', argv }) as const), ...looks]);
  if (stamped?.ask !== 'stamps') throw new Error('an answer of another kind');
  const nodes = answers.slice(said.length).map((answer) => (answer.ask === 'path' ? answer.node : null));
  return { stamped, gists: said.map(([argv], index) => gistOfSaid(argv, answers[index])), nodes };
}

/** Name all paths in the order in which they are stamped. */
export function marked(paths: Paths): Marked {
  return paths.listed ?? { whole: [...paths.read, ...paths.other], outside: paths.outside };
}

/** Name all paths in the order of their rows. */
export function inRows({ read, other, outside }: Paths): readonly string[] {
  return [...read, ...other, ...outside];
}

/** The numbers of one of many paths. */
export function rowAt(rows: Float64Array, number: number): Float64Array {
  return rows.subarray(number * stampNumbers, (number + 1) * stampNumbers);
}

/** What of a node any kind would go by. Shape: a digest. */
export function gistOf(node: Node | null): string {
  if (node === null) return digest('nothing');
  const { type, mode, owner, group, target, digest: content, entries } = node;
  return digest(JSON.stringify([type, mode, owner, group, target, content, entries]));
}

/** Was something hardly older than the look at it? */
export function isYoung(changedAt: number, lookedAt: number): boolean {
  return changedAt > lookedAt - granuleMs;
}

async function contentsIn(machine: Machine, read: readonly string[], turn: number): Promise<string> {
  const paths = read.filter((path) => turnOf(path) === turn);
  const answers = await machine.observe(paths.map((path) => ({ ask: 'path', path, want: 'digest' })));
  return digestOfTurn(paths.map((path, index) => {
    const answer = answers[index];
    return [path, (answer?.ask === 'path' ? answer.node?.digest : undefined) ?? ''];
  }));
}

/** Digest what is read in a turn. */
export function digestOfTurn(contents: readonly (readonly [path: string, content: string])[]): string {
  return digest(contents.map(([path, content]) => `${content} ${path}\n`).join(''));
}

/** Stand for all that was stamped, and for what answers depend on beside it. */
export function stampDigest({ rows, names, keys }: Stamped): string {
  return digest(`${digestOfNumbers(rows)} ${names} ${keys}`);
}

function gistOfSaid(argv: readonly string[], answer: Answer | undefined): string | null {
  return answer?.ask === 'run' ? gist(argv, answer) : null;
}
