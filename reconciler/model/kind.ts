import type { Answer, Probe, Step } from './machine.ts';
import type { Id, KindName, Resource, State } from './resource.ts';

/** What a kind may know when it names steps. */
export interface OnHost {
  readonly actual: State | null;
  /** Everything observed so far in this run, by id: also what was touched a moment ago. */
  readonly observed: ReadonlyMap<Id, State | null>;
  /** The resources whose paths this one loads, tombstones among them. */
  readonly inputs: readonly Resource[];
  /** What this run has changed so far. */
  readonly touched: ReadonlySet<Id>;
  /** Committer time of the catalog's revision, unix seconds. */
  readonly time: number;
  /** When this run began, milliseconds since the epoch. */
  readonly now: number;
}

/** What is known only once everything has been read. */
export interface Run {
  /** All resources of the run, tombstones among them. */
  readonly resources: readonly Resource[];
  /** Everything that was read, by id. */
  readonly observed: ReadonlyMap<Id, State | null>;
  /** What else is accounted for in directories, by their paths, where the run is about a part of what there is. */
  readonly alsoIn?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** A primitive of the host. Pure: it asks questions and names steps, and touches nothing. */
export interface Kind {
  readonly name: KindName;
  /** `remove`: pruned when no longer declared. `retire`: it holds data, which is moved aside. `keep`: it cannot be taken back; it is only forgotten. */
  readonly whenDropped: 'remove' | 'retire' | 'keep';
  /** Ask everything needed to know these resources, in as few probes as possible. */
  probe(resources: readonly Resource[]): readonly Probe[];
  /**
   * Understand the answers, which stand in the order of the probes. A resource that is not there reads as null. There may be more
   * entries than resources: what several of them stand on, under an id of this kind that no resource has, for `steps` to look up.
   */
  read(answers: readonly Answer[], resources: readonly Resource[]): ReadonlyMap<Id, State | null>;
  /** Finish a state with what only the whole run knows; after every read, before comparing. Pure. */
  settle?(resource: Resource, state: State | null, run: Run): State | null;
  /** Kinds that are retired: where what was put aside under this name last stands; null when there is none. */
  putAside?(resource: Resource, observed: ReadonlyMap<Id, State | null>): string | null;
  /** Name the steps from the actual state to the desired one; harmless when repeated. */
  steps(resource: Resource, onHost: OnHost): readonly Step[];
  /** Steps before anything that the resource reads is touched, so that a crash in between is seen by the next run. */
  announce?(resource: Resource): readonly Step[];
}
