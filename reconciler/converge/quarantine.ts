/**
 * Whose change the daemon's check of the whole refuses. Every owner's documents are tried as they would be, or out of the daemon's sight;
 * what has been on the host all along comes before what is new, so nobody's new document can take an old one of a neighbour's away. What
 * is refused keeps its last good version; when the daemon no longer takes that one either (a new release of it, a change of the co-op's),
 * it is taken out of its sight, for that owner only. When the whole is refused without any member's document, the cause is shared.
 */
import { groupBy } from '../model/group.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Placing } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import type { Id, Resource } from '../model/resource.ts';
import { AllNeeded } from '../plan/all-needed.ts';
import { withBeside } from '../plan/beside.ts';
import { blameGroups } from './blame.ts';
import { inputsOf, type Run } from './run.ts';
import type { Staged } from './staged.ts';
import { scrub } from './words.ts';

/** What one document comes to among the files that a unit reads. */
export interface Document {
  readonly owner: Owner;
  readonly file: string;
  readonly resources: readonly Resource[];
  readonly staged: readonly Staged[];
  /** How it is taken out of the daemon's sight. */
  readonly gone: readonly Placing[];
}

/** What may take its place, and what not. */
export interface Verdict {
  /** Documents that are as they are to be, among them those that do not change. */
  readonly good: readonly Document[];
  /** Why a document is not let in; `gone`: not even its last version is. */
  readonly refused: readonly { readonly document: Document; readonly because: string; readonly gone: boolean }[];
  /** The whole is refused, whoever's documents are in it. */
  readonly shared: string | null;
}

/** Ask the daemon's checker, of the host with these places taken. Shape: null, or what it says. */
type Check = (places: readonly Placing[]) => Promise<string | null>;

/**
 * Gather what a unit reads of members, by document: what does not change first. The co-op's own sites and zones are documents like a member's. Of
 * a part only what changes, and what else there was of that only where somebody asks: where it is not let in, all is asked for.
 */
export function documentsOf(run: Run, unit: Resource, staged: readonly Staged[]): readonly Document[] {
  const changed = new Map<Id, Staged>(staged.map((one) => [one.change.resource.id, one]));
  const isPart = run.planned.catalog.beside !== undefined;
  const inputs = inputsOf(run, unit);
  const byFile = byDocument(isPart ? inputs.filter(({ id }) => changed.has(id)) : inputs);
  let all: ReturnType<typeof byDocument> | null = null;
  const everythingOf = (file: string): readonly Resource[] => (all ??= byDocument(inputsIn(withBeside(run.planned.accounted, run.planned), unit))).get(file) ?? [];
  const documents = [...byFile].map(([file, resources]): Document => {
    const [first] = resources;
    const own = { owner: first.owner, file: first.source.file, resources, staged: resources.flatMap(({ id }) => changed.get(id) ?? []) };
    if (!isPart) return { ...own, gone: goneOf(run, resources) };
    return { ...own, get gone() { return goneOf(run, everythingOf(file)); } };
  });
  return [...documents.filter(({ staged: own }) => own.length === 0), ...documents.filter(({ staged: own }) => own.length > 0)];
}

function byDocument(inputs: readonly Resource[]): ReadonlyMap<string, readonly [Resource, ...Resource[]]> {
  const theirs = inputs.filter(({ kind, owner, probe }) => kind !== 'directory' && (owner !== 'coop' || probe !== undefined));
  return groupBy(theirs, ({ owner, source }) => `${owner} ${source.file}`);
}

function goneOf(run: Run, resources: readonly Resource[]): readonly Placing[] {
  return resources.filter(({ id }) => isThere(run, id)).map(({ name }) => ({ path: name, token: null }));
}

/** What is beside a part is there, as it was left. */
function isThere({ observed, planned }: Run, id: Id): boolean {
  return observed.has(id) ? observed.get(id) !== null : planned.catalog.beside !== undefined;
}

/** Find out what the check of the whole lets pass. One check when that is everything. Errors: AllNeeded where it is not, and only a part is known: what is not new may be it. */
export async function judge(run: Run, unit: Resource, { staged, check }: { readonly staged: readonly Staged[]; readonly check: Check }): Promise<Verdict> {
  const documents = documentsOf(run, unit, staged);
  const ofMembers = new Set(documents.flatMap((document) => document.staged));
  const shared = staged.filter((one) => !ofMembers.has(one)).flatMap(({ places }) => places);
  const seen = (good: readonly Document[], asBefore: readonly Document[] = []): readonly Placing[] => {
    const [asIs, asWas] = [new Set(good), new Set(asBefore)];
    return [...shared, ...documents.flatMap((document) => (asIs.has(document) ? placesOf(document) : asWas.has(document) ? [] : document.gone))];
  };
  const words = await check(seen(documents));
  if (words === null) return { good: documents, refused: [], shared: null };
  if (run.planned.catalog.beside !== undefined) throw new AllNeeded(`${unit.name} does not take all that it reads`);
  const alone = documents.length === 0 ? words : await check(seen([]));
  if (alone !== null) return { good: [], refused: [], shared: alone };
  const { good, bad } = await blameGroups(byOwner(documents), async (some) => (await check(seen(some))) === null);
  return { good, refused: await sentences(run, { good, bad, check, seen }), shared: null };
}

function placesOf({ staged }: Document): readonly Placing[] {
  return staged.flatMap(({ places }) => places);
}

/** Owners of what does not change are tried before those of what does; one that has both is two. */
export function byOwner(documents: readonly Document[]): readonly { readonly items: readonly Document[] }[] {
  return [...groupBy(documents, ({ owner, staged }) => `${owner} ${staged.length > 0}`).values()].map((items) => ({ items }));
}

interface Sentencing {
  readonly good: readonly Document[];
  readonly bad: readonly Document[];
  readonly check: Check;
  readonly seen: (good: readonly Document[], asBefore?: readonly Document[]) => readonly Placing[];
}

/** The daemon's own words about each, and whether what was there before may stay. */
async function sentences(run: Run, { good, bad, check, seen }: Sentencing): Promise<Verdict['refused']> {
  const refused: Verdict['refused'][number][] = [];
  const staying: Document[] = [];
  for (const document of bad) {
    const words = (await check(seen([...good, document], staying))) ?? '';
    const stays = document.gone.length > 0 && document.staged.length > 0 && (await check(seen(good, [...staying, document]))) === null;
    if (stays) staying.push(document);
    const said = scrub(words, { owner: document.owner, resources: run.planned.accounted });
    const gone = document.gone.length > 0 && !stays;
    const what = stays ? 'the last good version stays' : gone ? 'its last version is refused, too, and was taken out of the daemon\'s sight until it passes' : 'there is no earlier version';
    refused.push({ document, gone, because: `the daemon's check of the whole refuses it (${what}): ${said}` });
  }
  return refused;
}
