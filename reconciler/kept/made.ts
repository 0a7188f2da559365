/**
 * What a host was to be by documents in which nothing was wrong, or with older ones in the place of what was, and how that is written: its
 * resources as lines, what they were made of, and who has to do with whom. All of it is one book, so that of a large co-op only that is read
 * which a change has to do with.
 */
import { tiesOf, type Ties } from '../desired/related.ts';
import { nothing, together, type Takes } from '../desired/takes.ts';
import { bookOf, chapter, type Book, type Entry } from '../model/book.ts';
import type { Owner } from '../model/owner.ts';
import { ownersIn } from '../model/parts.ts';
import type { Hold } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import type { ListedFile, Snapshot } from '../model/snapshot.ts';

/** Everything about a host that follows from documents, and which they were. */
export interface Made {
  readonly host: string;
  /** In chapters, as the functions here read them. */
  readonly book: Book;
  /** How many resources there are. */
  readonly count: number;
  /** Which resources stand before their own place, and at whose turn; left out where nobody looked. */
  readonly pulled?: ReadonlyMap<Id, Id>;
  /** The name of what was handed over with these lines; null or left out where it has none. */
  readonly key?: string | null;
}

/**
 * An owner's documents, by path and content, what stands for all of them, and what she takes by them. Of one who is held the documents are those
 * in the place of her newest, for which the id stands; and what she takes is what any takes that has to do with that.
 */
export interface OwnersPart {
  readonly id: string;
  readonly files: readonly ListedFile[];
  readonly takes: Takes;
}

/** Who was held, and what says that they are held just so still, beside their documents. */
export interface HeldThen {
  readonly holds: readonly Hold[];
  /** Where the commit stood. */
  readonly at: string;
  /** What it had beside files. */
  readonly odd: string;
}

/** All of it, to be written. */
export interface Contents {
  readonly host: string;
  readonly owners: ReadonlyMap<Owner, OwnersPart>;
  readonly lines: ReadonlyMap<Id, string>;
  /** Nothing where that is not kept. */
  readonly declared: string;
  /** null: nobody. */
  readonly held: HeldThen | null;
}

/** Which lines of something differ from what they were. */
export interface Difference {
  /** Which there are no more. */
  readonly gone: readonly Id[];
  /** null: as it was. */
  readonly declared: string | null;
  /** Those that are new or other ones, in order. */
  readonly lines: readonly string[];
}

/** Where facts are for guards, where lines begin, and where it is said who was held, and at which place in history. */
export const [declaredKey, lineKey, heldKey, placeKey] = ['declared', 'line ', 'held', 'held at'] as const;

/** Make it of all that there is to say. */
export function madeIn({ host, owners, lines, declared, held }: Contents): Made {
  const entries = [...owners].flatMap(([owner, part]) => entriesOf(owner, part));
  const parts = bookOf(new Map([...entries, ...entriesHeld(held)]));
  return withLines({ host, book: parts, count: 0 }, { lines, declared });
}

/** The same documents, and what else they come to. */
export function withLines({ host, book }: Made, { lines, declared }: Pick<Contents, 'lines' | 'declared'>): Made {
  const others = ['id ', 'part ', 'tie ', heldKey].flatMap((chapters) => [...book.within(chapters)]);
  return { host, book: bookOf(new Map([...others, [declaredKey, declared], ...[...lines].map(([id, line]): Entry => [`${lineKey}${id}`, line])])), count: lines.size };
}

/** Resources as they are handed over, by id. */
export function linesIn({ book }: Pick<Made, 'book'>): Book {
  return chapter(book, lineKey);
}

/** What guards must know, as it is handed over; nothing where that is not kept. */
export function declaredIn({ book }: Pick<Made, 'book'>): string {
  return book.get(declaredKey) ?? '';
}

/** Only the place is another one from commit to commit. */
function entriesHeld(held: HeldThen | null): readonly Entry[] {
  if (held === null) return [];
  const { at, ...rest } = held;
  return [[heldKey, JSON.stringify(rest)], [placeKey, at]];
}

const holdings = new WeakMap<Book, HeldThen | null>();

/** Say who was held. Shape: null where nobody was. */
export function heldIn({ book }: Pick<Made, 'book'>): HeldThen | null {
  const known = holdings.get(book);
  if (known !== undefined) return known;
  const text = book.get(heldKey);
  const found = text === undefined ? null : { ...(JSON.parse(text) as Omit<HeldThen, 'at'>), at: book.get(placeKey) ?? '' };
  holdings.set(book, found);
  return found;
}

const ids = new WeakMap<Book, ReadonlyMap<Owner, string>>();

/** Who had documents, and what stands for all of somebody's. */
export function idsIn({ book }: Pick<Made, 'book'>): ReadonlyMap<Owner, string> {
  const known = ids.get(book) ?? new Map([...chapter(book, 'id ').within('')] as [Owner, string][]);
  ids.set(book, known);
  return known;
}

/** Name those whose documents are others in a commit than they were. */
export function othersIn(made: Pick<Made, 'book'>, snapshot: Snapshot): readonly Owner[] {
  const [files, before] = [ownersIn(snapshot), idsIn(made)];
  return [...[...files.keys()].filter((owner) => files.get(owner)?.id !== before.get(owner)), ...[...before.keys()].filter((owner) => !files.has(owner))];
}

type Row = readonly [files: readonly (readonly [path: string, oid: string])[], takes: readonly [Takes['marks'], Takes['names'], Takes['leads']]];

/** What somebody had. */
export function partIn({ book }: Pick<Made, 'book'>, owner: Owner): OwnersPart | undefined {
  const [id, text] = [book.get(`id ${owner}`), book.get(`part ${owner}`)];
  if (id === undefined || text === undefined) return undefined;
  const [files, [marks, names, leads]] = JSON.parse(text) as Row;
  return { id, files: files.map(([path, oid]) => ({ path, oid })), takes: { marks, names, leads } };
}

/** Write somebody's part, and by what she is found. Nobody is tied to anybody by the co-op's own. */
export function entriesOf(owner: Owner, { id, files, takes }: OwnersPart): readonly Entry[] {
  const row: Row = [files.map(({ path, oid }) => [path, oid]), [takes.marks, takes.names, takes.leads]];
  const ties = owner === 'coop' ? [] : tiesOf(takes).map((tie): Entry => [`tie ${tie} ${owner}`, '']);
  return [[`id ${owner}`, id], [`part ${owner}`, JSON.stringify(row)], ...ties];
}

/** Say who has to do with whom by what they had, and what some come to take. */
export function tiesIn(made: Pick<Made, 'book'>, come: ReadonlyMap<Owner, Takes>): Ties {
  const others = bookOf(new Map([...come].flatMap(([owner, takes]) => entriesOf(owner, { id: '', files: [], takes }))));
  const owners = (book: Book, tie: string): readonly Owner[] => [...chapter(book, `tie ${tie} `).within('')].flatMap(([owner]) => (owner.includes(' ') ? [] : [owner as Owner]));
  return {
    takesOf: (owner) => together(partIn(made, owner)?.takes ?? nothing, come.get(owner) ?? nothing),
    having: (tie) => [...owners(made.book, tie), ...owners(others, tie)],
  };
}

/** Name each line. Every one begins with its resource's id, in which there is nothing to escape. */
export function byId(lines: readonly string[]): readonly (readonly [Id, string])[] {
  const start = '{"id":"'.length;
  return lines.map((line) => [line.slice(start, line.indexOf('"', start)) as Id, line]);
}
