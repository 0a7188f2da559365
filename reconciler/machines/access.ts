/**
 * Names and numbers of users and groups, as this host knows them: /etc/passwd and /etc/group, then the same files of libnss-extrausers
 * below /var/lib/extrausers, where croft keeps members. Of two lines with one name or one number the first is right, as nsswitch.conf's
 * `files extrausers` has it. Read directly, because getent(1) would also ask whatever else nsswitch.conf names. Source: passwd(5), group(5).
 */
import { chownSync, type Stats } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import { readText } from './read.ts';
import { find, leave, look, type Tree } from './tree.ts';

/** Who owns a node, in numbers. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** Where owners are kept: in inodes, or (rooted) in a ledger. */
export interface Ownership {
  of(path: string, stats: Stats): Ids;
  /** Give what an open descriptor refers to; `path` is its name. */
  give(fd: number, path: string, ids: Ids): void;
  /** A node has another name now, and whatever is in it. */
  moved(from: string, to: string): void;
  /** A second name for the same node. */
  linked(from: string, to: string): void;
  forget(path: string): void;
}

/** Owners where the system keeps them. Changed through /proc, because fchown(2) takes no descriptor that was opened by name only. */
export const inodes: Ownership = {
  of: (_path, { uid, gid }) => ({ uid, gid }),
  give: (fd, _path, { uid, gid }) => chownSync(`/proc/self/fd/${fd}`, uid, gid),
  moved: () => undefined,
  linked: () => undefined,
  forget: () => undefined,
};

/** The host's names for its users and groups. */
export interface Names {
  /** When next asked, read the files again if they have changed. */
  refresh(): void;
  user(uid: number): string;
  group(gid: number): string;
  /** Errors: MachineError when the host has no such user or group. */
  ids(access: { readonly owner: string; readonly group: string }, path: string): Ids;
}

interface Directory {
  readonly numbers: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<number, string>;
}

const USERS = ['/etc/passwd', '/var/lib/extrausers/passwd'];
const GROUPS = ['/etc/group', '/var/lib/extrausers/group'];
/** Where a host's names for its users and groups are. */
export const NAMES: readonly string[] = [...USERS, ...GROUPS];
const NOBODY: Directory = { numbers: new Map(), names: new Map() };

/** Know a host's users and groups. */
export function names(tree: Tree): Names {
  let seen = '';
  let isFresh = false;
  let [users, groups] = [NOBODY, NOBODY];
  const lookAgain = (): void => {
    if (isFresh) return;
    isFresh = true;
    const now = signature(tree);
    if (now !== seen) [users, groups, seen] = [directory(tree, USERS), directory(tree, GROUPS), now];
  };
  const name = (known: () => Directory) => (id: number): string => {
    lookAgain();
    return known().names.get(id) ?? String(id);
  };
  return {
    refresh: () => {
      isFresh = false;
    },
    user: name(() => users),
    group: name(() => groups),
    ids({ owner, group }, path) {
      lookAgain();
      return { uid: number(users, { name: owner, what: 'user', path }), gid: number(groups, { name: group, what: 'group', path }) };
    },
  };
}

/** Read a mode of four octal digits. */
export function modeBits(mode: string): number {
  if (!/^[0-7]{4}$/.test(mode)) throw new MachineError(`cannot set mode ${JSON.stringify(mode)}: a mode is four octal digits, such as 0644`);
  return Number.parseInt(mode, 8);
}

function number({ numbers }: Directory, { name, what, path }: { readonly name: string; readonly what: string; readonly path: string }): number {
  const id = numbers.get(name) ?? (/^\d{1,9}$/.test(name) ? Number(name) : undefined);
  if (id === undefined) throw new MachineError(`cannot give ${path} to ${what} '${name}': this host has no such ${what}`);
  return id;
}

/** Each run of a host reads it, of ten thousand members to name the owner of one file: so no line is taken apart further than that takes. */
function directory(tree: Tree, paths: readonly string[]): Directory {
  const [numbers, names] = [new Map<string, number>(), new Map<number, string>()];
  // Of two with one name or one number the first is right, so it is taken last.
  for (const line of paths.flatMap((path) => (readText(tree, path) ?? '').split('\n')).reverse()) {
    const [, name, id] = /^([^:]+):[^:]*:(\d+)(?::|$)/.exec(line) ?? [];
    if (name === undefined) continue;
    numbers.set(name, Number(id));
    names.set(Number(id), name);
  }
  return { numbers, names };
}

function signature(tree: Tree): string {
  return NAMES.map((path) => stamp(tree, path)).join(' ');
}

function stamp(tree: Tree, path: string): string {
  const place = find(tree, path, 'look');
  if ('broken' in place) return '-';
  try {
    const stats = look(place);
    return stats === null ? '-' : [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(':');
  } finally {
    leave(place);
  }
}
