/**
 * Texts by key that grow by a few at a time, in two books: the great one is written when much is new; what is new meanwhile is in the small
 * one, so that a change of one document costs no more than that.
 */
import { bookOf, type Book, type Entry } from '../model/book.ts';
import { Damaged, keepBook, recallBook, type KeptBook } from './book.ts';
import type { Keeper } from './keeper.ts';

/** What is kept under one name, as far as it is whole. */
export interface Volumes<Head> {
  get(key: string): string | undefined;
  /** What stands before the texts of each book. */
  heads(): readonly Head[];
  /** Write down what is new. `stays`: of what was there, is it to be there still, when all is written? */
  keep(fresh: ReadonlyMap<string, string>, stays: (key: string) => boolean): void;
}

/** When the small book holds more than one of so many, all goes into the great one. */
const share = 16;

/** Recall what is kept under a name. `headOf`: says what is to stand before some texts. */
export function volumesOf<Head extends object>(keeper: Keeper, name: string, headOf: (entries: readonly Entry[]) => Head): Volumes<Head> {
  let opened: readonly KeptBook<Head>[] | null = null;
  const small = `${name}.new`;
  const books = (): readonly KeptBook<Head>[] => (opened ??= [recallBook<Head>(keeper, small), recallBook<Head>(keeper, name)].filter((book) => book !== null));
  const whole = <Value>(ask: () => Value, otherwise: Value): Value => {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      opened = [];
      return otherwise;
    }
  };
  const write = (to: string, entries: readonly Entry[]): void => keepBook(keeper, to, { head: headOf(entries), entries });
  const all = (book: Book | null): readonly Entry[] => book?.within('') ?? [];
  return {
    get: (key) => whole(() => books().map((book) => book.get(key)).find((text) => text !== undefined), undefined),
    heads: () => books().map(({ head }) => head),
    keep: (fresh, stays) => {
      const [recent, great] = [recallBook<Head>(keeper, small), recallBook<Head>(keeper, name)];
      const added = new Map([...whole(() => all(recent), []), ...fresh]);
      if (great !== null && added.size * share <= great.count) return write(small, all(bookOf(added)));
      const others = whole(() => all(great), []);
      write(name, all(bookOf(new Map([...others, ...added].filter(([key]) => fresh.has(key) || stays(key))))));
      write(small, []);
    },
  };
}
