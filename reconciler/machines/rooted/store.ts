/**
 * What a rooted machine remembers of the things that a directory cannot be: owners, packages, running units, sessions, subvolumes.
 * Each is a flat JSON object below /var/lib/croft/rooted/, for people and tests to read and to edit, as one would on a host. A change is
 * one more entry at the end, in the place of the closing brace (of two entries with one key JSON has the last; null: there is none any
 * more), and now and then the file is written anew: else each of n changes would cost n entries.
 * `ownership.json` path → "uid:gid" (else root's), `packages.json` deb → status, `units.json` unit → "active", `sessions.json` user → number of
 * sessions, `filesystems.json` path → type, `subvolumes.json` path → id, `quotas.json` path → bytes, `refuse.json` beginning of a command line → what
 * it says when it fails (`text:<words>`: no daemon takes these words any more; other words that daemons do not bear are in programs/marks.ts).
 * `log` has one line of JSON for each program run that changes something; `took` may wait for what each play takes (took.ts).
 */
import { closeSync, constants, fstatSync, openSync, writeSync, type Stats } from 'node:fs';
import { MachineError } from '../../model/machine.ts';
import { textAt } from '../read.ts';
import { enter, find, leave, look, type Place, type Tree } from '../tree.ts';
import { replace } from './replace.ts';
import { added, CLOSING, inOrder, textOf, told, type Change, type Told } from './table.ts';

/** What is remembered, each in a file of its own. */
const tableNames = ['filesystems', 'ownership', 'packages', 'quotas', 'refuse', 'sessions', 'subvolumes', 'units'] as const;
export type TableName = (typeof tableNames)[number];
/** One of these files, as read: in the order of its keys, where somebody goes through it. */
export type Table = ReadonlyMap<string, string>;

/** What is to be remembered from now on. */
export type Changes = Iterable<Change>;

/** The memory of a rooted machine. */
export interface Store {
  /** Look at the files again when next asked. */
  refresh(): void;
  table(name: TableName): Table;
  /** The same table until it was edited by hand; then another one. */
  keep(name: TableName, changes: Changes): void;
  log(entry: { readonly argv: readonly string[]; readonly status: number }): void;
}

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const AMEND = constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Of these each entry is asked for by its key, and nobody needs their order. Of ten thousand members the first has eighty thousand. */
const unsorted: ReadonlySet<TableName> = new Set(['ownership', 'quotas']);

/** Where it is, below the machine's root. */
export const STORE = '/var/lib/croft/rooted';

/** A table, as it is in its file. */
interface Known {
  readonly stamp: string;
  readonly table: Map<string, string>;
  /** The end of the file, when it is such that an entry can be added there. */
  readonly end: number | null;
  /** Entries in the file that others have taken the place of. */
  readonly outdated: number;
}

/** Tables that were amended a moment ago, held open until this process next waits, or somebody else has put another file in the place of one. */
type Held = Map<TableName, number>;

interface Amending extends Known {
  readonly end: number;
  readonly news: readonly Change[];
  readonly held: Held;
}

/** Open the memory of a rooted machine. A table is read once for each question or step, so that edits by hand are seen. */
export function store(tree: Tree): Store {
  const known = new Map<TableName, Known>();
  const fresh = new Set<TableName>();
  const held: Held = new Map();
  function letGo(name: TableName): void {
    const fd = held.get(name);
    if (fd !== undefined) closeSync(fd);
    held.delete(name);
  }
  function letGoSoon(): void {
    if (held.size === 0) setImmediate(() => [...held.keys()].forEach(letGo));
  }
  function current(name: TableName): Known {
    const before = known.get(name);
    if (before !== undefined && fresh.has(name)) return before;
    const now = stamp(tree, name);
    if (before?.stamp !== now) letGo(name);
    const found = before?.stamp === now ? before : { stamp: now, ...read(tree, name) };
    known.set(name, found);
    fresh.add(name);
    return found;
  }
  return {
    refresh: () => fresh.clear(),
    table: (name) => current(name).table,
    keep(name, changes) {
      const before = current(name);
      const news = [...changes].filter(([key, value]) => (before.table.get(key) ?? null) !== value);
      if (news.length === 0 && before.stamp !== '') return;
      for (const [key, value] of news) {
        if (value === null) before.table.delete(key);
        else before.table.set(key, value);
      }
      if (before.end === null || before.outdated > before.table.size + 100) {
        letGo(name);
        known.set(name, write(tree, name, before.table));
      } else {
        letGoSoon();
        known.set(name, amend(tree, name, { ...before, end: before.end, news, held }));
      }
      fresh.add(name);
    },
    log: (entry) => append(tree, `${JSON.stringify(entry)}\n`),
  };
}

function stamp(tree: Tree, name: TableName): string {
  return within(tree, name, (place) => {
    const stats = look(place);
    return stats === null ? '' : stampOf(stats);
  }) ?? '';
}

function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs].join(':');
}

function read(tree: Tree, name: TableName): Omit<Known, 'stamp'> {
  const { text, size } = within(tree, name, textAndSize) ?? { text: '{}', size: 0 };
  const { table, lines } = told(text) ?? unusable(name);
  return { table: unsorted.has(name) ? table : inOrder(table), end: lines !== null && Buffer.byteLength(text) === size ? size : null, outdated: (lines ?? 0) - table.size };
}

function textAndSize(place: Place): { readonly text: string; readonly size: number } | undefined {
  const stats = look(place);
  const text = stats?.isFile() === true ? textAt(place) : undefined;
  return stats === null || text === undefined ? undefined : { text, size: stats.size };
}

function unusable(name: TableName): Told {
  throw new MachineError(`cannot use ${STORE}/${name}.json: it must be one JSON object`);
}

function write(tree: Tree, name: TableName, table: Map<string, string>): Known {
  const text = textOf(table);
  const place = enter(tree, `${STORE}/${name}.json`, `cannot keep ${STORE}/${name}.json`);
  try {
    replace(place, text);
    const stats = look(place);
    return { stamp: stats === null ? '' : stampOf(stats), table, end: table.size === 0 ? null : Buffer.byteLength(text), outdated: 0 };
  } finally {
    leave(place);
  }
}

/** Add entries to the end of a table's file. Shape: what is known of it then. */
function amend(tree: Tree, name: TableName, { table, end, outdated, news, held }: Amending): Known {
  const fd = held.get(name) ?? opened(tree, name);
  held.set(name, fd);
  writeSync(fd, added(news), end - CLOSING.length);
  const stats = fstatSync(fd);
  return { stamp: stampOf(stats), table, end: stats.size, outdated: outdated + news.length };
}

function opened(tree: Tree, name: TableName): number {
  const place = enter(tree, `${STORE}/${name}.json`, `cannot keep ${STORE}/${name}.json`);
  try {
    return openSync(place.at, AMEND);
  } finally {
    leave(place);
  }
}

function append(tree: Tree, line: string): void {
  const place = enter(tree, `${STORE}/log`, `cannot keep ${STORE}/log`);
  try {
    const fd = openSync(place.at, APPEND, 0o644);
    writeSync(fd, line);
    closeSync(fd);
  } finally {
    leave(place);
  }
}

function within<T>(tree: Tree, name: TableName, work: (place: Place) => T): T | undefined {
  const place = find(tree, `${STORE}/${name}.json`, 'look');
  if ('broken' in place) return undefined;
  try {
    return work(place);
  } finally {
    leave(place);
  }
}
