/**
 * Where a host's stillness is kept, in a file of root's own (own-file.ts): a line of facts, and the paths, one a line, for there may be
 * hundreds of thousands.
 */
import { day } from '../model/day.ts';
import type { Listed, Machine } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText } from './own-file.ts';
import { inRows, type Paths, type Stillness } from './stillness.ts';

const stillPath = '/var/lib/croft/still';
const what = 'still 5';

type Facts = Omit<Stillness, 'paths'> & { readonly counts: readonly [read: number, other: number, outside: number] };

/** Read what the last run noted down; null when there is nothing that is good now. Units: milliseconds since the epoch. */
export async function recollect(machine: Machine, now: { readonly build: string; readonly asked: string; readonly at: number }): Promise<Stillness | null> {
  const text = await ownText(machine, stillPath);
  const still = text === null ? null : parseStillness(text, now.build);
  return still !== null && still.asked === now.asked && still.day === day(now.at) ? still : null;
}

/** Keep it for the next run, or take away what is not true any more. Errors: MachineError. */
export function keepStill(machine: Machine, build: string, still: Stillness | null): Promise<void> {
  const text = still === null ? null : formatStillness(still, build);
  return text === null ? machine.perform({ do: 'remove', path: stillPath }) : keepOwn(machine, stillPath, text);
}

/** Write it down; null when some path does not fit in a line. */
export function formatStillness({ paths, ...facts }: Stillness, build: string): string | null {
  const all = inRows(paths);
  if (all.some((path) => path.includes('\n'))) return null;
  const written: Facts = { ...facts, counts: [paths.read.length, paths.other.length, paths.outside.length] };
  return headed([JSON.stringify(written), ...all, ''].join('\n'), { what, build });
}

/** Read it; null when it is damaged, or another croft's. */
export function parseStillness(text: string, build: string): Stillness | null {
  const body = bodyIn(text, { what, build });
  if (body === null) return null;
  const from = body.indexOf('\n') + 1;
  const { counts, ...facts } = JSON.parse(body.slice(0, from)) as Facts;
  return { ...facts, paths: pathsIn(body, from, counts) };
}

/** At rest all are gone through once, and no lists are made of them: it is dearer than to make each when it has its turn. */
function pathsIn(text: string, from: number, counts: Facts['counts']): Paths {
  const [read, other, outside] = counts;
  let known: Lists | null = null;
  const lists = (): Lists => (known ??= listsIn(text.slice(from), counts));
  return {
    get read() { return lists().read; },
    get other() { return lists().other; },
    get outside() { return lists().outside; },
    listed: { whole: linesFrom(text, from, [0, read + other]), outside: linesFrom(text, from, [read + other, outside]) },
  };
}

type Lists = Omit<Paths, 'listed'>;

function listsIn(text: string, [read, other, outside]: Facts['counts']): Lists {
  const lines = text.split('\n');
  const [from, to] = [read + other, read + other + outside];
  return { read: lines.slice(0, read), other: lines.slice(read, from), outside: lines.slice(from, to) };
}

/** Make lines of a text one by one, after some that are left out. */
function linesFrom(text: string, from: number, [skipped, length]: readonly [skipped: number, length: number]): Listed {
  function* lines(): Generator<string, undefined> {
    let start = from;
    for (let line = 0; line < skipped + length; line += 1) {
      const end = text.indexOf('\n', start);
      if (line >= skipped) yield text.slice(start, end);
      start = end + 1;
    }
  }
  return { length, [Symbol.iterator]: lines };
}
