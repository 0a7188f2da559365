import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Source } from '../../reconciler/model/source.ts';

/** Where everything here is declared. */
export const source: Source = { file: 'desired-state/members/ada/member.yaml', line: 1, column: 1 };

/** See that croft's heading is one comment and nothing more. */
export function headed(mark: string, file: string): void {
  if (!file.startsWith(`${mark} Managed by croft.`)) throw new Error(`it has no heading: ${file.slice(0, 80)}`);
}

/** Render what may be refused, and count what came of it; null: the format said that it cannot write this. */
export function written(counts: { written: number; refused: number }, render: () => string): string | null {
  try {
    const made = render();
    counts.written += 1;
    return made;
  } catch (error) {
    if (!(error instanceof Error) || !/^cannot (?:write|render|read|encode|let|force|limit|use)\b/.test(error.message)) throw error;
    counts.refused += 1;
    return null;
  }
}

/** See that two things are the same. vitest is asked only when they are not: it takes longer than all the rest. */
export function same(found: unknown, meant: unknown): void {
  if (!isDeepStrictEqual(found, meant)) expect(found).toEqual(meant);
}
