/**
 * Why a run may do nothing. A plan follows from what was handed over and from what the host answered; a run that found everything as desired
 * notes down both: what it was handed, by name, and how every path was that it asked about, as git's index does. As long as all of that is
 * the same, the plan is the same: empty. So the next run asks for nothing but inodes, and reads, parses and compiles nothing.
 *
 * It is a copy and nothing more: without it (gone, damaged, of another croft, of another day) a run looks at everything, as the first one
 * did. Any difference, too, only makes it look. Three things are not left to inodes:
 * - A file that was written in the moment in which it was read may be written once more in that same moment, and its times stay as they
 *   are (git calls that racily clean). So nothing is noted down until everything is clearly older than the look at it.
 * - What changes by itself, changes at midnight (UTC): allowances begin and end by the day. So a note is good for the day on which it was
 *   made. What guards remember matters only to what is to go, so that its day may end without a look.
 * - Bytes that rot leave no trace in an inode. So a part of the files is read each turn, all of them once a day (turns.ts).
 */
import { digest } from '../model/digest.ts';
import type { Signer } from '../model/host-report.ts';
import type { Answer, Machine, Marked } from '../model/machine.ts';
import type { Plan } from '../model/plan.ts';
import { day } from '../model/day.ts';
import { gist } from '../resources/gist.ts';
import { turnsOfDay } from './turns.ts';
import type { Watch } from './watch.ts';

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
export interface Stillness extends About {
  /** Shape: `2026-11-28`, UTC. */
  readonly day: string;
  readonly plan: Pick<Plan, 'host' | 'revision' | 'holds' | 'unchanged' | 'checksum'>;
  /** What the run had to say about that. */
  readonly notices: readonly string[];
  /** The commit in force, and who is to hear of it. */
  readonly commit: string;
  readonly hosts: readonly Signer[];
  readonly paths: Paths;
  readonly stamp: string;
  readonly said: readonly (readonly [argv: readonly string[], gist: string])[];
  /** For each turn of the day, the digest of what is read then. */
  readonly contents: readonly string[];
}

/** All that was asked about: files that were read, what else is there or is not, and what was looked at from outside. */
export interface Paths {
  readonly read: readonly string[];
  readonly other: readonly string[];
  readonly outside: readonly string[];
}

/** How much older than the look at it something must be. Some file systems count in seconds, and in twos of them. Units: milliseconds. */
const granuleMs = 2000;

/** Is everything as it was, and what is read in these turns as well? Nothing else is read. */
export async function isStill(machine: Machine, { paths, stamp, said, contents }: Stillness, turns: readonly number[]): Promise<boolean> {
  const [stamped, ...answers] = await machine.observe([{ ask: 'stamps', paths: marked(paths) }, ...said.map(([argv]) => ({ ask: 'run', argv }) as const)]);
  if (stamped?.ask !== 'stamps' || stamped.digest !== stamp) return false;
  if (!said.every(([argv, was], index) => gistOf(argv, answers[index]) === was)) return false;
  for (const turn of turns) if ((await contentsIn(machine, paths.read, turn)) !== contents[turn]) return false;
  return true;
}

/** Note down a host that was watched while a run found nothing to do. Shape: null when it cannot be said for sure. Units: milliseconds since the epoch. */
export async function stillness(machine: Machine, watched: Watch, run: Omit<Stillness, 'day' | 'paths' | 'stamp' | 'said' | 'contents'> & { readonly lookedAt: number }): Promise<Stillness | null> {
  const { lookedAt, ...about } = run;
  if (watched.unclear || watched.looks.some(({ newest }) => newest > lookedAt - granuleMs)) return null;
  const read = await contentOf(machine, watched);
  if (read === null) return null;
  const paths = pathsOf(watched, new Set(read.keys()));
  const [stamped] = await machine.observe([{ ask: 'stamps', paths: marked(paths) }]);
  const again = await machine.observe(watched.looks.map((look) => ({ ask: 'stamps', paths: look.paths })));
  const isSame = watched.looks.every(({ stamp }, index) => stampOf(again[index]) === stamp);
  const stamp = stampOf(stamped);
  if (!isSame || stamp === null) return null;
  const contents = Array.from({ length: turnsOfDay }, (_, turn) => digestOf(inTurn(paths.read, turn), (path) => read.get(path) ?? ''));
  return { ...about, day: day(lookedAt), paths, stamp, said: [...watched.said.values()].map((each) => [each.argv, each.gist] as const), contents };
}

/** The digest of each file that was read; null when one of them cannot be had any more. */
async function contentOf(machine: Machine, { read }: Watch): Promise<ReadonlyMap<string, string> | null> {
  const untold = [...read].flatMap(([path, content]) => (content === null ? [path] : []));
  const answers = await machine.observe(untold.map((path) => ({ ask: 'path', path, want: 'digest' })));
  const told = new Map(answers.map((answer, index) => [untold[index] ?? '', answer.ask === 'path' ? answer.node?.digest : undefined]));
  const all = [...read].map(([path, content]) => [path, content ?? told.get(path) ?? null] as const);
  return all.every((entry): entry is [string, string] => entry[1] !== null) ? new Map(all) : null;
}

function pathsOf({ looks }: Watch, read: ReadonlySet<string>): Paths {
  const whole = new Set(looks.flatMap(({ paths }) => paths.whole));
  const outside = new Set(looks.flatMap(({ paths }) => paths.outside));
  return { read: [...read], other: [...whole].filter((path) => !read.has(path)), outside: [...outside].filter((path) => !whole.has(path)) };
}

function marked({ read, other, outside }: Paths): Marked {
  return { whole: [...read, ...other], outside };
}

function inTurn(read: readonly string[], turn: number): readonly string[] {
  return read.filter((_, index) => index % turnsOfDay === turn);
}

async function contentsIn(machine: Machine, read: readonly string[], turn: number): Promise<string> {
  const paths = inTurn(read, turn);
  const answers = await machine.observe(paths.map((path) => ({ ask: 'path', path, want: 'digest' })));
  const found = new Map(answers.map((answer, index) => [paths[index], answer.ask === 'path' ? answer.node?.digest : undefined]));
  return digestOf(paths, (path) => found.get(path) ?? '');
}

function digestOf(paths: readonly string[], content: (path: string) => string): string {
  return digest(paths.map((path) => `${content(path)} ${path}\n`).join(''));
}

function stampOf(answer: Answer | undefined): string | null {
  return answer?.ask === 'stamps' ? answer.digest : null;
}

function gistOf(argv: readonly string[], answer: Answer | undefined): string | null {
  return answer?.ask === 'run' ? gist(argv, answer) : null;
}
