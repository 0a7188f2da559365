/**
 * What an inventory lists, as lines sorted by id. Of thousands a run asks for a few, so each is parsed when somebody asks for it, and no
 * sooner; what nobody changed is written as the line that it was read from.
 */
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { same } from '../model/same.ts';
import { bookOf, changed, changedIn, growth, type Book, type Changes } from '../model/book.ts';

type Entries = Inventory['entries'];

/** Lines by id, and how many they are. */
export interface Lines {
  readonly book: Book;
  readonly count: number;
}

/** Entries that were written down as a whole: the digest of that, and its length in characters. */
export interface Written {
  readonly of: string;
  readonly length: number;
}

/** How entries differ from those that were written down. */
export interface Since extends Written {
  /** Lines that are new or other ones; null for one that is gone. */
  readonly lines: Changes;
}

/** What entries were made of. */
const behind = new WeakMap<Entries, { readonly lines: Lines; readonly written: Written | null }>();

/**
 * Look at lines as the entries that they are. `known`: what some of them say; `written`: what was written down of the book that theirs was made of. Errors: a
 * line that is no entry is found when it is asked for, so whoever hands it in must know.
 */
export function entriesIn(lines: Lines, { known, written = null }: { readonly known?: ReadonlyMap<Id, InventoryEntry>; readonly written?: Written | null } = {}): Entries {
  const { book, count } = lines;
  const read = new Map(known ?? []);
  const entryIn = (id: Id, line: string): InventoryEntry => {
    const entry = read.get(id) ?? entryOn(line);
    read.set(id, entry);
    return entry;
  };
  function* keys(): Generator<Id, undefined> {
    for (const [id] of book.within('')) yield id as Id;
  }
  function* all(): Generator<[Id, InventoryEntry], undefined> {
    for (const [id, line] of book.within('')) yield [id as Id, entryIn(id as Id, line)];
  }
  function* values(): Generator<InventoryEntry, undefined> {
    for (const [, entry] of all()) yield entry;
  }
  const entries: Entries = {
    size: count,
    has: (id) => book.get(id) !== undefined,
    get: (id) => {
      const line = book.get(id);
      return line === undefined ? undefined : entryIn(id, line);
    },
    keys,
    values,
    entries: all,
    forEach: (tell) => { for (const [id, entry] of all()) tell(entry, id, entries); },
    [Symbol.iterator]: all,
  };
  behind.set(entries, { lines, written });
  return entries;
}

/** Say how entries differ from what was written down as a whole; null where nobody knows. */
export function sinceOf(entries: Entries): Since | null {
  const { lines, written = null } = behind.get(entries) ?? {};
  return lines === undefined || written === null ? null : { ...written, lines: changedIn(lines.book)?.changes ?? new Map() };
}

/** Take entries as lines: those that were read are what was read. */
export function linesOf(entries: Entries): Lines {
  const known = behind.get(entries)?.lines;
  if (known !== undefined) return known;
  const lines = { book: bookOf(new Map([...entries].map(([id, entry]) => [id, lineOf(id, entry)]))), count: entries.size };
  behind.set(entries, { lines, written: null });
  return lines;
}

/** Name those whose id begins so, in their order. */
export function idsBeginning(entries: Entries, start: string): readonly Id[] {
  return linesOf(entries).book.within(start).map(([id]) => id as Id);
}

/** Name those whose id begins so, in their order, and say which were to be gone; none is read for that. */
export function leftBeginning(entries: Entries, start: string): readonly Left[] {
  // No text in a line has a bare quotation mark in it, so that these words are the entry's own.
  return linesOf(entries).book.within(start).map(([id, line]) => ({ name: id.slice(id.indexOf(':') + 1), wasGone: line.includes('"left":{}') }));
}

/** What is listed, as far as its line says it at once. */
export interface Left {
  readonly name: string;
  readonly wasGone: boolean;
}

/** Is this listed already? Nearly everything is, nearly always, and as the line that it would be written as: then nothing is parsed. On a new host nothing is. */
export function isListed(entries: Entries, id: Id, entry: InventoryEntry): boolean {
  return entries.has(id) && (behind.get(entries)?.lines.book.get(id) === lineOf(id, entry) || same(entries.get(id), entry));
}

/** List some more or otherwise, and some no more. */
export function altered(entries: Entries, { made, gone = new Set() }: { readonly made: ReadonlyMap<Id, InventoryEntry>; readonly gone?: ReadonlySet<Id> }): Entries {
  const { book, count } = linesOf(entries);
  const changes = new Map<Id, string | null>([...[...gone].map((id) => [id, null] as const), ...[...made].map(([id, entry]) => [id, lineOf(id, entry)] as const)]);
  return entriesIn({ book: changed(book, changes), count: count + growth(book, changes) }, { known: made, written: behind.get(entries)?.written ?? null });
}

type Line = readonly [id: Id, entry: InventoryEntry];

function lineOf(id: Id, entry: InventoryEntry): string {
  return JSON.stringify([id, entry] satisfies Line);
}

function entryOn(line: string): InventoryEntry {
  return (JSON.parse(line) as Line)[1];
}
