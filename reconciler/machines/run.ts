/**
 * Running programs of the real host: an argv, never a shell; the environment is PATH, LANG and what the step says; no input but what
 * croft gives; the output is bounded; after the timeout the whole process group goes. A daemon that a maintainer script leaves behind may hold the output open:
 * croft waits for the program, not for that. Source: execvp(3), setsid(2), kill(2).
 */
import type { ChildProcessWithoutNullStreams as Child } from 'node:child_process';
import { MachineError } from '../model/machine.ts';

/** A program to run. `timeoutSeconds` is 120 unless said otherwise. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly timeoutSeconds?: number;
  /** What it reads; nothing unless said otherwise. */
  readonly input?: string;
  /** Where it is; `/` unless said otherwise. */
  readonly directory?: string;
  /** How much of each stream is kept; MAX_OUTPUT_BYTES unless said otherwise. */
  readonly mostBytes?: number;
}

/** How a program ended and what it said. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** There was more on stdout than is kept. */
  readonly cut?: true;
}

/** It was still running when its time was over. */
export class OutOfTime extends MachineError {}

/** How much of each stream is kept. */
export const MAX_OUTPUT_BYTES = 1024 * 1024;
const TIMEOUT_SECONDS = 120;
const GRACE_MS = 2000;
const ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };

/** Run a program and wait for it. A program that is not there has status 127. Errors: MachineError after the timeout. */
export async function run(command: Command): Promise<Ran> {
  const [program, ...args] = command.argv;
  if (program === undefined) throw new MachineError('cannot run a command without words');
  // Where nothing is run nothing of it is loaded.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: command.directory ?? '/', env: { ...ENV, ...command.env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    feed(child, command.input ?? '');
    const stdout = collect(child.stdout, command.mostBytes);
    const stderr = collect(child.stderr, command.mostBytes);
    const seconds = command.timeoutSeconds ?? TIMEOUT_SECONDS;
    const timer = setTimeout(() => {
      reject(new OutOfTime(`cannot wait for ${command.argv.join(' ')}: it was still running after ${seconds} s`, {
        argv: command.argv,
        stderr: lastLines(stderr().text),
      }));
      stop(child);
    }, seconds * 1000);
    ended(child).then(
      (status) => resolve({ status, stdout: stdout().text, stderr: stderr().text, ...(stdout().cut ? { cut: true } : {}) }),
      (error: unknown) => (isMissing(error) ? resolve(missing(program)) : reject(notStarted(command, error))),
    ).finally(() => clearTimeout(timer));
  });
}

/** Keep the end of what a program said, without control characters. */
export function lastLines(text: string, count = 20): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '').split('\n').filter((line) => line.trim() !== '').slice(-count).join('\n');
}

/** Keep the last thing a program said, as one line. */
export function lastLine(text: string): string {
  return lastLines(text, 1).trim().slice(0, 300);
}

/** A program that ends before it has read everything is its own affair. */
function feed({ stdin }: Child, input: string): void {
  stdin.on('error', () => undefined);
  stdin.end(input);
}

function collect(stream: Child['stdout'], most = MAX_OUTPUT_BYTES): () => { readonly text: string; readonly cut: boolean } {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < most) chunks.push(chunk.subarray(0, most - size));
    size += chunk.length;
  });
  return () => ({ text: Buffer.concat(chunks).toString('utf8'), cut: size > most });
}

function ended(child: Child): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signalStatus(signal)));
    child.once('exit', (code, signal) => setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(code ?? signalStatus(signal));
    }, GRACE_MS).unref());
  });
}

/** As shells count it: a program that a signal ended has status 128 and more. */
function signalStatus(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 143 : signal === 'SIGKILL' ? 137 : 128;
}

function stop(child: Child): void {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function missing(program: string): Ran {
  return { status: 127, stdout: '', stderr: `${program}: this host does not have it\n` };
}

function notStarted(command: Command, error: unknown): MachineError {
  return new MachineError(`cannot start ${command.argv[0]}: ${error instanceof Error ? error.message : String(error)}`, { argv: command.argv });
}
