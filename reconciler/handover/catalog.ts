/**
 * A catalog out of its lines. What stands in root's own copy to the byte was read and admitted before, and is only parsed; all else is
 * read by the readers. What follows from more than one line is looked at every time – each thing once, in order, needing only what is
 * there – but for circles: where whatever could make one is as it was, there is none.
 */
import type { Catalog, Id, Resource } from '../model/resource.ts';
import { inSequence } from '../model/sequence.ts';
import { compareText } from '../model/source.ts';
import { readLine, recallLine } from './lines.ts';
import { each, object, Unfit, whole, within, word } from './read.ts';
import { most } from './words.ts';

/** What of a catalog root knew before it read it. */
export interface Familiar {
  /** Those whose line it knew. They are named by themselves: what was made of one since is another, and new. */
  readonly resources: ReadonlySet<Resource>;
  /** All of them, where they go in no circle since they went in none before; null where that is to be looked at. */
  readonly straight: readonly Resource[] | null;
}

/** What root knows of a whole catalog. */
interface Known {
  readonly resources: readonly string[];
  readonly isOfParts?: boolean;
  readonly isOwn?: boolean;
}

/** Take what is to be said of a catalog beside its resources, and how many those are. */
export const catalogHeading = object({
  host: word(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/), revision: word(/^(?:[0-9a-f]{40}|directory)$/), time: whole(0, 1e12), resources: whole(0, most.resources),
}, { beside: whole(0, most.resources) });

/** Take a catalog: each thing once, in order, needing only what is in it, and none in a circle. `known`: lines of a whole catalog that root admitted, at once or in parts. Errors: Unfit. */
export function catalogIn(about: Omit<Catalog, 'resources'>, lines: readonly string[], known: Known): { readonly catalog: Catalog; readonly familiar: Familiar | null } {
  if (about.beside !== undefined) return { catalog: { ...about, resources: within('resources', () => newIn(lines, known)) }, familiar: null };
  const { resources, familiar, isStraight } = within('resources', () => {
    const read = resourcesIn(lines, known);
    assertWhole(read.resources);
    if (!read.isStraight) assertStraight(read.resources);
    return read;
  });
  return { catalog: { ...about, resources }, familiar: familiar.size === 0 ? null : { resources: familiar, straight: isStraight ? resources : null } };
}

/** Of a part of a catalog, all is read as if nothing were known; what it needs may be beside it, and nothing in it takes anything away, but of root's own, where it did so before. */
function newIn(lines: readonly string[], { isOwn = false }: Known): readonly Resource[] {
  const resources: Resource[] = [];
  each(lines.keys(), (index) => {
    const line = lines[index] ?? '';
    const resource = readLine(line);
    // It takes the place of another one by that (amendedLines).
    if (idIn(line) !== resource.id) throw new Unfit('does not begin with its id', ['id']);
    resources.push(resource);
  });
  assertInOrder(resources);
  assertStraight(resources);
  const gone = isOwn ? -1 : resources.findIndex(({ desired }) => desired === null);
  if (gone >= 0) throw new Unfit('takes something away, which a part must not', [gone]);
  return resources;
}

interface Read {
  readonly resources: readonly Resource[];
  readonly familiar: ReadonlySet<Resource>;
  readonly isStraight: boolean;
}

/** Both are sorted by id, so each is gone through once, side by side. A known line in another place is not found, and read like a new one. */
function resourcesIn(lines: readonly string[], { resources: known, isOfParts = false }: Known): Read {
  const [resources, familiar] = [[] as Resource[], new Set<Resource>()];
  let isStraight = known.length > 0 && !isOfParts;
  let next = 0;
  each(lines.keys(), (index) => {
    const line = lines[index] ?? '';
    const at = line === known[next] ? next : placeOf(line, known, next);
    isStraight &&= at === next;
    next = at;
    const isKnown = line === known[at];
    const resource = isKnown ? recallLine(line) : readLine(line);
    resources.push(resource);
    if (isKnown) familiar.add(resource);
    isStraight &&= isKnown || isInPlaceOf(resource, known[at]);
    if (isKnown || idIn(known[at]) === resource.id) next += 1;
  });
  return { resources, familiar, isStraight: isStraight && next === known.length };
}

/** Go on to where a line of this id stands, or would. */
function placeOf(line: string, known: readonly string[], from: number): number {
  const id = idIn(line);
  let at = from;
  while (at < known.length && compareText(idIn(known[at]), id) < 0) at += 1;
  return at;
}

/** Name what a line is about. Shape: the text that it begins with as its id; empty where it begins with none. */
export function idIn(line: string | undefined): string {
  return /^\{"id":"([^"\\]*)"/.exec(line ?? '')?.[1] ?? '';
}

/** Would nothing go in a circle where a known line did not? */
function isInPlaceOf(resource: Resource, known: string | undefined): boolean {
  return known !== undefined && orderOf(resource) === orderOf(JSON.parse(known) as Resource);
}

/** All that says what comes before what. */
function orderOf({ id, desired, needs, after, load }: Resource): string {
  return JSON.stringify([id, desired === null, needs, after, load?.reads ?? null]);
}

function assertWhole(resources: readonly Resource[]): void {
  const ids = new Set<Id>(resources.map(({ id }) => id));
  assertInOrder(resources);
  resources.forEach(({ needs }, index) => {
    const missing = needs.find((need) => !ids.has(need));
    if (missing !== undefined) throw new Unfit('needs what is not there', [index, missing]);
  });
}

function assertInOrder(resources: readonly Resource[]): void {
  const at = resources.findIndex(({ id }, index) => compareText(resources[index - 1]?.id ?? '', id) >= 0);
  if (at >= 0) throw new Unfit('is there twice, or out of order', [at]);
}

function assertStraight(resources: readonly Resource[]): void {
  const places = new Map(resources.map(({ id }, index) => [id, index]));
  const { circle } = inSequence([...places.keys()], (one) => {
    const { needs = [], after = [] } = resources[places.get(one) ?? -1] ?? {};
    return [...needs, ...after].filter((other) => places.has(other));
  });
  if (circle !== null) throw new Unfit('comes after itself', [places.get(circle) ?? 0, circle]);
}
