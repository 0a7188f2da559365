/**
 * What a host was to be by the last documents in which nothing was wrong, kept so that of other documents only what differs is compiled. It
 * lies in two files: the great one has all of it, and the small one what differs from that since. Without the small one the great one
 * says how it was earlier, and that is as good to go on from.
 */
import type { Id } from '../model/resource.ts';
import { amended, amendmentTo, formatAmendment, parseAmendment } from './amendment.ts';
import { keep, recall, recallNamed, type Keeper } from './keeper.ts';
import { byId, partsIn, rowsOf, type Made, type Row } from './made.ts';

const name = 'answer';
/** No text can be much longer than this, and nobody wants a greater file. Units: characters. */
const mostLength = 400_000_000;
/** When what differs is more than one of so many, all goes into the great file. */
const share = 2;

/** Name what is kept of one host among several: all of it, or the gist. */
export function nameOf(host: string, what: 'answer' | 'gist'): string {
  return `${what}-${host}`;
}

/** What lies in the great file. */
interface Base {
  readonly made: Made;
  readonly digest: string;
  /** Units: octets. */
  readonly length: number;
}

/** What stands before its lines. */
interface Head extends Pick<Made, 'host'> {
  readonly key: string | null;
  readonly owners: readonly Row[];
  readonly pulled?: readonly (readonly [Id, Id])[];
}

/** What was recalled, by what it came to. */
const bases = new WeakMap<Made, Base>();

/** Recall what a host was to be. Shape: null when nothing is known. */
export function recallMade(keeper: Keeper | null, host: string, as = name): Made | null {
  const base = keeper === null ? null : recallBase(keeper, host, as);
  if (keeper === null || base === null) return null;
  const small = recall(keeper, smallOf(as));
  const amendment = small === null ? null : parseAmendment(small.toString('utf8'), base.digest);
  const made = amendment === null ? base.made : amended(base.made, amendment);
  bases.set(made, base);
  return made;
}

function recallBase(keeper: Keeper, host: string, as: string): Base | null {
  const found = recallNamed(keeper, as);
  if (found === null) return null;
  const [head = '', declared = '', ...lines] = found.body.toString('utf8').split('\n');
  const { host: whose, key, owners, pulled } = JSON.parse(head) as Head;
  if (whose !== host) return null;
  const made = { host, key, owners: new Map(partsIn(owners)), ...(pulled === undefined ? {} : { pulled: new Map(pulled) }), declared, lines: new Map(byId(lines)) };
  return { made, digest: found.digest, length: found.body.length };
}

/** Keep what a host is to be. */
export function keepMade(keeper: Keeper | null, { host, key = null, owners, lines, declared, pulled }: Made, as = name): void {
  const length = [...lines.values()].reduce((sum, line) => sum + line.length, declared.length);
  if (keeper === null || length > mostLength) return;
  const head: Head = { host, key, owners: rowsOf(owners), ...(pulled === undefined ? {} : { pulled: [...pulled] }) };
  keep(keeper, as, Buffer.from([JSON.stringify(head), declared, ...lines.values()].join('\n')));
}

/** Keep what a host is to be now, that was something else when it was recalled: by what differs, as long as that is little. */
export function keepNext(keeper: Keeper, made: Made, last: Made): void {
  const base = bases.get(last);
  const text = base === undefined ? null : formatAmendment(amendmentTo(base.made, made, base.digest));
  if (base === undefined || text === null || text.length * share > base.length) return keepMade(keeper, made);
  keep(keeper, smallOf(name), Buffer.from(text));
}

function smallOf(as: string): string {
  return `${as}.new`;
}
