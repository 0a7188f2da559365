/** What is compared, and its two sides, understood the whole way: everything that the commits say is read, held and compiled. */
import { compile } from '../../compile/compile.ts';
import { check } from '../../desired/check.ts';
import { forgotten } from '../../desired/forgotten.ts';
import { settle, type Settled } from '../../desired/hold.ts';
import { isWhole, succeeds } from '../../git/haves.ts';
import { ancestors, snapshotOfTree } from '../../git/snapshot.ts';
import { readCommit, type Repository } from '../../git/store.ts';
import type { Keeper } from '../../kept/keeper.ts';
import type { Readings } from '../../kept/readings.ts';
import type { Declared } from '../../model/declared.ts';
import type { DesiredState, Host } from '../../model/desired.ts';
import type { HostReport } from '../../model/host-report.ts';
import type { Hold } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import type { Catalog } from '../../model/resource.ts';
import type { Service } from '../../model/service.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { compareText } from '../../model/source.ts';
import { inventoryOf } from '../../plan/foresee.ts';
import { censusOf, type Census, type Sight } from '../../plan/sight.ts';
import type { Authority } from '../../report/preview.ts';

/** Two commits to compare, the second a descendant of the first, and what is known beside them. */
export interface Comparison {
  readonly repository: Repository;
  readonly base: { readonly oid: string; readonly name: string };
  readonly head: string;
  /** What of both is in force, where that is not all of it. */
  readonly trees?: { readonly base: string; readonly head: string };
  readonly authority: Authority;
  /** What was worked out before; left out: nothing, and nothing is kept. */
  readonly kept?: Kept;
  /** What hosts said of themselves, by name: only what they did sign. */
  readonly reportsOf: (hosts: readonly Host[]) => Promise<ReadonlyMap<string, HostReport>>;
}

/** What was read of documents before, and where it is kept what hosts were to be. */
export interface Kept {
  readonly readings: Readings;
  readonly keeper: Keeper | null;
}

/** What there is to know of one. */
type Side = Pick<Settled, 'state' | 'holds'>;

/** Two commits, understood as far as the change from one to the other asks for. */
export interface Sides {
  /** The states may hold less than all of the co-op: at the least everybody's who has to do with the change. */
  readonly before: Side;
  readonly after: Side;
  /** Every document of both. */
  readonly old: Snapshot;
  readonly now: Snapshot;
  readonly reports: ReadonlyMap<string, HostReport>;
  /** Every host of before and after, by name; none where nothing of the head can be used. */
  readonly turns: ReadonlyMap<string, Turn>;
  /** What is wrong after and was not before, and how much it is that was and is no more. */
  readonly problems: readonly Problem[];
  readonly mended: number;
}

/** What a host was and is to be, and what guards must know of both. */
export interface Turn {
  /** The commit that it begins at. */
  readonly from: string;
  /** Did it not say yet that it is as at the base? */
  readonly isBehind: boolean;
  readonly old: Catalog;
  /** null: it is no longer a host of the co-op. */
  readonly catalog: Catalog | null;
  readonly declared: Declared;
  readonly admins: ReadonlySet<string>;
  readonly census: Census | null;
  /** What of it differs, where the catalogs hold no more than guards must see. */
  readonly few?: Few;
}

/** What differs on a host, in the order in which it is changed, and how many things are beside that. */
export interface Few {
  readonly old: Catalog;
  readonly catalog: Catalog;
  readonly beside: number;
}

/** Read and compile both commits, and those that hosts are at. Errors: GitError when one of the two cannot be read. */
export async function wholeSides(comparison: Comparison, services: readonly Service[]): Promise<Sides> {
  const { repository, base, head, trees, kept, reportsOf } = comparison;
  const settledAt = settling(comparison);
  const [before, after] = [await settledAt(base.oid, trees?.base), await settledAt(head, trees?.head)];
  const [old, now] = [await snapshotIn(repository, base.oid, trees?.base), await snapshotIn(repository, head, trees?.head)];
  const reports = await reportsOf(before.state?.hosts ?? []);
  const { came, went } = difference(problemsOf(after, now), problemsOf(before, old));
  const turns = new Map<string, Turn>();
  for (const name of after.state === null ? [] : hostsIn(before.state, after.state)) {
    const { from, settled } = await startOf(reports.get(name) ?? null, { repository, base: base.oid, settledAt });
    if (after.state !== null) turns.set(name, turnOf(name, { from, isBehind: from !== base.oid, was: settled.state, is: after.state, services }));
  }
  return { before, after, old, now, reports, turns, problems: [...came, ...forgotten(old, now, kept?.readings)], mended: went.length };
}

