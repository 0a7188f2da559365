/**
 * The two sides of a comparison by what differs between them. What each host was to be at the base is kept from the last comparison; what
 * it is to be at the head follows from that and from the documents of whoever changed and of whoever has to do with them (recompile.ts).
 * Where that cannot be told, or anything is wrong, it is null, and everything is read (sides.ts); then the base is kept for the next time.
 */
import { compile } from '../../compile/compile.ts';
import type { Writing } from '../../compile/splice.ts';
import { forgotten } from '../../desired/forgotten.ts';
import { readCommit } from '../../git/store.ts';
import { lineOf, lineOfDeclared, recallDeclared, recallLine } from '../../handover/lines.ts';
import { keepMade, nameOf, recallMade } from '../../kept/answers.ts';
import { unlessDamaged } from '../../kept/book.ts';
import { declaredIn, linesIn, type Made } from '../../kept/made.ts';
import type { Keeper } from '../../kept/keeper.ts';
import { madeOf } from '../../made-of.ts';
import { declaredOf } from '../../model/declared.ts';
import { ownersIn } from '../../model/parts.ts';
import { remainingDrift } from '../../model/remaining.ts';
import type { Catalog, Resource } from '../../model/resource.ts';
import type { Service } from '../../model/service.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { guard } from '../../plan/guard.ts';
import { pulledIn } from '../../plan/order.ts';
import { censusOf } from '../../plan/sight.ts';
import { goingIn } from '../../plan/tallies.ts';
import { isMadeOf, recompile, type Recompiled } from '../../recompile.ts';
import { differing, type Both } from './differing.ts';
import { asGists, behindGist, gistIn } from './gist.ts';
import { beginning, sightOf, snapshotIn, type Comparison, type Kept, type Sides, type Turn } from './sides.ts';

/** With the documents of more owners than these, it is worth the while to keep the base anew. */
const mostMoved = 8;

type KeptComparison = Comparison & { readonly kept: Kept };

/** In which form a host is known: all that is handed over, or the gist of it. */
interface Form {
  readonly what: 'answer' | 'gist';
  readonly writing?: Writing;
  readonly read: Both['read'];
}

const whole: Form = { what: 'answer', read: recallLine };
const gist: Form = { what: 'gist', writing: asGists, read: behindGist };

/** Work out both sides by what is new. null: that cannot be told. Errors: GitError when one of the two cannot be read. */
export async function sidesAnew(comparison: KeptComparison, services: readonly Service[]): Promise<Sides | null> {
  for (const form of [gist, whole]) {
    const sides = await unlessDamaged(() => sidesIn(form, comparison, services));
    if (sides !== null) return sides;
  }
  return null;
}

async function sidesIn(form: Form, comparison: KeptComparison, services: readonly Service[]): Promise<Sides | null> {
  const { repository, base, head, trees, kept, reportsOf } = comparison;
  const [old, now] = [await snapshotIn(repository, base.oid, trees?.base), await snapshotIn(repository, head, trees?.head)];
  const ways = new Map<string, Way>();
  for (const name of hostNamesIn(old)) {
    const way = wayOf(name, { form, old, now, kept, services });
    if (way === null) return null;
    ways.set(name, way);
  }
  const [first] = ways.values();
  if (first === undefined || first.next.hosts.length !== ways.size) return null;
  const { was, now: is, hosts } = first.next;
  const reports = await reportsOf(hosts);
  const turns = new Map<string, Turn>();
  for (const [name, way] of ways) {
    const turn = await turnOf(way, { name, comparison, report: reports.get(name) ?? null, sides: { old, now }, services });
    if (turn === null) return null;
    turns.set(name, turn);
  }
  const problems = forgotten(was.snapshot, is.snapshot, kept.readings);
  return { before: { state: was.state, holds: [] }, after: { state: is.state, holds: [] }, old, now, reports, turns, problems, mended: 0 };
}

/** Keep what hosts are to be at the base, where nothing is wrong there, and it is not what is kept already. */
export async function keepSides({ before: { state, holds }, old, turns, reports }: Sides, { repository, base, trees, kept: { keeper, readings } }: KeptComparison, services: readonly Service[]): Promise<void> {
  if (keeper === null || state === null || holds.length > 0) return;
  const { tree } = await readCommit(repository, base.oid);
  for (const host of state.hosts) {
    const isKept = async ({ what }: Form): Promise<boolean> => {
      const last = recallMade(keeper, host.name, nameOf(host.name, what));
      return last !== null && (await unlessDamaged(() => isMadeOf(last, old))) === true;
    };
    if ((await isKept(whole)) && (await isKept(gist))) continue;
    const start = await beginning(reports.get(host.name) ?? null, { repository, base: base.oid });
    const beginsThere = start.oid === base.oid && (start.tree ?? tree) === (trees?.base ?? tree);
    const { resources } = (beginsThere ? turns.get(host.name)?.old : undefined) ?? compile(state, host, services);
    const lines = new Map(resources.map((resource) => [resource.id, lineOf(resource)]));
    keepBoth(keeper, madeOf({ head: old, readings, host: host.name, state, lines }), resources);
  }
}

function keepBoth(keeper: Keeper | null, made: Made, resources: readonly Resource[]): void {
  const ordered = { ...made, pulled: pulledIn(resources) };
  keepMade(keeper, ordered, nameOf(made.host, 'answer'));
  keepMade(keeper, { ...gistIn(ordered, resources), pulled: ordered.pulled }, nameOf(made.host, 'gist'));
}

/** A host at the base, and by what is new since. */
interface Way {
  readonly form: Form;
  readonly base: Made;
  readonly next: Recompiled;
}

interface Going {
  readonly form: Form;
  readonly old: Snapshot;
  readonly now: Snapshot;
  readonly kept: Kept;
  readonly services: readonly Service[];
}

