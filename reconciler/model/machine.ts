/** What can be asked of a host. Plain data; answering changes nothing. */
export type Probe =
  /** With `known`, whatever it is, the answer has a stamp; and where that is the known one, a digest is not worked out anew. */
  | { readonly ask: 'path'; readonly path: string; readonly want: Want; readonly known?: Known | null }
  | { readonly ask: 'run'; readonly argv: readonly string[] }
  | { readonly ask: 'derived'; readonly path: string; readonly label: string; readonly template: string }
  /** `record` is the machine's own note of which sealed text it opened into the file. */
  | { readonly ask: 'sealed'; readonly path: string; readonly label: string; readonly sealed: string; readonly record: string }
  /** Run a program that sees the host as it would be with these places taken; nothing outside its view changes. */
  | { readonly ask: 'view'; readonly places: readonly Placing[]; readonly argv: readonly string[] }
  | { readonly ask: 'answers'; readonly question: Question }
  /** What would have to change for any of these paths to be something else: nothing is read but inodes. With `called`, the answer has their roll. */
  | { readonly ask: 'stamps'; readonly paths: Marked; readonly called?: true }
  /** Is nothing on this roll another than it was when it was called? Nothing is read but inodes, and none of them one by one. */
  | { readonly ask: 'roll'; readonly roll: Roll }
  /** A great file of which little is read. Answering reads nothing. */
  | { readonly ask: 'excerpts'; readonly path: string };

/** What of a path is asked for. */
export type Want = 'stat' | 'digest' | 'text' | 'entries';

/**
 * What would have to be another for a path to be something else: mode, device, inode, user, group, size, and when it was written and when
 * it was changed last, in milliseconds since the epoch. Nothing where nothing is.
 */
export type Stamp = readonly number[];

/** Where croft keeps what is its own on a host. */
export const ownRoom = '/var/lib/croft/';

/** How many numbers are in a stamp. */
export const stampNumbers = 8;
/** How many of them, the first, say what it is and whose, and not what is in it. */
export const whatItIs = 5;

/** Is nothing another, of all its numbers or of the first ones? Where nothing is, a row of stamps has zeros. */
export function isSameStamp(one: ArrayLike<number>, other: ArrayLike<number>, counted = stampNumbers): boolean {
  for (let index = 0; index < counted; index += 1) if ((one[index] ?? 0) !== (other[index] ?? 0)) return false;
  return true;
}

/** A file as it was, and what was in it. */
export interface Known {
  readonly stamp: Stamp;
  readonly digest: string;
}

/** So many paths, in their order, for whoever goes through them once. */
export interface Listed extends Iterable<string> {
  readonly length: number;
}

/** Paths by how much of them matters. */
export interface Marked {
  /** Everything: also when it was written to last. */
  readonly whole: Listed;
  /** Of a directory only what it is and whose: people work in it. */
  readonly outside: Listed;
}

/**
 * What one program said of many paths in one go, in its own words, to be compared with what it says another time: that costs less than to stamp
 * them one by one. As long as it says the same, and what it did not tell of has the stamps that it had, every path has.
 */
export interface Roll {
  readonly whole: Called;
  readonly outside: Called;
}

/** A roll, and what it does not tell of, with stamps: nothing is there, or a link is on the way. */
export interface Told {
  readonly roll: Roll;
  readonly untold: Singly;
}

/** Paths that are stamped one by one, by how much of them matters; all zero where nothing is. */
export type Singly = { readonly [Each in keyof Marked]: readonly (readonly [path: string, stamp: Stamp])[] };

/** Paths as the program reads them, and what it said: as many lines. */
export interface Called {
  readonly paths: string;
  readonly said: string;
}

/** What a daemon is asked, over a connection of its own, to see that it is there and knows a name. */
export type Question =
  /** Any answer of HTTP to this name, but for one that holds `unlike`: what the daemon says to names that it does not know. */
  | { readonly by: 'http'; readonly port: number; readonly name: string; readonly unlike?: string }
  /** The SOA of a zone; with null any answer at all. */
  | { readonly by: 'dns'; readonly zone: string | null }
  | { readonly by: 'smtp' | 'imap'; readonly port: number }
  /** Every address that sshd says it listens on. */
  | { readonly by: 'ssh' };

/** One path of a transaction: what was staged under this token takes its place, or (null) nothing stands there any more. */
export interface Placing {
  readonly path: string;
  /** 16 hex digits. */
  readonly token: string | null;
}

/** What a path is. `digest` (`sha256:<hex>`), `text` and `entries` only when asked for and the type has them. */
export interface Node {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Four octal digits, e.g. `0644`. */
  readonly mode: string;
  /** User and group by name, or by decimal number when the host has no name for it. */
  readonly owner: string;
  readonly group: string;
  readonly sizeBytes: number;
  /** When the inode last changed, milliseconds since the epoch. */
  readonly changedAt: number;
  /** Links: where it points, as written. */
  readonly target?: string;
  readonly digest?: string;
  readonly text?: string;
  /** Directories: the names in it, sorted. */
  readonly entries?: readonly string[];
}