interface Way extends Pick<Turn, 'from' | 'isBehind'> {
  readonly was: DesiredState | null;
  readonly is: DesiredState;
  readonly services: readonly Service[];
}

function turnOf(name: string, { from, isBehind, was, is, services }: Way): Turn {
  return {
    from, isBehind, old: catalogOf(was, name, services) ?? { host: name, revision: from, time: 0, resources: [] }, catalog: catalogOf(is, name, services),
    declared: is, admins: new Set<string>(was?.cluster.admins ?? []), census: was === null ? null : censusOf(was),
  };
}

/** What guards look at; null where there is nothing to be guarded. */
export function sightOf({ old, catalog, declared, admins, census }: Turn, holds: readonly Hold[]): Sight | null {
  const zones = new Map(old.resources.flatMap(({ id, kind, payload }) => (kind === 'zone' && payload !== undefined ? [[id, payload.text] as const] : [])));
  return catalog === null ? null : { catalog, inventory: inventoryOf(old), state: declared, holds, zones, admins, before: census };
}

function hostsIn(before: DesiredState | null, after: DesiredState): readonly string[] {
  return [...new Set([...(before?.hosts ?? []), ...after.hosts].map(({ name }): string => name))].toSorted(compareText);
}

/** The documents of a commit, or of the tree that is in force there. */
export async function snapshotIn(repository: Repository, oid: string, tree?: string): Promise<Snapshot> {
  const { revision, tree: own } = await readCommit(repository, oid);
  return snapshotOfTree(repository, revision, tree ?? own);
}

type SettledAt = (oid: string, tree?: string) => Promise<Settled>;

/** Understanding a commit is pure and costs; hosts are mostly at the same one. With a tree, that one is in force instead of the commit's own. */
function settling({ repository, kept }: Comparison): SettledAt {
  const readings = kept?.readings ?? new WeakMap();
  const known = new Map<string, Promise<Settled>>();
  const understand = async (oid: string, tree: string | undefined): Promise<Settled> => {
    return settle(await snapshotIn(repository, oid, tree), () => ancestors(repository, oid), readings);
  };
  return (oid, tree) => {
    const key = `${oid} ${tree ?? ''}`;
    const settled = known.get(key) ?? understand(oid, tree);
    known.set(key, settled);
    return settled;
  };
}

/** Whoever has a problem, somebody is held for it; without holds there is nothing to look for again. */
function problemsOf({ holds }: Side, snapshot: Snapshot): readonly Problem[] {
  return holds.length === 0 ? [] : check(snapshot).problems;
}

/** Compare problems by what they say and in which file: a line that only moved is not a new mistake. */
function difference(now: readonly Problem[], old: readonly Problem[]): { readonly came: readonly Problem[]; readonly went: readonly Problem[] } {
  const key = ({ code, message, source }: Problem): string => JSON.stringify([code, message, source.file]);
  const [before, after] = [new Set(old.map(key)), new Set(now.map(key))];
  return { came: now.filter((problem) => !before.has(key(problem))), went: old.filter((problem) => !after.has(key(problem))) };
}

interface Starting {
  readonly repository: Repository;
  readonly base: string;
  readonly settledAt: SettledAt;
}

async function startOf(report: HostReport | null, { repository, base, settledAt }: Starting): Promise<{ readonly from: string; readonly settled: Settled }> {
  const { oid, tree } = await beginning(report, { repository, base });
  return { from: oid, settled: await settledAt(oid, tree) };
}

/** Find where a host begins: at what it reported, as far as the repository has that; else at the base. Shape: no tree stands for the commit's own. */
export async function beginning(report: HostReport | null, { repository, base }: Pick<Starting, 'repository' | 'base'>): Promise<{ readonly oid: string; readonly tree?: string }> {
  if (report === null || !(await isWhole(repository, report.commit))) return { oid: base };
  const { revision } = await readCommit(repository, report.commit);
  const hasTree = await succeeds(() => snapshotOfTree(repository, revision, report.tree));
  return { oid: report.commit, ...(hasTree ? { tree: report.tree } : {}) };
}

function catalogOf(state: DesiredState | null, name: string, services: readonly Service[]): Catalog | null {
  const host = state?.hosts.find((each) => each.name === name);
  return state === null || host === undefined ? null : compile(state, host, services);
}
