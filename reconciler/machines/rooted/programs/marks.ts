/**
 * Words in a file that make the daemons of a rooted machine behave badly, so that tests can see what croft does then. They fit in a
 * comment, or in a value that a member may choose.
 */
import { compareText } from '../../../model/source.ts';
import type { Host, PlainFile } from '../host.ts';
import { isUnmarked, keepUnmarked } from './unmarked.ts';

/** What each of them does. */
export const MARKS = {
  /** Every check refuses a file with it. */
  refuse: 'croft-rooted: refuse',
  /** Only the check of the whole does, not that of the file alone. */
  whole: 'croft-rooted: spoil-the-whole',
  /** The check of the whole refuses a second file with it. */
  single: 'croft-rooted: only-one',
  /** Checks find it right, and the daemon does not load it. */
  load: 'croft-rooted: fail-to-load',
  /** The daemon loads it and does not know the name in it. */
  silent: 'croft-rooted: silent',
  /** The daemon loads it and answers nobody any more. */
  mute: 'croft-rooted: mute',
} as const;

/** With this every one of them begins. */
const BEGINNING = 'croft-rooted: ';

/** Where a mark stands. Shape: `path:line`. */
export function markIn(host: Host, path: string, mark: string): string | null {
  const lines = (host.text(path) ?? '').split('\n');
  const line = lines.findIndex((each) => each.includes(mark));
  return line < 0 ? null : `${path}:${line + 1}`;
}

/** Every file below a directory with a mark (or other words), in order. No daemon reads hidden files, such as those that wait beside their places. */
export function marksBelow(host: Host, folder: string, mark: string): readonly string[] {
  const files = mark.startsWith(BEGINNING) ? markedFiles(host, folder) : filesOf(host, folder, () => true);
  return files.flatMap(({ path }) => markIn(host, path, mark) ?? []);
}

/** The first file below a directory with a mark; null when there is none. */
export function markedBelow(host: Host, folder: string, mark: string): string | null {
  return marksBelow(host, folder, mark)[0] ?? null;
}

/** What was found the last time, as long as nothing can have changed since. */
const lately = new WeakMap<Host, { readonly moment: number; readonly marked: Map<string, readonly PlainFile[]> }>();
function markedFiles(host: Host, folder: string): readonly PlainFile[] {
  const before = lately.get(host);
  const marked = before?.moment === host.moment() ? before.marked : new Map<string, readonly PlainFile[]>();
  const known = marked.get(folder) ?? filesOf(host, folder, (file) => isMarked(host, file));
  marked.set(folder, known);
  // What is written here no daemon reads.
  keepUnmarked(host);
  lately.set(host, { moment: host.moment(), marked });
  return known;
}

/** The files below a directory that are wanted, as who goes through its directories one by one comes by. */
function filesOf(host: Host, folder: string, wanted: (file: PlainFile) => boolean): readonly PlainFile[] {
  const found: { readonly file: PlainFile; readonly key: string }[] = [];
  host.files(folder, (file) => {
    if (wanted(file)) found.push({ file, key: file.path.replaceAll('/', '\0') });
  });
  return found.sort((a, b) => compareText(a.key, b.key)).map(({ file }) => file);
}

/** Has a file one of the words in it that daemons go by? */
export function isMarked(host: Host, { path, stats }: PlainFile): boolean {
  return !isUnmarked(host, stats, () => !(host.text(path) ?? '').includes(BEGINNING));
}