function wayOf(host: string, { form, old, now, kept: { keeper, readings }, services }: Going): Way | null {
  const last = recallMade(keeper, host, nameOf(host, form.what));
  if (last === null) return null;
  const recompiling = { readings, services, ...(form.writing === undefined ? {} : { writing: form.writing }) };
  const anew = isMadeOf(last, old) ? null : recompile({ head: old, last, ...recompiling });
  const base = anew === null ? last : movedOn(last, anew, form);
  if (!isMadeOf(base, old)) return null;
  if (anew !== null && anew.changed.length > mostMoved) keepMade(keeper, base, nameOf(host, form.what));
  const next = recompile({ head: now, last: base, ...recompiling });
  return next === null ? null : { form, base, next };
}

/** What stood before its place still does where nothing else changed its own. */
function movedOn(last: Made, { made, was, now, differs }: Recompiled, { read }: Form): Made {
  const { pulled } = last;
  const isStill = pulled !== undefined && differing({ was: linesIn(last), is: linesIn(made), differs, pulled, around: { was: was.resources, now: now.resources }, read }) !== null;
  return isStill ? { ...made, pulled } : made;
}

/** The documents of hosts say which there are; whatever is odd among them is found when they are read. */
function hostNamesIn(snapshot: Snapshot): readonly string[] {
  const files = ownersIn(snapshot).get('coop')?.files() ?? [];
  return files.flatMap(({ path }) => /(?:^|\/)hosts\/([^/]+)\.yaml$/.exec(path)?.[1] ?? []);
}

interface Beginning {
  readonly name: string;
  readonly comparison: KeptComparison;
  readonly report: Parameters<typeof beginning>[0];
  readonly sides: Pick<Sides, 'old' | 'now'>;
  readonly services: readonly Service[];
}

async function turnOf({ form, base, next }: Way, { name, comparison: { repository, base: { oid }, kept: { readings, keeper } }, report, sides, services }: Beginning): Promise<Turn | null> {
  const start = await beginning(report, { repository, base: oid });
  const head = await snapshotIn(repository, start.oid, start.tree);
  const same = sameAt(base, { head, readings, services, form });
  const isThere = same.lines && same.facts;
  const short = isThere && (report === null || remainingDrift(report).length === 0) ? turnByFew({ form, base, next }, { from: head, to: sides.now }) : null;
  if (short !== null || form !== whole) return short;
  const from = isThere ? base : (recompile({ head, readings, last: base, services })?.made ?? null);
  if (from === null) return null;
  const before = new Map<string, Resource>();
  const old = catalogOf(from, head, before);
  if (isThere && (base.pulled === undefined || recallMade(keeper, name, nameOf(name, 'gist'))?.pulled === undefined)) keepBoth(keeper, base, old.resources);
  const [was, is] = [declaredIn(from), declaredIn(next.made)];
  const declared = recallDeclared(is);
  return {
    from: start.oid, isBehind: !same.lines, old, catalog: catalogOf(next.made, sides.now, before), declared,
    admins: new Set<string>(next.was.state.cluster.admins), census: censusOf(was === is ? declared : recallDeclared(was)),
  };
}

/**
 * Say what of a host is as at the base: all that it is made of, and what guards know of the co-op. One that has not heard of the newest commits
 * yet is so where they change nothing there: pushes are told to those hosts alone that they concern.
 */
function sameAt(base: Made, { head, readings, services, form: { writing } }: { readonly head: Snapshot; readonly form: Form } & Pick<Kept, 'readings'> & Pick<Going, 'services'>): { readonly lines: boolean; readonly facts: boolean } {
  if (isMadeOf(base, head)) return { lines: true, facts: true };
  const there = recompile({ head, readings, last: base, services, ...(writing === undefined ? {} : { writing }) });
  if (there === null) return { lines: false, facts: false };
  // A gist has no facts in it.
  const [was, now] = [there.was, there.now].map(({ state }) => lineOfDeclared(declaredOf(state)));
  return { lines: there.differs.gone.length + there.differs.lines.length === 0, facts: was === now };
}

/**
 * A host of which only that is looked at which differs, and by guards what whoever has to do with it comes to. That is enough as long as
 * nothing goes: shares of the whole are only asked for then.
 */
function turnByFew({ form: { read }, base, next: { made, was, now, differs } }: Way, { from, to }: { readonly from: Snapshot; readonly to: Snapshot }): Turn | null {
  const few = base.pulled === undefined ? null : differing({ was: linesIn(base), is: linesIn(made), differs, pulled: base.pulled, around: { was: was.resources, now: now.resources }, read });
  if (few === null) return null;
  const at = ({ revision: { oid, time } }: Snapshot, resources: readonly Resource[]): Catalog => ({ host: made.host, revision: oid, time, resources });
  const turn: Turn = {
    from: from.revision.oid, isBehind: false, old: at(from, was.resources), catalog: at(to, now.resources), declared: now.state, admins: new Set<string>(was.state.cluster.admins), census: censusOf(was.state),
    few: { old: at(from, few.old), catalog: at(to, few.now), beside: made.count - few.now.length },
  };
  const sight = sightOf(turn, []);
  return sight !== null && guard(sight, to.revision.time * 1000).length + goingIn(sight).length > 0 ? null : turn;
}

/** What is a line of both sides is one thing. */
function catalogOf(made: Made, { revision: { oid, time } }: Snapshot, known: Map<string, Resource>): Catalog {
  const resources = [...linesIn(made).within('')].map(([, line]) => {
    const resource = known.get(line) ?? recallLine(line);
    known.set(line, resource);
    return resource;
  });
  return { host: made.host, revision: oid, time, resources };
}
