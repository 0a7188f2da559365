import { compile } from '../compile/compile.ts';
import { check } from '../desired/check.ts';
import { forgotten } from '../desired/forgotten.ts';
import { settle, type Settled } from '../desired/hold.ts';
import type { ReadCache } from '../desired/read.ts';
import { takeovers } from '../desired/takeover.ts';
import { commitsBetween } from '../git/between.ts';
import { isWhole, succeeds } from '../git/haves.ts';
import { ancestors, snapshotOfTree } from '../git/snapshot.ts';
import { readCommit, type Repository } from '../git/store.ts';
import type { DesiredState, Host } from '../model/desired.ts';
import { digest } from '../model/digest.ts';
import type { Guarded } from '../model/guard.ts';
import type { HostReport } from '../model/host-report.ts';
import type { Plan } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { remainingDrift } from '../model/remaining.ts';
import type { Catalog, Id } from '../model/resource.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { foresee, inventoryOf } from '../plan/foresee.ts';
import { guard } from '../plan/guard.ts';
import type { Trade } from '../reconcile.ts';
import { tellFiles, tellStates } from '../report/declared/declared.ts';
import type { Authority, Foreseen, Preview } from '../report/preview.ts';
import type { Texts } from '../report/patch.ts';
import { textsBetween } from '../report/rendered.ts';
import { usageOf } from '../report/usage.ts';

/** Two commits to compare, the second a descendant of the first, and what is known beside them. */
export interface Comparison {
  readonly repository: Repository;
  readonly base: { readonly oid: string; readonly name: string };
  readonly head: string;
  /** What of both is in force, where that is not all of it. */
  readonly trees?: { readonly base: string; readonly head: string };
  readonly authority: Authority;
  /** What was read before. */
  readonly readings?: ReadCache;
  /** What hosts said of themselves, by name: only what they did sign. */
  readonly reportsOf: (hosts: readonly Host[]) => Promise<ReadonlyMap<string, HostReport>>;
}

/** Work out everything that a change does, from the repository alone. Errors: GitError when one of the commits cannot be read. */
export async function previewOf(comparison: Comparison, trade: Trade): Promise<Preview> {
  const { repository, base, head, trees, authority, reportsOf } = comparison;
  const settledAt = settling(comparison);
  const [before, after] = [await settledAt(base.oid, trees?.base), await settledAt(head, trees?.head)];
  const [old, now] = [await snapshotIn(repository, base.oid, trees?.base), await snapshotIn(repository, head, trees?.head)];
  const reports = await reportsOf(before.state?.hosts ?? []);
  const foreseen = await foreseeAll({ comparison, before, after, reports, settledAt, time: now.revision.time * 1000 }, trade);
  const hosts = foreseen.map(({ guarded: _, ...each }) => each);
  const held = new Set(after.holds.map(({ owner }) => owner));
  const told = after.state === null ? [] : tellStates(before.state, after.state);
  const files = tellFiles(old, now, told).filter(({ owner }) => !held.has(owner) && after.state !== null);
  const problems = difference(problemsOf(after, now), problemsOf(before, old));
  return {
    base, head, authority, guards: once(foreseen.flatMap(({ guarded }) => guarded)), hosts,
    commits: (await commitsBetween(repository, base.oid, head)).map(({ revision }) => revision),
    told: [...told, ...files].toSorted(byOwner),
    usage: after.state === null ? [] : usageOf(after.state, new Set(told.map(({ owner }) => owner))),
    problems: [...problems.came, ...forgotten(old, now, comparison.readings)], mended: problems.went.length,
    warnings: takeovers(before.state, after.state),
    holds: after.holds.map((hold) => ({ ...hold, already: before.holds.some(({ owner }) => owner === hold.owner) })),
    checksum: digest(hosts.map(({ host, plan }) => JSON.stringify([host, plan.checksum])).join('\n')),
  };
}

/** The documents of a commit, or of the tree that is in force there. */
async function snapshotIn(repository: Repository, oid: string, tree?: string): Promise<Snapshot> {
  const { revision, tree: own } = await readCommit(repository, oid);
  return snapshotOfTree(repository, revision, tree ?? own);
}

type SettledAt = (oid: string, tree?: string) => Promise<Settled>;

