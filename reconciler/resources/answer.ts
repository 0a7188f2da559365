import type { Answer, Node } from '../model/machine.ts';

/** What a command said. A command that is not there has status 127. */
export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Take the node out of the answer to a question about a path. Errors: throws when something else was answered. */
export function nodeOf(answer: Answer | undefined): Node | null {
  if (answer === undefined || !('node' in answer)) throw new Error('cannot read an answer: it was not given for a path');
  return answer.node;
}

/** Take the output out of the answer to a command. Errors: throws when something else was answered. */
export function outputOf(answer: Answer | undefined): Output {
  if (answer?.ask !== 'run') throw new Error('cannot read an answer: it was not given by a command');
  return answer;
}

/** Cut output into lines, without their ends and without empty ones. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
