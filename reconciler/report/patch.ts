import { structuredPatch } from 'diff';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

/** What a file holds and what it is to hold; null where there is none. */
export interface Texts {
  readonly actual: string | null;
  readonly desired: string | null;
}

/** Above this, two texts are called wholly different: finding the smallest difference could take minutes. Units: milliseconds. */
const patience = 500;
const mostLines = 80;

/** Print the lines in which two texts differ, with three around them, as a unified difference. */
export function formatPatch({ actual, desired }: Texts, paint: Paint): readonly string[] {
  const patch = structuredPatch('', '', actual ?? '', desired ?? '', undefined, undefined, { context: 3, timeout: patience });
  if (patch === undefined) return [paint('dim', 'too different to compare line by line')];
  const lines = patch.hunks.flatMap(({ oldStart, newStart, lines: hunk }) => [paint('dim', `@@ ${oldStart} ${newStart} @@`), ...hunk.map((line) => coloured(printable(line), paint))]);
  return lines.length > mostLines ? [...lines.slice(0, mostLines), paint('dim', `… and ${lines.length - mostLines} more lines`)] : lines;
}

function coloured(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
