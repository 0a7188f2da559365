/**
 * What of this host is to be put right where nothing new was handed over and little has moved (plan/moved.ts): a part of root's own copy, as if
 * the other half had handed that over. What was changed by hand is in it, whatever loads that, and whatever a program says something else of.
 * It is taken like any part, and needs all like any part where it does not tell enough.
 */
import { idIn } from '../../handover/catalog.ts';
import { parseExcerpt } from '../../handover/excerpt.ts';
import type { Same } from '../../handover/handover.ts';
import { recallLine } from '../../handover/lines.ts';
import type { Id, KindName, Resource } from '../../model/resource.ts';
import { compareText } from '../../model/source.ts';
import { isRead } from '../../model/state.ts';
import { AllNeeded } from '../../plan/all-needed.ts';
import type { Moved } from '../../plan/moved.ts';
import { kindOf } from '../../plan/observe.ts';
import { kindNames } from '../../plan/order.ts';
import { trade } from '../look.ts';
import type { Place } from '../place.ts';
import { standsApart } from './apart.ts';
import type { Given } from './ask.ts';
import { copyOn } from './copy-file.ts';
import { knownFrom } from './facts.ts';
import { givePart, type Last } from './part.ts';

/** Of a kind with more than these, whatever a program says is looked at with everything. */
const mostOfKind = 100;

/** Take it. Errors: AllNeeded, also where the copy is not what the last run made true; UsageError. */
export async function giveOwnPart(place: Place, same: Same, { moved, last }: { readonly moved: Moved; readonly last: Last }): Promise<Given> {
  const copy = await copyOn(place.machine);
  if (copy.heading?.digest !== last.copy || copy.heading.build !== place.build) throw new AllNeeded('the copy is another');
  const book: Lines = new Map(copy.lines.split('\n').slice(2, -1).map((line) => [idIn(line) as Id, line]));
  const ids = [...new Set([...idsMoved(book, moved), ...idsAsked(book, moved)])].sort(compareText);
  const lines = ids.flatMap((id) => book.get(id) ?? []);
  if (!standsApart({ gone: [], lines, line: (id) => book.get(id) })) throw new AllNeeded('what has moved does not stand apart');
  // Guards ask for facts where a table is in a part.
  const facts = ids.some((id) => id.startsWith('table:')) ? null : last.facts;
  const read = parseExcerpt(copy.lines, { lines, same, facts }, knownFrom(last));
  if (!read.ok || !('catalog' in read.value) || read.value.key !== same.same) throw new AllNeeded('the copy cannot be read');
  return { ...await givePart(place, read.value, last), remember: async () => last.copy };
}

type Lines = ReadonlyMap<Id, string>;

/** What these paths are, and what loads them. Errors: AllNeeded, where one is nothing of croft's by itself. */
function idsMoved(book: Lines, { paths }: Moved): readonly Id[] {
  const named = paths.flatMap((path) => {
    const found = kindNames.map((kind): Id => `${kind}:${path}`).filter((id) => book.has(id));
    if (found.length === 0) throw new AllNeeded(`${path} is looked at, and is nobody's`);
    return found;
  });
  const loading = linesOf(book, 'unit').map(recallLine).filter(({ load }) => load !== undefined && paths.some((path) => isRead(load.reads, { name: path })));
  return [...named, ...loading.map(({ id }) => id)];
}

/** All of each kind that asks programs which say something else now. Errors: AllNeeded, where that is many, or nobody's. */
function idsAsked(book: Lines, { asked }: Moved): readonly Id[] {
  const asking = asked.length === 0 ? [] : kindNames.map((kind) => ({ programs: programsOf(kind, few(book, kind)), lines: linesOf(book, kind) }));
  return asked.flatMap(([program = '']) => {
    const found = asking.filter(({ programs }) => programs.has(program)).flatMap(({ lines }) => lines);
    if (found.length === 0 || found.length > mostOfKind) throw new AllNeeded(`${program} says something else`);
    return found.map(idIn) as readonly Id[];
  });
}

/** Which programs a kind asks of some it asks of all. */
function programsOf(kind: KindName, some: readonly Resource[]): ReadonlySet<string> {
  return new Set(some.length === 0 ? [] : kindOf(trade.kinds, kind).probe(some).flatMap((probe) => (probe.ask === 'run' ? probe.argv.slice(0, 1) : [])));
}

function few(book: Lines, kind: KindName): readonly Resource[] {
  return linesOf(book, kind).slice(0, mostOfKind).map(recallLine);
}

function linesOf(book: Lines, kind: KindName): readonly string[] {
  return [...book].flatMap(([id, line]) => (id.startsWith(`${kind}:`) ? [line] : []));
}
