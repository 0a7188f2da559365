import { same } from '../model/same.ts';
import type { Source } from '../model/source.ts';

/** Say at the top of a generated file who writes it and what to change instead. Never a time: same input, same bytes. */
export function heading(mark: '#' | ';' | '//', source: Source): string {
  return `${mark} Managed by croft. Do not edit: change ${comment(source.file)} instead.\n`;
}

/** Encode text for a comment: whatever is not printable ASCII, and the backslash that would continue a line, becomes percent triplets. */
export function comment(text: string): string {
  if (plain.test(text)) return text.trim();
  return text.replace(/\p{Cs}/gu, '?').replace(/[^ -[\]-~]/gu, encodeURIComponent).trim();
}

const plain = /^[ -[\]-~]*$/;

/** Compare what was rendered, parsed back, with the model it came from (law 8). Errors: throws when they differ, which is a bug of the format. */
export function assertShape(format: string, wanted: unknown, found: unknown): void {
  if (!same(wanted, found)) throw new Error(`cannot render ${format}: it would be read as something else`);
}
