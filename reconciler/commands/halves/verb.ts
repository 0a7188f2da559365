import { replaceFile } from '../../git/durable.ts';
import { because, codeOf, GitError } from '../../git/error.ts';
import { text, UsageError, type Call } from '../command.ts';
import type { Coming } from './early.ts';
import { errandPaths, waitsBeside } from './errand.ts';
import { spooledAt } from './spool.ts';

/** The options of the verbs that the other half runs as. */
export const errandOptions = { request: { type: 'string' }, answer: { type: 'string' } } as const;

/** An errand that this half was sent on. */
export interface Sent {
  readonly request: string;
  /** Which file it was. */
  readonly name: string;
  /** Errors: GitError when it cannot be written. */
  answer(text: string): Promise<void>;
}

/** Where an errand is written down, where its answer is to be, where it is said which one was answered last, and that somebody waits. */
export function pathsIn(call: Call, name: 'compile' | 'publish'): Coming & { readonly answer: string } {
  const paths = errandPaths(name);
  const answer = text(call, 'answer') ?? paths.answer;
  return { request: text(call, 'request') ?? paths.request, answer, taken: `${answer}.taken`, waits: waitsBeside(answer) };
}

/** Read the request that is to be answered. Errors: UsageError when there is none. */
export function sentOn(call: Call, name: 'compile' | 'publish'): Sent {
  const paths = pathsIn(call, name);
  const sent = spooledAt(paths.request);
  if (sent === null) throw new UsageError(`cannot find out what to do: there is no ${paths.request} – croft reconcile writes it`);
  return { request: sent.text, name: sent.name, answer: (said) => write(paths.answer, said) };
}

async function write(path: string, said: string): Promise<void> {
  try {
    await replaceFile(path, Buffer.from(said));
  } catch (error) {
    if (codeOf(error) === null) throw error;
    throw new GitError(`cannot write ${path}: ${because(error)}`);
  }
}
