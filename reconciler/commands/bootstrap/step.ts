/**
 * What `croft bootstrap` does, as data. A stage is what people are told of: it names commands, all of them before the first is run, and
 * makes of their answers what is known of the host from then on. Nothing in a stage does I/O on this machine or on the host, so that a dry
 * run and the tests see what a real run does. Each command can be run again after any part of the whole.
 */
import type { Answer } from '../host-errand.ts';
import type { Config } from '../place.ts';
import type { ExitStatus } from '../command.ts';
import type { Job } from './job.ts';

/** One command for the host. */
export interface Step {
  readonly argv: readonly string[];
  readonly stdin?: Input;
  /** Bounds it. */
  readonly seconds: number;
  /** Its stage judges how it ended; any other one has to end well. */
  readonly mayFail?: true;
}

/** What a command reads. */
export interface Input {
  /** What it is, for people. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** What is known of the host so far. */
export interface Seen {
  readonly architecture: string;
  /** What the host's configuration says. */
  readonly settings: Config;
  /** The host's `/etc/croft/known_hosts`. */
  readonly knownHosts: string;
  /** Is there a co-op's key? It is the same one when one was given. */
  readonly hasClusterKey: boolean;
  /** The version of the package that was brought. */
  readonly version: string;
  /** The first run; null before it. */
  readonly run: FirstRun | null;
}

/** How systemd says that a run ended. */
export interface FirstRun {
  /** croft's own exit status. */
  readonly status: number;
  /** 32 digits, by which the journal knows its lines. */
  readonly invocation: string;
}

/** What became of a stage. */
export interface Settled {
  readonly result: string;
  /** What else people are to read, safe to print. */
  readonly lines?: readonly string[];
  readonly seen?: Partial<Seen>;
  /** How the whole thing ends; left out while it goes on. */
  readonly exit?: ExitStatus;
}

/** A part of the work that people are told of. Errors: `settle` throws UsageError when it cannot go on. */
export interface Stage {
  readonly title: (job: Job) => string;
  readonly steps: (job: Job, seen: Seen) => readonly Step[];
  readonly settle: (answers: readonly Answer[], job: Job, seen: Seen) => Settled | Promise<Settled>;
}

/** What is known of a host on which there is nothing yet. */
export const bareHost: Seen = {
  architecture: '', settings: { host: null, remotes: [], branch: 'main', trusted: null }, knownHosts: '', hasClusterKey: false, version: '', run: null,
};

const short = 20;

/** Make a step that is over soon. */
export function step(...argv: readonly string[]): Step {
  return { argv, seconds: short };
}

/** Read the beginning of a file; one that is not there says nothing. */
export function readIfAny(path: string): Step {
  return step('sh', '-euc', 'if test -e "$1"; then head -c 65536 -- "$1"; fi', 'sh', path);
}

// The digest comes before the text, on the same way: what a broken connection cut off never takes the place of what was there, and
// nobody who lists the host's processes sees anything of it.
const replace = [
  'umask 077', 'read -r sum', 't=$(mktemp -- "$1.XXXXXX")', 'trap \'rm -f -- "$t"\' EXIT', 'cat > "$t"',
  'printf "%s  %s\\n" "$sum" "$t" | sha256sum --check --status', 'chmod -- "$2" "$t"', 'sync -- "$t"', 'mv -f -- "$t" "$1"',
].join('; ');

/** Put a file in place at once and whole, or leave what is there. */
export function write(path: string, mode: '0600' | '0644', { what, bytes, digest }: Input & { readonly digest: string }): Step {
  return { argv: ['sh', '-euc', replace, 'sh', path, mode], stdin: { what, bytes: Buffer.concat([Buffer.from(`${digest}\n`), bytes]) }, seconds: short };
}
