/**
 * What a rooted machine remembers of the things that a directory cannot be: owners, packages, running units, sessions, subvolumes.
 * Each is a flat JSON object below /var/lib/croft/rooted/, for people and tests to read and to edit, as one would on a host:
 * `ownership.json` path → "uid:gid" (else root's), `packages.json` deb → status, `units.json` unit → "active", `sessions.json` user → number of
 * sessions, `filesystems.json` path → type, `subvolumes.json` path → id, `quotas.json` path → bytes, `refuse.json` beginning of a command line → what
 * it says when it fails (`text:<words>`: no daemon takes these words any more; other words that daemons do not bear are in programs/marks.ts).
 * `log` has one line of JSON for each program run that changes something.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { MachineError } from '../../model/machine.ts';
import { compareText } from '../../model/source.ts';
import { textAt } from '../read.ts';
import { enter, find, leave, look, type Place, type Tree } from '../tree.ts';
import { replace } from './replace.ts';

/** What is remembered, each in a file of its own. */
export type TableName = 'filesystems' | 'ownership' | 'packages' | 'quotas' | 'refuse' | 'sessions' | 'subvolumes' | 'units';
/** One of these files, as read. */
export type Table = ReadonlyMap<string, string>;

/** The memory of a rooted machine. */
export interface Store {
  /** Look at the files again when next asked. */
  refresh(): void;
  table(name: TableName): Table;
  keep(name: TableName, table: Table): void;
  log(entry: { readonly argv: readonly string[]; readonly status: number }): void;
}

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where it is, below the machine's root. */
export const STORE = '/var/lib/croft/rooted';

/** Open the memory of a rooted machine. A table is read once for each question or step, so that edits by hand are seen. */
export function store(tree: Tree): Store {
  const known = new Map<TableName, { readonly stamp: string; readonly table: Table }>();
  const fresh = new Set<TableName>();
  return {
    refresh: () => fresh.clear(),
    table(name) {
      const before = known.get(name);
      if (before !== undefined && fresh.has(name)) return before.table;
      const now = stamp(tree, name);
      const table = before?.stamp === now ? before.table : read(tree, name);
      known.set(name, { stamp: now, table });
      fresh.add(name);
      return table;
    },
    keep(name, table) {
      write(tree, name, table);
      known.set(name, { stamp: stamp(tree, name), table });
    },
    log: (entry) => append(tree, `${JSON.stringify(entry)}\n`),
  };
}

function stamp(tree: Tree, name: TableName): string {
  return within(tree, name, (place) => {
    const stats = look(place);
    return stats === null ? '' : [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(':');
  }) ?? '';
}

function read(tree: Tree, name: TableName): Table {
  const text = within(tree, name, (place) => (look(place)?.isFile() ? textAt(place) : undefined)) ?? '{}';
  const entries = Object.entries(parse(name, text)).sort(([a], [b]) => compareText(a, b));
  return new Map(entries.map(([key, value]) => [key, String(value)]));
}

function parse(name: TableName, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, together with everything else that is not an object.
  }
  throw new MachineError(`cannot use ${STORE}/${name}.json: it must be one JSON object`);
}

function write(tree: Tree, name: TableName, table: Table): void {
  const entries = [...table].sort(([a], [b]) => compareText(a, b));
  const place = enter(tree, `${STORE}/${name}.json`, `cannot keep ${STORE}/${name}.json`);
  try {
    replace(place, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
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
