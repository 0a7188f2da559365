/**
 * What an inventory lists, as lines sorted by id. Of thousands a run asks for a few, so each is parsed when somebody asks for it, and no
 * sooner; what nobody changed is written as the line that it was read from.
 */
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { compareText } from '../model/source.ts';
import { differing, linesIn, type Lines } from './entry-lines.ts';

type Entries = Inventory['entries'];

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
  function* keys(): Generator<Id, undefined> {
    for (const [id] of lines) yield id;
  }
  function* all(): Generator<[Id, InventoryEntry], undefined> {
    for (const [id, line] of lines) yield [id, entryIn(id, line)];
  }
  function* values(): Generator<InventoryEntry, undefined> {
    for (const [, entry] of all()) yield entry;
  }
  const entries: Entries = {
    size: lines.size,
    has: (id) => lines.get(id) !== undefined,
    get: (id) => {
      const line = lines.get(id);
      return line === undefined ? undefined : entryIn(id, line);
    },
    keys,
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
  return behind.get(entries)?.lines ?? linesIn(new Map([...entries].sort(([a], [b]) => compareText(a, b)).map(([id, entry]) => [id, lineOf(id, entry)])));
}

/** Name those whose id begins so, in their order. */
export function idsBeginning(entries: Entries, start: string): readonly Id[] {
  return behind.get(entries)?.lines.beginning(start) ?? [...entries.keys()].filter((id) => id.startsWith(start)).sort(compareText);
}

/** Is this listed already? Nearly everything is, nearly always, and as the line that it would be written as: then nothing is parsed. */
export function isListed(entries: Entries, id: Id, entry: InventoryEntry): boolean {
  return behind.get(entries)?.lines.get(id) === lineOf(id, entry) || same(entries.get(id), entry);
}

/** List some more or otherwise, and some no more. */
export function altered(entries: Entries, { made, gone = new Set() }: { readonly made: ReadonlyMap<Id, InventoryEntry>; readonly gone?: ReadonlySet<Id> }): Entries {
  const [lines, before] = [linesOf(entries), sinceOf(entries)];
  const leaving = [...gone].filter((id) => !made.has(id));
  const changes = new Map<Id, string | null>([...leaving.map((id) => [id, null] as const), ...[...made].map(([id, entry]) => [id, lineOf(id, entry)] as const)]);
  const isThere = (id: Id): boolean => lines.get(id) !== undefined;
  const size = lines.size - leaving.filter(isThere).length + [...made.keys()].filter((id) => !isThere(id)).length;
  return entriesIn(differing(lines, changes, size), { known: made, since: before === null ? null : { ...before, lines: new Map([...before.lines, ...changes]) } });
}

type Line = readonly [id: Id, entry: InventoryEntry];

function lineOf(id: Id, entry: InventoryEntry): string {
  return JSON.stringify([id, entry] satisfies Line);
}

function entryOn(line: string): InventoryEntry {
  return (JSON.parse(line) as Line)[1];
}
