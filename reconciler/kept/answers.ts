/**
 * What a host was to be by the last documents in which nothing was wrong, or with those that were in force of whoever was held, kept so that of
 * other documents only what differs is compiled. It lies in two books: the great one has all of it, and the small one what differs from that
 * since. Without the small one the great one says how it was earlier, and that is as good to go on from. The small one counts for nothing
 * beside another than it was worked out from.
 */
import { changed, changedIn, type Changes } from '../model/book.ts';
import type { Id } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { keepBook, recallBook, type KeptBook } from './book.ts';
import type { Keeper } from './keeper.ts';
import type { Made } from './made.ts';

const name = 'answer';
/** When what differs is more than one of so many, all goes into the great book. */
const share = 2;

/** Name what is kept of one host among several: all of it, or the gist. */
export function nameOf(host: string, what: 'answer' | 'gist'): string {
  return `${what}-${host}`;
}

/** What stands before its texts. */
interface Head extends Pick<Made, 'host' | 'count'> {
  readonly key: string | null;
  readonly pulled: readonly (readonly [Id, Id])[] | null;
}

/** What stands before what differs; the digest of what it amends. */
interface SmallHead extends Pick<Head, 'count' | 'key'> {
  readonly of: string;
  readonly gone: readonly string[];
}

/** Recall what a host was to be. Shape: null when nothing is known. */
export function recallMade(keeper: Keeper | null, host: string, as = name): Made | null {
  const base = keeper === null ? null : recallBook<Head>(keeper, as);
  if (keeper === null || base === null || base.head.host !== host) return null;
  const { count, key, pulled } = base.head;
  const small = recallBook<SmallHead>(keeper, smallOf(as));
  if (small?.head.of === base.digest) return { host, book: changed(base, changesIn(small)), count: small.head.count, key: small.head.key };
  return { host, book: base, count, key, ...(pulled === null ? {} : { pulled: new Map(pulled) }) };
}

function changesIn(small: KeptBook<SmallHead>): Changes {
  return new Map<string, string | null>([...small.head.gone.map((each) => [each, null] as const), ...small.within('')]);
}

/** Keep what a host is to be. */
export function keepMade(keeper: Keeper | null, { host, book, count, key = null, pulled }: Made, as = name): void {
  const head: Head = { host, count, key, pulled: pulled === undefined ? null : [...pulled] };
  if (keeper !== null) keepBook(keeper, as, { head, entries: book.within('') });
}

/** Keep what a host is to be now, by what differs from what is kept, as long as that is little. */
export function keepNext(keeper: Keeper, made: Made): void {
  const { base, changes } = changedIn(made.book) ?? { base: made.book, changes: new Map<string, string | null>() };
  const great = 'digest' in base ? (base as KeptBook<Head>) : null;
  const entries = [...changes].flatMap(([each, text]) => (text === null ? [] : [[each, text] as const])).toSorted(([a], [b]) => compareText(a, b));
  const length = entries.reduce((sum, [, text]) => sum + text.length, 0);
  if (great === null || length * share > great.length) return keepMade(keeper, made);
  const gone = [...changes].flatMap(([each, text]) => (text === null ? [each] : []));
  keepBook(keeper, smallOf(name), { head: { of: great.digest, count: made.count, key: made.key ?? null, gone } satisfies SmallHead, entries });
}

function smallOf(as: string): string {
  return `${as}.new`;
}
