import type { DesiredState } from '../model/desired.ts';
import type { Owner } from '../model/owner.ts';
import { compareProblems, type Checked } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { startOf } from './documents.ts';
import { finding, type Finding } from './finding.ts';
import { read, type ReadCache } from './read.ts';
import { rules } from './rules/index.ts';
import { allowancesOf } from './resolve/allowances.ts';
import { resolveWorld, type World } from './world.ts';

/** What a check found, with who else has a part in each problem. */
export interface Examined extends Checked<DesiredState | null> {
  readonly problems: readonly Finding[];
}

/**
 * Read, validate and resolve everything of a snapshot. All problems at once, in the order of places.
 * The state holds nothing of an owner with problems; it is null when the cluster or a host cannot be read. What was read before is not read again.
 */
export function check(snapshot: Snapshot, cache?: ReadCache): Checked<DesiredState | null> {
  const { value, problems } = examine(snapshot, cache);
  return { value, problems: problems.map(({ against: _, ...problem }) => problem) };
}

/** Check, and say of each problem who else has a part in it. What was read before is not read again. */
export function examine(snapshot: Snapshot, cache?: ReadCache): Examined {
  const { value: documents, problems } = read(snapshot, cache);
  const { value: world, problems: unresolved } = resolveWorld(documents);
  const missing = documents.cluster.length === 0 && !documents.unreadable.has('cluster cluster') && snapshot.problems.length === 0 ? [noCluster(snapshot)] : [];
  const broken = world === null ? [] : [...rules.values()].flatMap((rule) => [...rule(world)]);
  const all: readonly Finding[] = [...problems, ...missing, ...unresolved, ...broken].toSorted(compareProblems);
  return { value: world === null ? null : stateOf(world, snapshot, new Set(all.map(({ owner }) => owner))), problems: all };
}

function noCluster({ files }: Snapshot): Finding {
  const file = files.length === 0 || files.some(({ path }) => path.startsWith('desired-state/')) ? 'desired-state/cluster.yaml' : 'cluster.yaml';
  return finding(startOf(file), { code: 'layout/no-cluster', message: 'cannot find the cluster: there is no cluster.yaml', hint: 'croft init starts a co-op' });
}

function stateOf(world: World, { revision }: Snapshot, held: ReadonlySet<Owner>): DesiredState | null {
  const { cluster, hosts, limits, documents } = world;
  if (hosts.length === 0 || hosts.length < documents.host.length || [...documents.unreadable].some((each) => each.startsWith('host '))) return null;
  const good = ({ owner }: { readonly owner: Owner }): boolean => !held.has(owner);
  return {
    revision, cluster, hosts, limits,
    members: [...world.members.values()].filter(({ name }) => !held.has(`member:${name}`)),
    vhosts: world.vhosts.filter(good),
    zones: world.zones.flatMap(({ zone }) => zone ?? []).filter(good).toSorted((a, b) => compareText(a.name, b.name)),
    mailDomains: world.mailDomains.filter(good),
    secrets: world.secrets.filter(good),
    allowances: held.has('coop') ? [] : documents.allowances.flatMap(allowancesOf),
  };
}
