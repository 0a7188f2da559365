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
  if (!isSame(wanted, found)) throw new Error(`cannot render ${format}: it would be read as something else`);
}

/** Are two values of plain data the same? A quarter of what isDeepStrictEqual takes, which must know of everything else. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  const fields = Object.keys(one);
  return !Array.isArray(other) && fields.length === Object.keys(other).length
    && fields.every((field) => Object.hasOwn(other, field) && isSame(Reflect.get(one, field), Reflect.get(other, field)));
}
