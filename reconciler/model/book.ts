/** Texts by key, in the order of the keys, of which only those are read that somebody asks for. A map in memory is one, and so is a file that is kept. */
import { compareText } from './source.ts';

export type Entry = readonly [key: string, text: string];

/** Texts by key. Errors: one that is kept may turn out damaged at any question (kept/book.ts). */
export interface Book {
  get(key: string): string | undefined;
  /** All whose keys begin so, in order. */
  within(beginning: string): readonly Entry[];
  /** The first key that is not before this one; undefined: all are. */
  next(key: string): string | undefined;
}

/** What is to be in the place of some texts; null: nothing. */
export type Changes = ReadonlyMap<string, string | null>;

/** Make a book of what is in memory. */
export function bookOf(entries: ReadonlyMap<string, string>): Book {
  let sorted: readonly string[] | null = null;
  const keys = (): readonly string[] => (sorted ??= [...entries.keys()].sort(compareText));
  return {
    get: (key) => entries.get(key),
    within: (beginning) => beginningWith(keys(), beginning).map((key) => [key, entries.get(key) ?? '']),
    next: (key) => keys()[firstFrom(keys(), key)],
  };
}

/** A book with some texts in the place of others, by what it is made of. */
export interface Changed {
  readonly base: Book;
  readonly changes: Changes;
}

const behind = new WeakMap<Book, Changed>();

/** Say what a book was made of, by `changed`; null where it was not. */
export function changedIn(book: Book): Changed | null {
  return behind.get(book) ?? null;
}

/** Put some texts in the place of others. */
export function changed(book: Book, more: Changes): Book {
  const { base, changes: before } = behind.get(book) ?? { base: book, changes: new Map<string, string | null>() };
  const changes = new Map([...before, ...more]);
  const come = bookOf(new Map([...changes].flatMap(([key, text]) => (text === null ? [] : [[key, text] as const]))));
  const result: Book = {
    get: (key) => (changes.has(key) ? (changes.get(key) ?? undefined) : base.get(key)),
    within: (beginning) => {
      const [others, own] = [base.within(beginning), come.within(beginning)];
      const left = [...changes.keys()].some((key) => key.startsWith(beginning)) ? others.filter(([key]) => !changes.has(key)) : others;
      return own.length === 0 ? left : [...left, ...own].sort(([a], [b]) => compareText(a, b));
    },
    next: (key) => {
      let below = base.next(key);
      while (below !== undefined && changes.get(below) === null) below = base.next(`${below}\0`);
      const mine = come.next(key);
      return mine === undefined || (below !== undefined && below < mine) ? below : mine;
    },
  };
  behind.set(result, { base, changes });
  return result;
}

/** Say how many more texts there are with some in the place of others. */
export function growth(book: Book, changes: Changes): number {
  return [...changes].reduce((sum, [key, text]) => sum + Number(text !== null) - Number(book.get(key) !== undefined), 0);
}

/** Books that follow one another. */
export interface Row {
  /** The first key of each. */
  readonly firsts: readonly string[];
  /** Look into one. `isPassing`: on the way through several. */
  readonly blockAt: (index: number, isPassing: boolean) => Book;
  /** May a key be in the one that begins so? Nobody looks into one in which it cannot be. */
  readonly mayHold?: (first: string, key: string) => boolean;
}

/** Put books in a row into one, which looks only into those that somebody asks for. */
export function bookInBlocks({ firsts, blockAt, mayHold = () => true }: Row): Book {
  /** The block in which a key would stand. */
  const indexOf = (key: string): number => {
    const found = firstFrom(firsts, key);
    return firsts[found] === key ? found : Math.max(0, found - 1);
  };
  const blockOf = (key: string): Book | null => {
    const index = indexOf(key);
    return index < firsts.length && mayHold(firsts[index] ?? '', key) ? blockAt(index, false) : null;
  };
  return {
    get: (key) => blockOf(key)?.get(key),
    within: (beginning) => {
      const found: Entry[] = [];
      for (let index = indexOf(beginning); index < firsts.length; index += 1) {
        const first = firsts[index] ?? '';
        const isInside = first.startsWith(beginning);
        if (first > beginning && !isInside) break;
        if (isInside || mayHold(first, beginning)) for (const entry of blockAt(index, isInside).within(beginning)) found.push(entry);
      }
      return found;
    },
    next: (key) => blockOf(key)?.next(key) ?? firsts[firstFrom(firsts, key)],
  };
}

/** See only what is below the keys that begin so, without that. */
export function chapter(book: Book, beginning: string): Book {
  return {
    get: (key) => book.get(beginning + key),
    within: (inside) => book.within(beginning + inside).map(([key, text]) => [key.slice(beginning.length), text]),
    next: (key) => {
      const found = book.next(beginning + key);
      return found?.startsWith(beginning) === true ? found.slice(beginning.length) : undefined;
    },
  };
}

/** Take those of some sorted texts that begin so. */
export function beginningWith(sorted: readonly string[], beginning: string): readonly string[] {
  const first = firstFrom(sorted, beginning);
  let end = first;
  while (sorted[end]?.startsWith(beginning) === true) end += 1;
  return sorted.slice(first, end);
}

/** Where the first of some sorted texts stands that is not before another. */
export function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
