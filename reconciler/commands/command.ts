import type { ParseArgsConfig } from 'node:util';
import { nearest } from '../desired/nearest.ts';
import type { Paint } from '../report/paint.ts';

/** 0 done · 1 cannot · 2 changes or drift, asked for by --exit-code · 3 in part · 4 refused by a guard · 70 a bug. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4 | 70;

/** What the process edge hands to a command: everything that is not pure. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number;
  print(text: string): void;
  /** Progress and complaints: never mixed into what programs read. */
  note(text: string): void;
  readonly paint: Paint;
  /** What happened, for programs. */
  readonly logger: { info(facts: object, words: string): void; warn(facts: object, words: string): void };
  readonly directory: string;
  /** What git tells its hooks: where the repository is, and where the objects are that came and are not accepted yet. */
  readonly git: { readonly directory: string | null; readonly quarantine: string | null };
  /** Everything that comes in on standard input. */
  input(): Promise<string>;
  /** One line that is not shown while it is typed, asked for on a terminal; else everything on standard input. */
  ask(question: string): Promise<string>;
  readonly interactive: boolean;
  readonly isRoot: boolean;
  /** Which croft this is, to the last byte; null when it runs from its sources. */
  readonly build: string | null;
  /** How this very program is run again. */
  readonly self: readonly string[];
  /** What it was told on its command line. */
  readonly words: readonly string[];
  /** Where whoever started this program lends it the host's key; null: it may read the key itself, or has none. */
  readonly credentials: string | null;
  /** Who this is, as sudo or the login says; null when neither does. */
  readonly person: string | null;
  /** Did systemd start this, and nobody at a prompt? */
  readonly scheduled: boolean;
  /** Was that because the co-op's git server said that there is news? */
  readonly kicked: boolean;
  /** Where whoever runs croft keeps keys: an agent's socket, and the home directory. */
  readonly ssh: { readonly agent: string | null; readonly home: string | null };
  /** Where whoever runs croft keeps copies of what can be worked out again; null: nowhere. */
  readonly cache: string | null;
  /** Have something done when the command has ended, however it ends. */
  atEnd(work: () => void): void;
}

/** The words of one call: positionals, and options by name. */
export interface Call {
  readonly positionals: readonly string[];
  readonly values: { readonly [option: string]: string | boolean | readonly string[] | undefined };
}

/** One verb of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help: what it does, options, an example, exit statuses. */
  readonly help: string;
  /** What may stand beside the options, as the help calls it; without it a stray word is refused. */
  readonly operand?: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(call: Call, world: World): Promise<ExitStatus>;
}

/** Something that the caller must put right; printed as one line, exit status 1. */
export class UsageError extends Error {}

/** Read an option that holds one text. */
export function text(call: Call, option: string): string | null {
  const value = call.values[option];
  return typeof value === 'string' ? value : null;
}

/** Read an option that may be repeated. */
export function texts(call: Call, option: string): readonly string[] {
  const value = call.values[option];
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
}

/** Read a choice. Errors: UsageError naming the choices. */
export function choice<const T extends string>(call: Call, option: string, choices: readonly [T, ...T[]]): T {
  const value = text(call, option) ?? choices[0];
  const chosen = choices.find((one) => one === value);
  const meant = nearest(value, choices);
  if (chosen === undefined) throw new UsageError(`cannot use --${option} ${value}: ${meant === null ? '' : `did you mean ${meant}? `}choose ${choices.join(', ')}`);
  return chosen;
}
