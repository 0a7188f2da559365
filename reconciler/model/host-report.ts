import type { PauseStanding, RollbackStanding } from './aside.ts';
import type { Owner } from './owner.ts';
import type { Hold } from './plan.ts';
import type { Id, Scalar } from './resource.ts';

/**
 * What a host says of itself after a run: signed with its key, and read by everybody who can read the repository, so nothing secret.
 * Lists are cut to what fits; `counts` are of everything.
 */
export interface HostReport {
  readonly host: string;
  /** The commit in force. */
  readonly commit: string;
  /** The tree in force: the commit's own, without what nobody entitled signed. Two hosts at one commit have one tree. */
  readonly tree: string;
  /** When this commit came into force on the host. Units: unix seconds. */
  readonly since: number;
  /** When the run ended. Units: unix seconds. */
  readonly time: number;
  /** Which croft it was. */
  readonly version: string;
  readonly holds: readonly Hold[];
  readonly failed: readonly ReportedFailure[];
  readonly drift: readonly ReportedDrift[];
  /** What is paused there, and what is older than git says. A croft that knew neither says nothing of them. */
  readonly pauses: readonly PauseStanding[];
  readonly rollbacks: readonly RollbackStanding[];
  readonly counts: { readonly holds: number; readonly failed: number; readonly drift: number };
  /** How many resources were as desired. */
  readonly unchanged: number;
}

/** A host of the co-op, as far as reports go. */
export interface Signer {
  readonly name: string;
  readonly fqdn: string;
  readonly key: { readonly type: string; readonly blob: string } | null;
}

/** Something that was to be changed and was not. */
export interface ReportedFailure {
  readonly id: Id;
  readonly owner: Owner;
  readonly because: string;
}

/** One attribute that somebody changed by hand, as the run found it. Values are null where there were none, and where they are secret. */
export interface ReportedDrift {
  readonly id: Id;
  readonly owner: Owner;
  readonly attribute: string;
  readonly actual: Scalar | null;
  readonly desired: Scalar | null;
}

/** A report that a host did sign, or why what is there is none. */
export type Judged =
  | { readonly believed: true; readonly report: HostReport }
  /** `why` is a clause, e.g. `it is not signed`. */
  | { readonly believed: false; readonly why: string };

/** What was found below the name of one host. */
export type Told = Judged & {
  readonly host: string;
  /** The commit that holds the report. */
  readonly oid: string;
};

/** How another commit stands to ours. `unknown`: it is not here. */
export type Relation = 'same' | 'older' | 'newer' | 'elsewhere' | 'unknown';
