/**
 * The mark of a run that is going on, so that one that never ended is told by the next: when it began, and where it was. Nobody else can
 * say that of a run which was killed, hung until systemd ended it, or lost its power.
 */
import { object, oneOf, orNull, readJson } from '../../handover/read.ts';
import { moment, plainName } from '../../handover/words.ts';
import type { Machine } from '../../model/machine.ts';
import { oneLine } from '../../report/printable.ts';

const markPath = '/var/lib/croft/run.json';

/** Where a run can be. Shape: what it was doing, after "it was". */
export const steps = ['reading the repository', 'looking at the host', 'changing the host', 'telling how it went'] as const;

export type RunStep = (typeof steps)[number];

/** A run that is going on. */
export interface Mark {
  /** What is to be said of the run before, when it never ended. */
  readonly notices: readonly string[];
  /** Say where it is now; `after`: what of the host it settled last. Errors: MachineError. */
  at(step: RunStep, after?: string): Promise<void>;
  /** Say that it is over. Errors: MachineError. */
  end(): Promise<void>;
}

const mark = object({ startedAt: moment, step: oneOf(...steps), after: orNull(plainName) });

/** Say that a run begins. To be called with the lock held. Units: milliseconds since the epoch. Errors: MachineError. */
export async function beginRun(machine: Machine, startedAt: number): Promise<Mark> {
  const [answer] = await machine.observe([{ ask: 'path', path: markPath, want: 'text' }]);
  const text = answer?.ask === 'path' ? answer.node?.text : undefined;
  await machine.perform({ do: 'directory', path: '/var/lib/croft', mode: '0755', owner: 'root', group: 'root' });
  const at: Mark['at'] = async (step, after) => {
    await machine.perform({ do: 'write', path: markPath, text: `${JSON.stringify({ startedAt, step, after: after ?? null })}\n`, mode: '0644', owner: 'root', group: 'root' });
  };
  await at('reading the repository');
  return { notices: text === undefined ? [] : [unended(text)], at, end: () => machine.perform({ do: 'remove', path: markPath }) };
}

function unended(text: string): string {
  const read = readJson(text, mark);
  if (!read.ok) return 'the run before this one did not end: nobody can tell where it was';
  const { startedAt, step, after } = read.value;
  const last = after === null ? '' : `, after ${oneLine(after)}`;
  return `the run that began at ${new Date(startedAt).toISOString().slice(0, 19)}Z did not end: it was ${step}${last}`;
}
