/**
 * What of this host is to be put right where nothing new was handed over and little has moved (plan/moved.ts): a part of root's own copy, as if
 * the other half had handed that over. What was changed by hand is in it, whatever loads that, and all of each kind that asks a program which says
 * something else now. It is taken like any part, and gives way to all of it where it does not tell enough.
 */
import { idIn } from '../../handover/catalog.ts';
import { parseExcerpt } from '../../handover/excerpt.ts';
import type { Same } from '../../handover/handover.ts';
import { recallLine } from '../../handover/lines.ts';
import { bookOf, type Book } from '../../model/book.ts';
import type { KindName, Resource } from '../../model/resource.ts';
import { compareText } from '../../model/source.ts';
import { isRead } from '../../model/state.ts';
import { AllNeeded } from '../../plan/all-needed.ts';
import type { Moved } from '../../plan/moved.ts';
import { kindOf } from '../../plan/observe.ts';
import { kindNames } from '../../plan/order.ts';
import { trade } from '../look.ts';
import type { Place } from '../place.ts';
import { comesInOrder } from './apart.ts';
import type { Given } from './ask.ts';
import { copyOn } from './copy-file.ts';
import { knownFrom } from './facts.ts';
import { givePart, type Last } from './part.ts';

/** Of a kind with more than these, whatever a program says is looked at with everything. */
const mostOfKind = 100;

/** What may be said not to be in such a part: nothing stands in it, or comes after it. */
const mayBeAbsent: ReadonlySet<KindName> = new Set(['sessions', 'link']);

/** Take it. Errors: AllNeeded, also where the copy is not what the last run made true; UsageError. */
export async function giveOwnPart(place: Place, same: Same, { moved, last }: { readonly moved: Moved; readonly last: Last }): Promise<Given> {
  const copy = await copyOn(place.machine);
  if (copy.heading?.digest !== last.copy || copy.heading.build !== place.build) throw new AllNeeded('the copy is another');
  const book = bookOf(new Map(copy.lines.split('\n').slice(2, -1).map((line) => [idIn(line), line])));
  const ids = [...new Set([...idsMoved(book, moved), ...idsAsked(book, moved)])].sort(compareText);
  const lines = ids.flatMap((id) => book.get(id) ?? []);
  const resources = lines.map(recallLine);
  const isPart = resources.every(({ desired, kind }) => desired !== null || mayBeAbsent.has(kind)) && comesInOrder(resources, (id) => book.get(id));
  if (!isPart) throw new AllNeeded('what has moved does not stand apart');
  // Guards ask for facts where a table is in a part.
  const facts = resources.some(({ kind }) => kind === 'table') ? null : last.facts;
  const read = parseExcerpt(copy.lines, { lines, same, facts }, { ...knownFrom(last), isOwn: true });
  if (!read.ok || !('catalog' in read.value) || read.value.key !== same.same) throw new AllNeeded('the copy cannot be read');
  return { ...await givePart(place, read.value, last), remember: async () => last.copy };
}

/** What these paths are, and what loads them. Errors: AllNeeded, where one is nothing of croft's by itself. */
function idsMoved(book: Book, { paths }: Moved): readonly string[] {
  const named = paths.flatMap((path) => {
    const found = kindNames.map((kind) => `${kind}:${path}`).filter((id) => book.get(id) !== undefined);
    if (found.length === 0) throw new AllNeeded(`${path} is looked at, and is nobody's`);
    return found;
  });
  const loading = ofKind(book, 'unit').filter(({ load }) => load !== undefined && paths.some((path) => isRead(load.reads, { name: path })));
  return [...named, ...loading.map(({ id }) => id)];
}

/** All of each kind that asks one of these programs: whatever rests on what it says. Errors: AllNeeded, where that is many, or nobody's. */
function idsAsked(book: Book, { asked }: Moved): readonly string[] {
  const programs = new Set(asked.map(([program]) => program));
  const asking = programs.size === 0 ? [] : kindNames.map((kind) => ofKind(book, kind)).filter((resources) => programsOf(resources).some((program) => programs.has(program)));
  if (programs.size > 0 && (asking.length === 0 || asking.some(({ length }) => length > mostOfKind))) throw new AllNeeded(`${[...programs].join(', ')} say something else`);
  return asking.flat().map(({ id }) => id);
}

function programsOf(resources: readonly Resource[]): readonly string[] {
  const [first] = resources;
  const probes = first === undefined ? [] : kindOf(trade.kinds, first.kind).probe(resources);
  return probes.flatMap((probe) => (probe.ask === 'run' ? probe.argv.slice(0, 1) : []));
}

function ofKind(book: Book, kind: KindName): readonly Resource[] {
  return book.within(`${kind}:`).map(([, line]) => recallLine(line));
}