/** The answer to a probe, in the probe's place. A command that is not there answers status 127. */
export type Answer =
  | { readonly ask: 'path'; readonly node: Node | null; readonly stamp?: Stamp }
  | { readonly ask: 'run'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly ask: 'derived'; readonly node: Node | null; readonly matches: boolean }
  /** The digest of the sealed text whose value stands there; null for anything else. */
  | { readonly ask: 'sealed'; readonly node: Node | null; readonly opened: string | null }
  | { readonly ask: 'view'; readonly status: number; readonly stdout: string; readonly stderr: string }
  /** `because` says why not. */
  | { readonly ask: 'answers'; readonly answered: boolean; readonly because: string }
  /**
   * `rows` are the stamps, one after the other, all zero where nothing is. `names` and `keys` stand for what answers depend on beside what
   * was asked about: who has which number, and what opens or makes secrets; `ledgers` for what only a roll depends on: whatever tells of paths
   * what their inodes do not.
   */
  | { readonly ask: 'stamps'; readonly rows: Float64Array; readonly names: string; readonly keys: string; readonly ledgers: string; readonly called?: Told | null }
  | { readonly ask: 'roll'; readonly isSame: boolean }
  /** null where no plain file is. */
  | { readonly ask: 'excerpts'; readonly excerpts: Excerpts | null };

/**
 * As much of a text as somebody asks for; a text is one. Of a file it is the one that was there when it was asked for, whatever took its place
 * since. Units: octets, which are characters where all are of ASCII; whoever takes it for them knows by a digest whether they are.
 */
export type Excerpts = Pick<string, 'length' | 'slice'>;

interface Access {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** What a host can be told. Each is atomic or harmless to repeat. */
export type Step =
  /** Stage beside the target, run the check on the staged file, sync, rename. Never follows a link at the target. */
  | ({ readonly do: 'write'; readonly path: string; readonly text: string; readonly check?: readonly string[]; readonly secret?: true } & Access)
  /** Write the template with `{}` replaced by base64 of HMAC-SHA256(the co-op's key, label). */
  | ({ readonly do: 'derive'; readonly path: string; readonly label: string; readonly template: string } & Access)
  /** Open a sealed text with the host's own key and write the value, when it was sealed as this label; note in `record` which text it was. */
  | ({ readonly do: 'unseal'; readonly path: string; readonly label: string; readonly sealed: string; readonly record: string } & Access)
  /** Make one directory if there is none. Parents must exist. */
  | ({ readonly do: 'directory'; readonly path: string } & Access)
  /** Set mode and owner of what is there, without following a link. */
  | ({ readonly do: 'access'; readonly path: string } & Access)
  | { readonly do: 'link'; readonly path: string; readonly target: string }
  /** Unlink a file or a link; nothing when it is gone; refuses a directory. */
  | { readonly do: 'remove'; readonly path: string }
  /** Remove a directory only when it is empty; nothing when it is gone. */
  | { readonly do: 'remove-directory'; readonly path: string }
  /** Rename a directory that holds data, on its own file system; nothing when it is gone. Refuses what is no directory, is in use, or would overwrite. */
  | { readonly do: 'retire'; readonly path: string; readonly to: string }
  /** Rename it back, if it is this user's by its uid and nothing is there. */
  | { readonly do: 'restore'; readonly path: string; readonly from: string; readonly owner: string }
  /** Remove a directory with all that is in it, following no link and crossing no mount. No run ever asks for this. */
  | { readonly do: 'purge'; readonly path: string }
  /**
   * Make a file or link beside its path, durable and with its final mode and owner, and run its own check on it: in a view where
   * `among` have taken their places, too, when there are any.
   */
  | { readonly do: 'stage'; readonly path: string; readonly token: string; readonly make: Making; readonly among?: readonly Placing[] }
  /** Take back what was staged and is not wanted. */
  | { readonly do: 'unstage'; readonly places: readonly Placing[] }
  /** Let everything that was staged take its place, keeping the old versions: all of it, or (after a crash and `put-back`) nothing. */
  | { readonly do: 'swap'; readonly unit: string; readonly places: readonly Placing[] }
  /** End a swap for good: the old versions go. Nothing when there is none open. */
  | { readonly do: 'keep'; readonly unit: string }
  /** Undo a swap: the old versions are put back; one that was being kept is kept. Nothing when there is none open. */
  | { readonly do: 'put-back'; readonly unit: string }
  /** Errors: MachineError for any status but 0 and the `idle` one, by which a program says that there was nothing to do. */
  | { readonly do: 'run'; readonly argv: readonly string[]; readonly idle?: number; readonly env?: { readonly [name: string]: string }; readonly timeoutSeconds?: number };

/** A step that puts one file or link in its place. */
export type Making = Extract<Step, { do: 'write' | 'derive' | 'link' }>;

/** The only door to a host. It can be asked, and it can be told. */
export interface Machine {
  /** `local`, or `rooted at DIR`. */
  readonly name: string;
  observe(probes: readonly Probe[]): Promise<readonly Answer[]>;
  /** Errors: MachineError when the host refuses. */
  perform(step: Step): Promise<void>;
}

/** The host refused, or is away. Thrown by machines, caught only in converge. */
export class MachineError extends Error {
  readonly argv: readonly string[];
  readonly status: number | null;
  readonly stderr: string;

  constructor(message: string, detail: { readonly argv?: readonly string[]; readonly status?: number; readonly stderr?: string } = {}) {
    super(message);
    this.name = 'MachineError';
    this.argv = detail.argv ?? [];
    this.status = detail.status ?? null;
    this.stderr = detail.stderr ?? '';
  }
}
