import type { Question } from './machine.ts';
import type { Owner } from './owner.ts';
import type { Source } from './source.ts';

export type Scalar = string | number | boolean;

/** What is known of one thing: flat, so that one diff, one hash and one printer serve every kind. Attributes left out are not managed. */
export type State = { readonly [attribute: string]: Scalar };

/** The closed set of things that a host is made of. */
export type KindName = 'file' | 'table' | 'zone' | 'key' | 'secret' | 'directory' | 'link' | 'home' | 'quota' | 'packages' | 'unit' | 'sessions';

export type Id = `${KindName}:${string}`;

/** The bytes behind a resource whose state holds their digest. */
export interface Payload {
  readonly text: string;
  /** Never printed, not even as a difference. */
  readonly secret?: true;
  /** The daemon's own checker, run on the staged file before it takes the old one's place. `{}` stands for the staged path. */
  readonly check?: readonly string[];
}

/** What a daemon has loaded, and how. Orders the unit after everything it reads. */
export interface Load {
  /** Absolute paths; a trailing `/` means everything below. */
  readonly reads: readonly string[];
  /** The daemon's own check of the whole, which sees it as it is to be, before anything is in its place. */
  readonly check?: readonly string[];
  readonly reload: readonly string[];
  /** What the daemon must answer after it was told. */
  readonly probes?: readonly Question[];
}

/** One attribute (or all that begin with `attribute.`) of a shared resource that is somebody's; of a file, how a line or block in it begins. */
export interface Part {
  readonly attribute: string;
  readonly owner: Owner;
  readonly source: Source;
}

/** One thing on one host that croft answers for. Plain frozen data. */
export interface Resource {
  /** `kind:name`, e.g. `file:/etc/apache2/croft/sites/blog.ada.example.conf`. */
  readonly id: Id;
  readonly kind: KindName;
  readonly name: string;
  readonly owner: Owner;
  readonly source: Source;
  /** null: must not exist. */
  readonly desired: State | null;
  /** Hard: a failure there blocks this. */
  readonly needs: readonly Id[];
  /** Soft: order only. */
  readonly after: readonly Id[];
  /** Units: what the daemon reads and how it is told to read it again. */
  readonly load?: Load;
  readonly payload?: Payload;
  /** What the daemon that reads it must answer once it has. */
  readonly probe?: Question;
  /** Shared tables: which rows are whose. Shared files: which lines or blocks. */
  readonly parts?: readonly Part[];
}

/** Where a resource stands in the graph and whose it is; what constructors take beside the state. */
export interface Provenance {
  readonly owner: Owner;
  readonly source: Source;
  readonly needs?: readonly Id[];
  readonly after?: readonly Id[];
}

/** Everything croft wants of one host at one commit, sorted by id. */
export interface Catalog {
  readonly host: string;
  readonly revision: string;
  /** Committer time of the revision, unix seconds: what new zone serials start from. */
  readonly time: number;
  readonly resources: readonly Resource[];
  /** Where these are only what is new: how many more there are, which are as they were in the catalog that this host was made last. Left out: none. */
  readonly beside?: number;
}
