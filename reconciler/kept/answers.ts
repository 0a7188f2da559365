/**
 * What a host was to be by the last documents in which nothing was wrong: its resources as lines, and what they were made of, so that of
 * other documents only what differs is compiled.
 */
import type { Takes } from '../desired/takes.ts';
import type { Owner } from '../model/owner.ts';
import type { Id } from '../model/resource.ts';
import type { ListedFile } from '../model/snapshot.ts';
import { keep, recall, type Keeper } from './keeper.ts';

/** Everything about a host that follows from documents, and which they were. */
export interface Made {
  readonly host: string;
  readonly owners: ReadonlyMap<Owner, OwnersPart>;
  /** Resources as they are handed over, by id. */
  readonly lines: ReadonlyMap<Id, string>;
  /** What guards must know, as it is handed over; nothing where that is not kept. */
  readonly declared: string;
  /** Which resources stand before their own place, and at whose turn; left out where nobody looked. */
  readonly pulled?: ReadonlyMap<Id, Id>;
}

/** An owner's documents, by path and content, and what she takes by them. */
export interface OwnersPart {
  readonly files: readonly ListedFile[];
  readonly takes: Takes;
}

type Row = readonly [owner: Owner, files: readonly (readonly [path: string, oid: string])[], takes: readonly [Takes['marks'], Takes['names'], Takes['leads']]];

const name = 'answer';
/** No text can be much longer than this, and nobody wants a greater file. Units: characters. */
const mostLength = 400_000_000;

/** Name what is kept of one host among several: all of it, or the gist. */
export function nameOf(host: string, what: 'answer' | 'gist'): string {
  return `${what}-${host}`;
}

/** Recall what a host was to be. Shape: null when nothing is known. */
export function recallMade(keeper: Keeper | null, host: string, as = name): Made | null {
  const bytes = keeper === null ? null : recall(keeper, as);
  if (bytes === null) return null;
  const [head = '', declared = '', ...lines] = bytes.toString('utf8').split('\n');
  const { host: whose, owners, pulled } = JSON.parse(head) as { readonly host: string; readonly owners: readonly Row[]; readonly pulled?: readonly (readonly [Id, Id])[] };
  if (whose !== host) return null;
  const parts = owners.map(([owner, files, [marks, names, leads]]) => [owner, { files: files.map(([path, oid]) => ({ path, oid })), takes: { marks, names, leads } }] as const);
  return { host, owners: new Map(parts), ...(pulled === undefined ? {} : { pulled: new Map(pulled) }), declared, lines: new Map(lines.map((line) => [idOf(line), line])) };
}

/** Keep what a host is to be. */
export function keepMade(keeper: Keeper | null, { host, owners, lines, declared, pulled }: Made, as = name): void {
  const length = [...lines.values()].reduce((sum, line) => sum + line.length, declared.length);
  if (keeper === null || length > mostLength) return;
  const rows = [...owners].map(([owner, { files, takes: { marks, names, leads } }]): Row => [owner, files.map(({ path, oid }) => [path, oid]), [marks, names, leads]]);
  keep(keeper, as, Buffer.from([JSON.stringify({ host, owners: rows, ...(pulled === undefined ? {} : { pulled: [...pulled] }) }), declared, ...lines.values()].join('\n')));
}

/** Every line begins with its resource's id, in which there is nothing to escape. */
function idOf(line: string): Id {
  const start = '{"id":"'.length;
  return line.slice(start, line.indexOf('"', start)) as Id;
}