/** Understanding a commit is pure and costs; hosts are mostly at the same one. With a tree, that one is in force instead of the commit's own. */
function settling({ repository, readings = new WeakMap() }: Comparison): SettledAt {
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

function byOwner(a: { readonly owner: string }, b: { readonly owner: string }): number {
  return Number(a.owner === 'coop') - Number(b.owner === 'coop') || compareText(a.owner, b.owner);
}

/** Whoever has a problem, somebody is held for it; without holds there is nothing to look for again. */
function problemsOf({ holds }: Settled, snapshot: Snapshot): readonly Problem[] {
  return holds.length === 0 ? [] : check(snapshot).problems;
}

/** Compare problems by what they say and in which file: a line that only moved is not a new mistake. */
function difference(now: readonly Problem[], old: readonly Problem[]): { readonly came: readonly Problem[]; readonly went: readonly Problem[] } {
  const key = ({ code, message, source }: Problem): string => JSON.stringify([code, message, source.file]);
  const [before, after] = [new Set(old.map(key)), new Set(now.map(key))];
  return { came: now.filter((problem) => !before.has(key(problem))), went: old.filter((problem) => !after.has(key(problem))) };
}

interface Outlook {
  readonly comparison: Comparison;
  readonly before: Settled;
  readonly after: Settled;
  readonly reports: ReadonlyMap<string, HostReport>;
  readonly settledAt: SettledAt;
  /** When the head was made, which stands for now: the same commits give the same preview. Units: milliseconds since the epoch. */
  readonly time: number;
}

type Weighed = Foreseen & { readonly guarded: readonly Guarded[] };

/** What several hosts keep back is told once, with the greatest count: an allowance of that lets it pass on all of them. */
function once(guarded: readonly Guarded[]): readonly Guarded[] {
  const byObject = new Map<string, Guarded>();
  for (const each of guarded) {
    const key = `${each.code} ${each.object}`;
    if ((byObject.get(key)?.count ?? 0) < each.count) byObject.set(key, each);
  }
  return [...byObject.values()];
}

/** Every host of before and after; none where nothing of the head can be used. */
async function foreseeAll(outlook: Outlook, trade: Trade): Promise<readonly Weighed[]> {
  const { before, after } = outlook;
  if (after.state === null) return [];
  const names = new Set([...(before.state?.hosts ?? []), ...after.state.hosts].map(({ name }): string => name));
  const foreseen: Weighed[] = [];
  for (const name of [...names].toSorted(compareText)) foreseen.push(await foreseeOne(name, { ...outlook, head: after.state }, trade));
  return foreseen;
}

async function foreseeOne(name: string, outlook: Outlook & { readonly head: DesiredState }, { kinds, services }: Trade): Promise<Weighed> {
  const { comparison, before, after, head, reports, settledAt, time } = outlook;
  const { repository, base } = comparison;
  const report = reports.get(name) ?? null;
  const { from, settled } = await startOf(report, { repository, base: base.oid, settledAt });
  const catalogIn = (state: DesiredState | null): Catalog | null => catalogOf(state, name, services);
  const old = catalogIn(settled.state) ?? { host: name, revision: from, time: 0, resources: [] };
  const catalog = catalogIn(head);
  const outcome = (drift: HostReport['drift']): Plan => foresee({ catalog: catalog ?? old, holds: after.holds, kinds, before: old, drift });
  const left = report === null || catalog === null ? [] : remainingDrift(report);
  const texts = catalog === null ? new Map<Id, Texts>() : textsBetween(old, catalog);
  const is = catalog === null ? 'gone' : before.state?.hosts.some((each) => each.name === name) === true ? 'there' : 'new';
  const effect = outcome([]);
  const zones = new Map(old.resources.flatMap(({ id, kind, payload }) => (kind === 'zone' && payload !== undefined ? [[id, payload.text] as const] : [])));
  const admins = new Set<string>(settled.state?.cluster.admins ?? []);
  const { members, hosts, limits } = settled.state ?? { members: [], hosts: [], limits: [] };
  const census = settled.state === null ? null : { members: members.length, hosts: hosts.length, limits: limits.length };
  const guarded = catalog === null ? [] : guard({ catalog, inventory: inventoryOf(old), state: head, holds: after.holds, zones, admins, before: census }, time);
  return { host: name, is, from, report, plan: left.length === 0 ? effect : outcome(left), effect, texts, guarded, graceDays: head.cluster.graceDays };
}

interface Starting {
  readonly repository: Repository;
  readonly base: string;
  readonly settledAt: SettledAt;
}

/** Where a host begins: at what it reported, as far as the repository has that; else at the base. */
async function startOf(report: HostReport | null, { repository, base, settledAt }: Starting): Promise<{ readonly from: string; readonly settled: Settled }> {
  if (report === null || !(await isWhole(repository, report.commit))) return { from: base, settled: await settledAt(base) };
  const { revision } = await readCommit(repository, report.commit);
  const hasTree = await succeeds(() => snapshotOfTree(repository, revision, report.tree));
  return { from: report.commit, settled: await settledAt(report.commit, hasTree ? report.tree : undefined) };
}

function catalogOf(state: DesiredState | null, name: string, services: Trade['services']): Catalog | null {
  const host = state?.hosts.find((each) => each.name === name);
  return state === null || host === undefined ? null : compile(state, host, services);
}
