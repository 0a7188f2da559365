/** What the half that is root sends the other one on: a request in a file, and an answer in another, whoever carries it out. */
import { MachineError, type Machine, type Step } from '../../model/machine.ts';
import { UsageError } from '../command.ts';
import { nameOf, readSpooled } from './spool.ts';

/** What is asked, and by which of its verbs the other half answers. */
export interface Errand {
  readonly name: 'compile' | 'publish';
  readonly text: string;
}

/** Shape: the answer. Errors: Lost where there is none. */
export type Send = (errand: Errand) => Promise<string>;

/** The other half was ended before it had an answer: by a limit of its unit, or by a bug. */
export class Lost extends UsageError {}

/** As whom the other half runs. The package makes it. */
export const user = 'croft';
/** Runs what follows with that user's rights, and no way back. Source: setpriv(1). */
export const drop: readonly string[] = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--no-new-privs', '--inh-caps=-all'];

/** Where requests are. */
export const asking = '/run/croft';

/** Where an errand is written down and where its answer will be. */
export function errandPaths(name: Errand['name']): { readonly request: string; readonly answer: string } {
  return { request: `${asking}/${name}.json`, answer: `/var/lib/croft/spool/${name}.json` };
}

/** What is there, beside the answer, as long as somebody waits to be asked. */
export function waitsBeside(answer: string): string {
  return `${answer}.waits`;
}

/** What is asked may name a remote with a password in it. */
export async function writeDown(machine: Machine, name: Errand['name'], text: string): Promise<void> {
  // The lock may have made it with whatever umask there was.
  await machine.perform({ do: 'access', path: asking, mode: '0755', owner: 'root', group: 'root' });
  await machine.perform({ do: 'write', path: errandPaths(name).request, text, mode: '0640', owner: 'root', group: user, secret: true });
}

export async function attempt(machine: Machine, step: Step): Promise<MachineError | null> {
  try {
    await machine.perform(step);
    return null;
  } catch (error) {
    if (error instanceof MachineError) return error;
    throw error;
  }
}

/** Read an answer; `before`: what was there before it was asked for. */
export function answered(name: Errand['name'], before: string | null = null): string {
  const { answer } = errandPaths(name);
  const text = nameOf(answer) === before ? null : readSpooled(answer);
  if (text === null) throw new Lost('it left no answer');
  return text;
}
