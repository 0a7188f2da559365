import type { RecordData } from '../../model/record.ts';
import type { ZoneLine } from '../../formats/zone.ts';

/** A record that follows from something else that was declared. */
export type Wish = Pick<ZoneLine, 'name' | 'data' | 'why'>;

/** Add the wishes that nothing stands against. What was there first wins, and its comment says over what. */
export function settle(lines: readonly ZoneLine[], wishes: readonly Wish[]): readonly ZoneLine[] {
  const atName = byName(lines);
  const over = new Map<ZoneLine, Set<string>>();
  const added = new Map<string, ZoneLine[]>();
  for (const wish of wishes) {
    const there = atName.get(wish.name) ?? [];
    const winner = there.find(({ data }) => excludes(data, wish.data));
    if (winner !== undefined && !sameData(winner.data, wish.data)) over.set(winner, (over.get(winner) ?? new Set()).add(wish.why));
    else if (winner === undefined) add(lineOf(wish, there), added);
  }
  return [...lines.map((line) => withWhy(line, over.get(line))), ...[...added.values()].flat()];
}

/** What is wished for twice is there once. */
function add(line: ZoneLine, added: Map<string, ZoneLine[]>): void {
  const there = added.get(line.name);
  if (there === undefined) added.set(line.name, [line]);
  else if (!there.some(({ data }) => sameData(data, line.data))) there.push(line);
}

function byName(lines: readonly ZoneLine[]): ReadonlyMap<string, readonly ZoneLine[]> {
  const found = new Map<string, ZoneLine[]>(lines.map(({ name }) => [name, []]));
  for (const line of lines) found.get(line.name)?.push(line);
  return found;
}

/** All records of one name and type must have one TTL (RFC 2181 §5.2). */
function lineOf(wish: Wish, there: readonly ZoneLine[]): ZoneLine {
  return { ...wish, ttlSeconds: there.find(({ data }) => data.type === wish.data.type)?.ttlSeconds ?? null };
}

function withWhy(line: ZoneLine, whys: ReadonlySet<string> | undefined): ZoneLine {
  if (whys === undefined) return line;
  const winning = `instead of croft's own (${[...whys].join(', ')})`;
  return { ...line, why: line.why === '' ? winning : `${line.why}; ${winning}` };
}

/** A name with a CNAME has nothing else (RFC 1034 §3.6.2); otherwise like excludes like. */
function excludes(there: RecordData, wished: RecordData): boolean {
  return there.type === 'CNAME' || wished.type === 'CNAME' || topic(there) === topic(wished);
}

/** What a record speaks about: a name's addresses of both families together, or half of its visitors would be sent elsewhere; each policy (`v=spf1`) apart. */
function topic(data: RecordData): string {
  if (isAddress(data)) return 'address';
  if (data.type !== 'TXT') return data.type;
  const version = /^v=[a-z0-9]+/i.exec(data.text)?.[0].toLowerCase();
  return version ?? `TXT ${data.text}`;
}

/** Is this where a name is found? */
export function isAddress({ type }: RecordData): boolean {
  return type === 'A' || type === 'AAAA';
}

function sameData(a: RecordData, b: RecordData): boolean {
  return a.type === b.type && JSON.stringify(a) === JSON.stringify(b);
}
