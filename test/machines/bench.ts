import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { local } from '../../reconciler/machines/local.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Answer, Machine, Node, Probe, Step } from '../../reconciler/model/machine.ts';

/** A machine, and a directory of it to work in, which is both a path on the machine and a path for the test. */
export interface Bench {
  machine: Machine;
  /** A path in the machine's words. */
  path(name: string): string;
  /** The same place in the test's words. */
  real(name: string): string;
  clear(): void;
  /** Open the machine once more, as the next run does. */
  again(): void;
}

export type Open = () => Bench;

export const isRoot = process.getuid?.() === 0;
export const access = { mode: '0644', owner: 'root', group: 'root' } as const;

/** A rooted machine in a temporary directory; the work is done in /srv/work, or where its sshd looks. */
export function rootedBench(work = '/srv/work'): Bench {
  const root = mkdtempSync(join(tmpdir(), 'croft-rooted-'));
  const machine = rooted(root);
  mkdirSync(join(root, work));
  chmodSync(join(root, work), 0o755);
  const bench = { machine, path: (name: string) => join(work, name), real: (name: string) => join(root, work, name), clear: () => rmSync(root, { recursive: true }), again };
  function again(): void {
    bench.machine = rooted(root);
  }
  return bench;
}

/** The real host, in a directory that is root's like all those above it; its journals are beside that. */
export function localBench(): Bench {
  const base = mkdtempSync('/root/.croft-test-');
  chmodSync(base, 0o755);
  mkdirSync(join(base, 'work'));
  const open = (): Machine => local({ transactions: join(base, 'transactions') });
  const path = (name: string): string => join(base, 'work', name);
  const bench = { machine: open(), path, real: path, clear: () => rmSync(base, { recursive: true }), again };
  function again(): void {
    bench.machine = open();
  }
  return bench;
}

/** Ask one thing of a path. */
export async function ask(machine: Machine, path: string, want: 'stat' | 'digest' | 'text' | 'entries' = 'stat'): Promise<Node | null> {
  const answer = await one(machine, { ask: 'path', path, want });
  if (answer.ask !== 'path') throw new Error('an answer of another kind');
  return answer.node;
}

/** Ask one thing. */
export async function one(machine: Machine, probe: Probe): Promise<Answer> {
  const [answer] = await machine.observe([probe]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** Run a program as a probe. */
export async function run(machine: Machine, ...argv: readonly string[]): Promise<Extract<Answer, { ask: 'run' }>> {
  const answer = await one(machine, { ask: 'run', argv });
  if (answer.ask !== 'run') throw new Error('an answer of another kind');
  return answer;
}

/** Write a file of root's. */
export function write(path: string, text: string, more: Partial<Extract<Step, { do: 'write' }>> = {}): Step {
  return { do: 'write', path, text, ...access, ...more };
}
