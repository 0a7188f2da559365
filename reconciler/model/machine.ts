/** What can be asked of a host. Plain data; answering changes nothing. */
export type Probe =
  | { readonly ask: 'path'; readonly path: string; readonly want: 'stat' | 'digest' | 'text' | 'entries' }
  | { readonly ask: 'run'; readonly argv: readonly string[] }
  | { readonly ask: 'derived'; readonly path: string; readonly label: string; readonly template: string };

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
  | { readonly ask: 'path'; readonly node: Node | null }
  | { readonly ask: 'run'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly ask: 'derived'; readonly node: Node | null; readonly matches: boolean };

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
  /** Make one directory if there is none. Parents must exist. */
  | ({ readonly do: 'directory'; readonly path: string } & Access)
  /** Set mode and owner of what is there, without following a link. */
  | ({ readonly do: 'access'; readonly path: string } & Access)
  | { readonly do: 'link'; readonly path: string; readonly target: string }
  /** Unlink a file or a link; nothing when it is gone; refuses a directory. */
  | { readonly do: 'remove'; readonly path: string }
  /** Remove a directory only when it is empty; nothing when it is gone. */
  | { readonly do: 'remove-directory'; readonly path: string }
  | { readonly do: 'run'; readonly argv: readonly string[]; readonly env?: { readonly [name: string]: string }; readonly timeoutSeconds?: number };

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
