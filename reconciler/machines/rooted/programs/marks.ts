/**
 * Words in a file that make the daemons of a rooted machine behave badly, so that tests can see what croft does then. They fit in a
 * comment, or in a value that a member may choose.
 */
import type { Host } from '../host.ts';

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

/** Where a mark stands. Shape: `path:line`. */
export function markIn(host: Host, path: string, mark: string): string | null {
  const lines = (host.text(path) ?? '').split('\n');
  const line = lines.findIndex((each) => each.includes(mark));
  return line < 0 ? null : `${path}:${line + 1}`;
}

/** Every file below a directory with a mark, in order. No daemon reads hidden files, such as those that wait beside their places. */
export function marksBelow(host: Host, folder: string, mark: string): readonly string[] {
  return host.entries(folder).filter((name) => !name.startsWith('.')).flatMap((name) => {
    const path = `${folder}/${name}`;
    return host.stats(path)?.isDirectory() ? marksBelow(host, path, mark) : (markIn(host, path, mark) ?? []);
  });
}

/** The first file below a directory with a mark; null when there is none. */
export function markedBelow(host: Host, folder: string, mark: string): string | null {
  return marksBelow(host, folder, mark)[0] ?? null;
}
