/**
 * Runs whole processes and says what they took, with all that they started: CPU seconds, wall seconds, peak memory. A small C program does
 * it (measure.c); where there is no C compiler bash's `times` does, which knows nothing of memory.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program to be run: its words, and what it is to find around it. */
export interface Program {
  readonly words: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  readonly directory?: string;
  /** What leads to where it runs; not measured. It ends by running the words after its own. */
  readonly within?: readonly string[];
  /** Ends that are as they should be; 0 alone when not said. */
  readonly good?: readonly number[];
}

/** What one run took. */
export interface Cost {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Of the largest process; null where nothing could say. */
  readonly peakMebibytes: number | null;
  /** Of the CPU seconds, what played a host's daemons and programs. */
  readonly playedSeconds?: number;
}

/** One run, or why there is none. */
export type Measured = { readonly cost: Cost } | { readonly ranOut: number } | { readonly failed: string };

/** Something that measures; close it when done. */
export interface Gauge {
  /** How it measures, for people. */
  readonly name: string;
  measure(program: Program, limitSeconds: number): Measured;
  /** The same beside others that are measured. */
  begin(program: Program, limitSeconds: number): Promise<Measured>;
  close(): void;
}

/** Get ready to measure. The sources of measure.c are below the root of the checkout. */
export function gauge(root: string): Gauge {
  const room = mkdtempSync(join(tmpdir(), 'croft-gauge-'));
  let begun = 0;
  const program = compiled(join(root, 'test/bench/programs/measure.c'), join(room, 'measure'));
  return {
    name: program === null ? 'bash (no C compiler here: nothing about memory)' : 'wait4(2)',
    measure: (what, limitSeconds) => once(what, { program, out: join(room, 'out'), limitSeconds }),
    begin: (what, limitSeconds) => beside(what, { program, out: join(room, `out${(begun += 1)}`), limitSeconds }),
    close: () => rmSync(room, { recursive: true, force: true }),
  };
}

/** Compile one C program. Shape: its path; null where that cannot be. */
export function compiled(source: string, to: string): string | null {
  return spawnSync('cc', ['-O2', '-o', to, source], { stdio: 'ignore' }).status === 0 ? to : null;
}

interface How {
  readonly program: string | null;
  readonly out: string;
  readonly limitSeconds: number;
}

/** bash says what its children took to three digits, and `timeout` ends the whole group. */
const inBash = 'out=$1; shift; TIMEFORMAT="%U %S %R"; { time "$@" 2>&3; status=$?; } 3>&2 2>"$out.time"; read -r user system wall < "$out.time"; printf "%s %s %s 0 %s %s\\n" "$user" "$system" "$wall" "$status" "$((status == 137))" > "$out"';

function wordsOf({ words, within = [] }: Program, { program, out, limitSeconds }: How): readonly string[] {
  return [...within, ...(program === null ? ['bash', '-c', inBash, 'bash', out, 'timeout', '--signal=KILL', `${limitSeconds}`, ...words] : [program, out, `${limitSeconds}`, ...words])];
}

function once(what: Program, how: How): Measured {
  const [command = '', ...rest] = wordsOf(what, how);
  rmSync(how.out, { force: true });
  const { stderr, status, error } = spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env: { ...process.env, ...what.environment }, cwd: what.directory, maxBuffer: 1 << 26 });
  return error === undefined ? read(what, how, { status, stderr }) : { failed: error.message };
}

function beside(what: Program, how: How): Promise<Measured> {
  const [command = '', ...rest] = wordsOf(what, how);
  return new Promise((resolve) => {
    const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...what.environment }, cwd: what.directory });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-4096)));
    child.on('error', (error) => resolve({ failed: error.message }));
    child.on('close', (status) => resolve(read(what, how, { status, stderr })));
  });
}

/** What the measuring program wrote down. */
function read({ words, good = [0] }: Program, { program, out, limitSeconds }: How, { status, stderr }: { readonly status: number | null; readonly stderr: string }): Measured {
  if (status !== 0) return { failed: `what measures ended with status ${status}: ${lastLine(stderr)}` };
  const [user = 0, system = 0, wall = 0, peak = 0, ended = 0, late = 0] = readFileSync(out, 'utf8').trim().split(' ').map(Number);
  if (late === 1) return { ranOut: limitSeconds };
  if (!good.includes(ended)) return { failed: `${words.slice(0, 3).join(' ')} … ended with status ${ended}: ${lastLine(stderr)}` };
  return { cost: { cpuSeconds: user + system, wallSeconds: wall, peakMebibytes: program === null ? null : peak / 1024 } };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
