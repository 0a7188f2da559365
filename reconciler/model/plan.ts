import type { Ledger } from './guard.ts';
import type { Owner } from './owner.ts';
import type { Problem } from './problem.ts';
import type { Id, Resource, Scalar, State } from './resource.ts';
import type { Source } from './source.ts';

/** Why a host differs: git asks for something new, or somebody changed the host. */
export type Cause = 'pending' | 'drift';

export interface Difference {
  readonly attribute: string;
  readonly actual: Scalar | null;
  readonly desired: Scalar | null;
  readonly cause: Cause;
  /** Whose this attribute is: the resource's owner, or the row's in a shared table. */
  readonly owner: Owner;
  readonly source: Source;
}

export interface Change {
  /**
   * `retire`: no longer wanted, but holds data: moved aside. `restore`: wanted again: moved back. `forget`: no longer wanted, and cannot be
   * taken back: left where it is, no longer managed.
   */
  readonly verb: 'create' | 'update' | 'remove' | 'retire' | 'restore' | 'forget';
  readonly resource: Resource;
  readonly actual: State | null;
  readonly cause: Cause;
  readonly differences: readonly Difference[];
}

/** An owner whose declarations have problems: the last good version of them stays in force. */
export interface Hold {
  readonly owner: Owner;
  readonly problems: readonly Problem[];
  /** The commit whose version of the owner's documents is used instead; null when there was never a good one. */
  readonly lastGood: string | null;
  /** Does the newest version send them out, though nothing of it can be used? */
  readonly sentOut?: true;
}

/** Is of whoever is held an older version in force, so that nothing of theirs depends on what was made before? */
export function areInForce(holds: readonly Hold[]): boolean {
  return holds.every(({ lastGood }) => lastGood !== null);
}

/** Everything one run would do, in order. A value: printable, checksummed, refusable. */
export interface Plan {
  readonly host: string;
  readonly revision: string;
  readonly changes: readonly Change[];
  readonly holds: readonly Hold[];
  readonly unchanged: number;
  /** `sha256:<hex>` over the changes. */
  readonly checksum: string;
}

export type Result = 'done' | 'failed' | 'blocked';

export interface Outcome {
  readonly id: Id;
  readonly owner: Owner;
  readonly source: Source;
  readonly result: Result;
  readonly because?: string;
}

/** What croft made on this host and how it left each thing; the source of tombstones and of the word "drift". */
export interface Inventory {
  readonly revision: string | null;
  readonly entries: ReadonlyMap<Id, InventoryEntry>;
  /** What guards let pass so far. */
  readonly ledger: Ledger;
}

export interface InventoryEntry {
  readonly owner: Owner;
  readonly source: Source;
  /** null until a run has seen it as desired; empty when it was seen absent, as desired. */
  readonly left: State | null;
  /** Shared tables: which member each row was of, by its key. */
  readonly rows?: { readonly [key: string]: Owner };
  /** Units that load something: the digest of the paths that they read. */
  readonly reads?: string;
}
