import { groupBy } from '../model/group.ts';
import type { Kind, Run } from '../model/kind.ts';
import type { Machine } from '../model/machine.ts';
import type { Id, KindName, Resource, State } from '../model/resource.ts';

export type Kinds = ReadonlyMap<KindName, Kind>;
export type Observed = ReadonlyMap<Id, State | null>;

/**
 * Ask a host what it is like: every kind names its probes, one round of answers comes back, every kind reads its share.
 * `all` and `known` are the whole run's resources and states, for kinds that must see them to finish a state: units come last, since
 * what they have loaded is finished by what all others are. What is seen is added to what is `known`. `alsoIn`: as of Run.
 */
export async function observe(machine: Machine, resources: readonly Resource[], run: { readonly kinds: Kinds; readonly all?: readonly Resource[]; readonly known?: Map<Id, State | null>; readonly alsoIn?: Run['alsoIn'] }): Promise<Observed> {
  const groups = [...group(resources)].map(([name, members]) => {
    const kind = kindOf(run.kinds, name);
    return { kind, members, probes: kind.probe(members) };
  });
  const answers = await machine.observe(groups.flatMap(({ probes }) => probes));
  const observed = run.known ?? new Map<Id, State | null>();
  let from = 0;
  for (const { kind, members, probes } of groups) {
    const states = kind.read(answers.slice(from, from + probes.length), members);
    for (const member of members) observed.set(member.id, null);
    for (const [id, state] of states) observed.set(id, state);
    from += probes.length;
  }
  for (const resource of [...resources].sort((a, b) => Number(a.load !== undefined) - Number(b.load !== undefined))) {
    settle(kindOf(run.kinds, resource.kind), resource, { resources: run.all ?? resources, observed, alsoIn: run.alsoIn });
  }
  return observed;
}

/** Look up a kind by name. Errors: an unknown one is a bug. */
export function kindOf(kinds: Kinds, name: KindName): Kind {
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`no such kind of resource: ${name}`);
  return kind;
}

function settle(kind: Kind, resource: Resource, run: Run & { readonly observed: Map<Id, State | null> }): void {
  const state = run.observed.get(resource.id) ?? null;
  if (kind.settle !== undefined) run.observed.set(resource.id, kind.settle(resource, state, run));
}

/** Put resources of one kind together. */
export function group(resources: readonly Resource[]): ReadonlyMap<KindName, readonly Resource[]> {
  return groupBy(resources, ({ kind }) => kind);
}
