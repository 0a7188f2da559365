import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';

/** A program of a rooted machine: what it would say, and what it would change below the root. */
export interface Program {
  /** The package that brings it; null when every Debian has it. */
  readonly deb: string | null;
  /** Does this call change something? Those are written to the log. */
  mutates(args: readonly string[]): boolean;
  run(host: Host, args: readonly string[], env: Env): Ran;
}

/** The variables that a step sets. */
export type Env = { readonly [name: string]: string };

/** A program that only looks. */
export const never = (): boolean => false;

/** Say something and succeed. */
export function fine(stdout = '', stderr = ''): Ran {
  return { status: 0, stdout, stderr };
}

/** Say why not, and fail. */
export function fails(stderr: string, status = 1, stdout = ''): Ran {
  return { status, stdout, stderr: `${stderr}\n` };
}

/** An argv's words, and its options with their values. */
export interface Words {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Tell options from words, where `valued` options take the next word. */
export function words(args: readonly string[], valued: readonly string[] = []): Words {
  const found: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const [, name, value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) found.push(word);
    else options.set(name, value ?? (valued.includes(name) ? (args[(at += 1)] ?? '') : ''));
  }
  return { words: found, options };
}

/** End each row with a line feed. */
export function lines(rows: readonly string[]): string {
  return rows.length === 0 ? '' : `${rows.join('\n')}\n`;
}
