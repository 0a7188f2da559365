/**
 * Directories that were reached and judged a moment ago, held open: a thousand files in one directory are one way and not a thousand. A
 * directory that is held is used again only while the kernel says that it still has its name, by no link (`/proc/self/fd/<n>`), so nobody
 * can put another one in its place; who may write in it changes by a step of croft's own (which forgets the way) or by root's hand, and no
 * longer than until this process next waits for anything. The kernel is asked once for each question or step (`renew`), and not at all for
 * a calm one that follows another without a wait (perform.ts): nobody but root can move what is on the way to a change, and who moves
 * what is only looked at is seen a moment later. Source: proc_pid_fd(5).
 */
import { closeSync, readlinkSync } from 'node:fs';
import type { Purpose } from './tree.ts';

/** A directory that is held open, and how many use it now. */
export interface Held {
  readonly fd: number;
  readonly path: string;
  users: number;
  isForgotten: boolean;
  /** In which moment the kernel last said so. */
  moment: number;
}

interface Reached {
  readonly fd: number;
  readonly path: string;
  readonly held?: Held;
}

/** The directories that are held open for a tree. */
export interface Ways {
  /** The directory of this path, or the closest one above it that is held; to be let go like any other. */
  nearest(root: string, path: string, purpose: Purpose): Reached | null;
  /** Hold a directory that was reached without links. */
  keep(reached: Reached, purpose: Purpose): Reached;
  /** Another moment: ask the kernel again for what is held. */
  renew(): void;
  /** Hold no directory any more that is at this path or below; without one: none at all. */
  forget(path?: string): void;
}

/** More are not held at once: each is a descriptor. */
const MOST = 32;

/** Let go of a directory: it is closed when nobody uses it and nobody holds it for others. */
export function letGo({ fd, held }: { readonly fd: number; readonly held?: Held }): void {
  if (held === undefined) return closeSync(fd);
  held.users -= 1;
  if (held.isForgotten && held.users === 0) closeSync(fd);
}

/** Hold directories until this process next waits. */
export function waysOf(): Ways {
  const known: { readonly [purpose in Purpose]: Map<string, Held> } = { look: new Map(), change: new Map() };
  let isEnding = false;
  let moment = 0;
  function drop(purpose: Purpose, held: Held): void {
    known[purpose].delete(held.path);
    held.isForgotten = true;
    if (held.users === 0) closeSync(held.fd);
  }
  function forget(path?: string): void {
    for (const purpose of ['look', 'change'] as const) {
      for (const held of known[purpose].values()) if (path === undefined || held.path === path || held.path.startsWith(`${path}/`)) drop(purpose, held);
    }
  }
  function use(purpose: Purpose, held: Held): Reached {
    held.users += 1;
    known[purpose].delete(held.path);
    known[purpose].set(held.path, held);
    return { fd: held.fd, path: held.path, held };
  }
  /** Does it still have its name, by no link? */
  function isThere(root: string, held: Held): boolean {
    if (held.moment === moment) return true;
    held.moment = moment;
    return readlinkSync(`/proc/self/fd/${held.fd}`) === (root === '/' ? held.path : `${root}${held.path}`);
  }
  return {
    forget,
    renew: () => {
      moment += 1;
    },
    nearest(root, path, purpose) {
      for (let directory = path; directory !== ''; directory = directory.slice(0, directory.lastIndexOf('/'))) {
        const held = known[purpose].get(directory);
        if (held === undefined) continue;
        if (isThere(root, held)) return use(purpose, held);
        drop(purpose, held);
      }
      return null;
    },
    keep({ fd, path }, purpose) {
      if (path === '') return { fd, path };
      if (!isEnding) {
        isEnding = true;
        setImmediate(() => {
          isEnding = false;
          forget();
        });
      }
      const before = known[purpose].get(path);
      if (before !== undefined) drop(purpose, before);
      const [oldest] = known[purpose].values();
      if (oldest !== undefined && known[purpose].size >= MOST) drop(purpose, oldest);
      return use(purpose, { fd, path, users: 0, isForgotten: false, moment });
    },
  };
}
