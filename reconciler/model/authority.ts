import type { Owner } from './owner.ts';
import type { Problem } from './problem.ts';
import type { Source } from './source.ts';

/** A file as a tree has it. A directory that holds too much to be looked through stands for itself, with mode `40000`. */
export interface Entry {
  /** Octal text as git writes it: `100644` file, `100755` executable, `120000` link, `160000` submodule; `several` where nobody can say which. */
  readonly mode: string;
  readonly oid: string;
}

/** One path at which two trees differ. */
export interface PathChange {
  /** The octets of the path, one character each, `/` between parts. */
  readonly path: string;
  readonly before: Entry | null;
  readonly after: Entry | null;
}

/** A key with which somebody signs commits. Units: unix seconds; null: no such limit. */
export interface SigningKey {
  readonly type: string;
  /** base64, decoded and encoded again. */
  readonly blob: string;
  readonly validAfter: number | null;
  readonly validBefore: number | null;
  readonly revokedAt: number | null;
}

/** Somebody who can sign. */
export interface Person {
  readonly name: string;
  /** Who is suspended or retired signs nothing. */
  readonly active: boolean;
  readonly keys: readonly SigningKey[];
}

/** Who may change what, as one tree says it. Always the old tree: nobody gives rights to herself. */
export interface Rules {
  /** null: trust is off, and whatever is on the branch is believed. */
  readonly trust: { readonly approvals: number; readonly mergeKeys: readonly SigningKey[] } | null;
  readonly admins: ReadonlySet<string>;
  readonly people: ReadonlyMap<string, Person>;
  /** Domains whose mail the co-op keeps: what is forwarded elsewhere leaves it. */
  readonly mailDomains: ReadonlySet<string>;
}

/** green: the owner alone · amber: one admin · red: as many admins as the co-op asks for. */
export type Risk = 'green' | 'amber' | 'red';

/** What the schema of a kind of document keeps for admins: all of it, or single fields. */
export interface Restriction {
  readonly whole: Risk | null;
  readonly fields: ReadonlyMap<string, Risk>;
}

/** What a changed path means. */
export type Meaning =
  | { readonly is: 'document'; readonly kind: string; readonly name: string; readonly before: Written | null; readonly after: Written | null }
  /** A file for people, which declares nothing. */
  | { readonly is: 'note' }
  /** Code, schemas, workflows: anything that is not desired state. */
  | { readonly is: 'other' };

/** A document as one side has it. */
export interface Written {
  /** null: it cannot be read, and `problems` say why. */
  readonly value: { readonly [field: string]: unknown } | null;
  readonly problems: readonly Problem[];
  /** Where a field of it was written, or the document when there is no such field. */
  readonly at: (field: string) => Source;
}

/** A path that somebody wants to change: what it means, and who vouches for exactly this content. */
export interface Proposal {
  readonly change: PathChange;
  readonly owner: Owner;
  readonly meaning: Meaning;
  /** The commit that brought it. */
  readonly commit: string;
  /** Account names of those whose good signatures cover it. */
  readonly signers: ReadonlySet<string>;
  /** Why a signature that is there does not count, e.g. `it is not signed`, `nobody has the key SHA256:…`. */
  readonly doubts: readonly string[];
}

/** What became of one proposal. */
export interface Verdict {
  readonly path: string;
  readonly owner: Owner;
  readonly commit: string;
  readonly risk: Risk;
  readonly allowed: boolean;
  readonly signers: readonly string[];
  /** Who could let it pass, and how many of them it takes; nobody where nothing could. */
  readonly approvers: { readonly needed: number; readonly of: readonly string[] };
  /** Why it is refused, with path, rule, who could approve and the command that fixes it. Empty when allowed. */
  readonly problems: readonly Problem[];
  /** What makes it more than green, one phrase each, e.g. `domains: +bank.example`. */
  readonly reasons: readonly string[];
}
