/**
 * The two sides of a comparison by what differs between them. What each host was to be at the base is kept from the last comparison; what
 * it is to be at the head follows from that and from the documents of whoever changed and of whoever has to do with them (recompile.ts).
 * Where that cannot be told, or anything is wrong, it is null, and everything is read (sides.ts); then the base is kept for the next time.
 */
import { compile } from '../compile/compile.ts';
import { forgotten } from '../desired/forgotten.ts';
import { readCommit } from '../git/store.ts';
import { lineOf, recallDeclared, recallLine } from '../handover/lines.ts';
import { answerOf, keepMade, recallMade, type Made } from '../kept/answers.ts';
import { ownerOf } from '../model/owner.ts';
import type { Catalog, Resource } from '../model/resource.ts';
import type { Service } from '../model/service.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { isMadeOf, madeOf, recompile, type Recompiled } from '../recompile.ts';
import type { Comparison, Kept } from './comparison.ts';
import { beginning, censusOf, snapshotIn, type Sides, type Turn } from './sides.ts';

type KeptComparison = Comparison & { readonly kept: Kept };

/** Work out both sides by what is new. null: that cannot be told. Errors: GitError when one of the two cannot be read. */
export async function sidesAnew(comparison: KeptComparison, services: readonly Service[]): Promise<Sides | null> {
  const { repository, base, head, trees, kept, reportsOf } = comparison;
  const [old, now] = [await snapshotIn(repository, base.oid, trees?.base), await snapshotIn(repository, head, trees?.head)];
  const ways = new Map<string, Way>();
  for (const name of hostNamesIn(old)) {
    const way = wayOf(name, { old, now, kept, services });
    if (way === null) return null;
    ways.set(name, way);
  }
  const [first] = ways.values();
  if (first === undefined || first.next.hosts.length !== ways.size) return null;
  const { was, now: is, hosts } = first.next;
  const reports = await reportsOf(hosts);
  const turns = new Map<string, Turn>();
  for (const [name, way] of ways) {
    const turn = await turnOf(way, { comparison, report: reports.get(name) ?? null, sides: { old, now }, services });
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
    const last = recallMade(keeper, host.name, answerOf(host.name));
    if (last !== null && isMadeOf(last, old)) continue;
    const start = await beginning(reports.get(host.name) ?? null, { repository, base: base.oid });
    const beginsThere = start.oid === base.oid && (start.tree ?? tree) === (trees?.base ?? tree);
    const { resources } = (beginsThere ? turns.get(host.name)?.old : undefined) ?? compile(state, host, services);
    const lines = new Map(resources.map((resource) => [resource.id, lineOf(resource)]));
    keepMade(keeper, madeOf({ head: old, readings, host: host.name, state, lines }), answerOf(host.name));
  }
}

/** A host at the base, and by what is new since. */
interface Way {
  readonly base: Made;
  readonly next: Recompiled;
}

interface Going {
  readonly old: Snapshot;
  readonly now: Snapshot;
  readonly kept: Kept;
  readonly services: readonly Service[];
}

function wayOf(host: string, { old, now, kept: { keeper, readings }, services }: Going): Way | null {
  const last = recallMade(keeper, host, answerOf(host));
  if (last === null) return null;
  const base = isMadeOf(last, old) ? last : (recompile({ head: old, readings, last, services })?.made ?? null);
  if (base !== null && base !== last) keepMade(keeper, base, answerOf(host));
  const next = base === null ? null : recompile({ head: now, readings, last: base, services });
  return base === null || next === null ? null : { base, next };
}

/** The documents of hosts say which there are; whatever is odd among them is found when they are read. */
function hostNamesIn({ files }: Snapshot): readonly string[] {
  return files.flatMap(({ path }) => (ownerOf(path) === 'coop' ? (/(?:^|\/)hosts\/([^/]+)\.yaml$/.exec(path)?.[1] ?? []) : []));
}

interface Beginning {
  readonly comparison: KeptComparison;
  readonly report: Parameters<typeof beginning>[0];
  readonly sides: Pick<Sides, 'old' | 'now'>;
  readonly services: readonly Service[];
}

async function turnOf({ base, next }: Way, { comparison: { repository, base: { oid }, kept: { readings } }, report, sides, services }: Beginning): Promise<Turn | null> {
  const start = await beginning(report, { repository, base: oid });
  const head = await snapshotIn(repository, start.oid, start.tree);
  const from = isMadeOf(base, head) ? base : (recompile({ head, readings, last: base, services })?.made ?? null);
  if (from === null) return null;
  const before = new Map<string, Resource>();
  const old = catalogOf(from, head, before);
  const declared = recallDeclared(next.made.declared);
  return {
    from: start.oid, old, catalog: catalogOf(next.made, sides.now, before), declared,
    admins: new Set<string>(next.was.state.cluster.admins), census: censusOf(from.declared === next.made.declared ? declared : recallDeclared(from.declared)),
  };
}

/** What is a line of both sides is one thing. */
function catalogOf({ host, lines }: Made, { revision: { oid, time } }: Snapshot, known: Map<string, Resource>): Catalog {
  const resources = [...lines.values()].map((line) => {
    const resource = known.get(line) ?? recallLine(line);
    known.set(line, resource);
    return resource;
  });
  return { host, revision: oid, time, resources };
}
