/**
 * What an inventory lists, as lines sorted by id. Of thousands a run asks for a few, so each is parsed when somebody asks for it, and no
 * sooner; what nobody changed is written as the line that it was read from.
 */
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { compareText } from '../model/source.ts';

type Entries = Inventory['entries'];

/** Without their ends, sorted by id. */
export type Lines = ReadonlyMap<Id, string>;

/** How entries differ from some that were written down as a whole. */
export interface Since {
  /** The digest of those, and their length in characters. */
  readonly of: string;
  readonly length: number;
  /** Lines that are new or other ones; null for one that is gone. */
  readonly lines: ReadonlyMap<Id, string | null>;
}

/** What entries were made of. */
const behind = new WeakMap<Entries, { readonly lines: Lines; readonly since: Since | null }>();

/**
 * Look at lines as the entries that they are. `known`: what some of them say; `since`: how they differ from what was written down. Errors: a
 * line that is no entry is found when it is asked for, so whoever hands it in must know.
 */
export function entriesIn(lines: Lines, { known, since = null }: { readonly known?: ReadonlyMap<Id, InventoryEntry>; readonly since?: Since | null } = {}): Entries {
  const read = new Map(known ?? []);
  const entryIn = (id: Id, line: string): InventoryEntry => {
    const entry = read.get(id) ?? entryOn(line);
    read.set(id, entry);
    return entry;
  };
  function* all(): Generator<[Id, InventoryEntry], undefined> {
    for (const [id, line] of lines) yield [id, entryIn(id, line)];
  }
  function* values(): Generator<InventoryEntry, undefined> {
    for (const [, entry] of all()) yield entry;
  }
  const entries: Entries = {
    size: lines.size,
    has: (id) => lines.has(id),
    get: (id) => {
      const line = lines.get(id);
      return line === undefined ? undefined : entryIn(id, line);
    },
    keys: () => lines.keys(),
    values,
    entries: all,
    forEach: (tell) => { for (const [id, entry] of all()) tell(entry, id, entries); },
    [Symbol.iterator]: all,
  };
  behind.set(entries, { lines, since });
  return entries;
}

/** Say how entries differ from what was written down as a whole; null where nobody knows. */
export function sinceOf(entries: Entries): Since | null {
  return behind.get(entries)?.since ?? null;
}

/** Take entries as lines: those that were read are what was read. */
export function linesOf(entries: Entries): Lines {
  return behind.get(entries)?.lines ?? new Map([...entries].sort(([a], [b]) => compareText(a, b)).map(([id, entry]) => [id, lineOf(id, entry)]));
}

/** Is this listed already? Nearly everything is, nearly always, and as the line that it would be written as: then nothing is parsed. */
export function isListed(entries: Entries, id: Id, entry: InventoryEntry): boolean {
  return behind.get(entries)?.lines.get(id) === lineOf(id, entry) || same(entries.get(id), entry);
}

/** List some more or otherwise, and some no more. */
export function altered(entries: Entries, { made, gone = new Set() }: { readonly made: ReadonlyMap<Id, InventoryEntry>; readonly gone?: ReadonlySet<Id> }): Entries {
  const fresh = [...made.keys()].sort();
  const lines = new Map<Id, string>();
  let next = 0;
  const put = (isTurn: (id: Id) => boolean): void => {
    for (let id = fresh[next]; id !== undefined && isTurn(id); id = fresh[next]) {
      const entry = made.get(id);
      if (entry !== undefined) lines.set(id, lineOf(id, entry));
      next += 1;
    }
  };
  for (const [id, line] of linesOf(entries)) {
    put((other) => other <= id);
    if (!made.has(id) && !gone.has(id)) lines.set(id, line);
  }
  put(() => true);
  const before = sinceOf(entries);
  const changes = before === null ? [] : [...before.lines, ...[...gone].map((id) => [id, null] as const), ...fresh.map((id) => [id, lines.get(id) ?? null] as const)];
  return entriesIn(lines, { known: made, since: before === null ? null : { ...before, lines: new Map(changes) } });
}

/** Name what a line is about: its beginning says so. */
export function idOn(line: string): Id {
  const id = line.slice(2, line.indexOf('"', 2));
  return (id.includes('\\') ? (JSON.parse(line) as Line)[0] : id) as Id;
}

type Line = readonly [id: Id, entry: InventoryEntry];

function lineOf(id: Id, entry: InventoryEntry): string {
  return JSON.stringify([id, entry] satisfies Line);
}

function entryOn(line: string): InventoryEntry {
  return (JSON.parse(line) as Line)[1];
}
