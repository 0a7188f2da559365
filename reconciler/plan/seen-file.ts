/**
 * What was in files when they were last read, and their stamps then, as git's index has it: a run that looks at everything need not read what
 * has not moved since. It is kept in a file of root's own (own-file.ts), a line for each, sorted by path: the digest, the stamp's numbers, the
 * path. What a run on a host at rest saw otherwise is kept beside it, in a small file that names what it amends. Without them all is read.
 */
import { isSameStamp, type Known, type Machine } from '../model/machine.ts';
import { lineAbout } from '../model/sorted-lines.ts';
import { compareText } from '../model/source.ts';
import { bodyIn, headed, keepOwn, ownText, type Title } from './own-file.ts';
import { isYoung } from './stillness.ts';
import type { Recollection, Seen, Watch } from './watch.ts';

const seenPath = '/var/lib/croft/seen';
const sincePath = '/var/lib/croft/seen.new';
const what = 'seen 2';
/** When what amends it has more than one of so many characters, all of it is written. */
const share = 4;

/** What is known of files since something; null: no more. */
type Since = ReadonlyMap<string, Recollected | null>;

/** What of a recollection is written down as a whole, by the line that it begins with and its length in characters, and what since. */
const behind = new WeakMap<Recollection, { readonly of: string; readonly length: number; readonly since: Since }>();

/** Read what was in files. */
export async function recollectSeen(machine: Machine, build: string): Promise<Recollection> {
  const text = (await ownText(machine, seenPath)) ?? '';
  const body = bodyIn(text, { what, build }) ?? '';
  if (body === '') return recollected(new Map());
  const of = text.slice(0, text.indexOf('\n'));
  const since = sinceIn((await ownText(machine, sincePath)) ?? '', { what: sinceWhat(of), build });
  const seen: Recollection = {
    get: (path) => {
      if (since.has(path)) return since.get(path) ?? undefined;
      const line = lineAbout(body, path, pathOn);
      return line === null ? undefined : knownOn(line);
    },
    all: () => amended(parseSeen(text, build), since),
  };
  behind.set(seen, { of, length: body.length, since });
  return seen;
}

/** Make a recollection of what is in memory. */
export function recollected(known: ReadonlyMap<string, Known>): Recollection {
  return { get: (path) => known.get(path), all: () => known };
}

function sinceWhat(of: string): string {
  return `seen-since 1 (${of})`;
}

/** Keep it for the next run that looks at everything; only when it is something else. Errors: MachineError. */
export async function keepSeen(machine: Machine, build: string, watched: Watch): Promise<void> {
  const { known, resting } = watched;
  const others = othersIn(watched);
  if (others.size === 0) return;
  const written = resting === null ? undefined : behind.get(known);
  if (written !== undefined) {
    const text = formatSince(new Map([...written.since, ...others]), { what: sinceWhat(written.of), build });
    if (text.length * share <= written.length) return keepOwn(machine, sincePath, text);
  }
  await keepOwn(machine, seenPath, formatSeen(amended(known.all(), others), build));
}

function amended(seen: ReadonlyMap<string, Known>, since: Since): ReadonlyMap<string, Known> {
  const next = new Map(seen);
  for (const [path, each] of since) {
    if (each === null) next.delete(path);
    else next.set(path, each);
  }
  return next;
}

/** What is known otherwise now. Where the host was not at rest, all that is known was looked at. */
function othersIn({ seen, known, resting }: Watch): Since {
  const unseen = resting === null ? [...known.all().keys()].filter((path) => !seen.has(path)) : [];
  const looked = [...seen].flatMap(([path, each]): readonly (readonly [string, Known | null])[] => {
    const before = known.get(path) ?? null;
    const now = readIn(each, before) ?? (resting !== null && each.want === 'stat' && before !== null && isSameStamp(each.stamp, before.stamp) ? before : null);
    return now === before || (now !== null && now.stamp.at(-1) === before?.stamp.at(-1)) ? [] : [[path, now]];
  });
  return new Map([...unseen.map((path) => [path, null] as const), ...looked]);
}

/** What was read of a file that was looked at; null: nothing, or nothing that its stamp tells of. */
function readIn({ path, want, node, stamp, at }: Seen, before: Known | null): Known | null {
  if (want === 'secret' || node === null || !('digest' in node) || isYoung(node.changedAt, at) || path.includes('\n')) return null;
  return before !== null && isSameStamp(before.stamp, stamp) ? before : { stamp, digest: node.digest };
}

/** What was read, with the line that it was read from. */
type Recollected = Known & { readonly line?: string };

/** Write it down. */
export function formatSeen(seen: ReadonlyMap<string, Recollected>, build: string): string {
  const sorted = [...seen].sort(([one], [other]) => compareText(one, other));
  return headed(sorted.map(([path, each]) => `${lineOf(path, each)}\n`).join(''), { what, build });
}

function lineOf(path: string, { line, digest, stamp }: Recollected): string {
  return line ?? `${digest} ${stamp.join(' ')} ${path}`;
}

/** Read all of it; nothing when it is damaged, or another croft's. */
export function parseSeen(text: string, build: string): ReadonlyMap<string, Known> {
  const body = bodyIn(text, { what, build }) ?? '';
  const seen = new Map<string, Recollected>();
  for (const line of body.split('\n').slice(0, -1)) seen.set(pathOn(line), knownOn(line));
  return seen;
}

/** There are thousands of lines: each was written by formatSeen, to the byte, and no number has a slash in it. */
function pathOn(line: string): string {
  return line.slice(line.indexOf('/'));
}

function formatSince(since: Since, title: Title): string {
  return headed([...since].map(([path, each]) => `${each === null ? `gone ${path}` : lineOf(path, each)}\n`).join(''), title);
}

function sinceIn(text: string, title: Title): Since {
  const lines = (bodyIn(text, title) ?? '').split('\n').slice(0, -1);
  return new Map(lines.map((line) => [pathOn(line), line.startsWith('gone ') ? null : knownOn(line)]));
}

/** Of thousands few are asked for. */
function knownOn(line: string): Recollected {
  let stamp: Known['stamp'] | null = null;
  const end = line.indexOf(' ');
  return {
    line,
    digest: line.slice(0, end),
    get stamp() { return (stamp ??= line.slice(end + 1, line.indexOf('/') - 1).split(' ').map(Number)); },
  };
}
