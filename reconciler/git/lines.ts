/**
 * Follows one line from a newer version of a text to an older one. What both versions begin and end with is the same without looking
 * further; between, the longest common subsequence says which lines stayed. Where that would cost too much, a line stays if it
 * occurs exactly once on either side. Source: Hunt and McIlroy, An Algorithm for Differential File Comparison, 1976.
 */
const mostCells = 4_000_000;

/** Take text apart into lines. Bytes that are not UTF-8 stay distinguishable from one another by their line only. */
export function linesOf(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Say where a line of the newer text stood in the older one. Units: lines count from 1. Shape: null when it was not there, or is not in the newer. */
export function lineBefore(older: readonly string[], newer: readonly string[], line: number): number | null {
  if (line < 1 || line > newer.length) return null;
  const start = commonStart(older, newer);
  if (line <= start) return line;
  const end = commonEnd(older, newer, start);
  if (line > newer.length - end) return line - newer.length + older.length;
  const index = matching(older.slice(start, older.length - end), newer.slice(start, newer.length - end), line - 1 - start);
  return index === null ? null : index + start + 1;
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1;
  return same;
}

function commonEnd(a: readonly string[], b: readonly string[], start: number): number {
  let same = 0;
  while (same < Math.min(a.length, b.length) - start && a[a.length - 1 - same] === b[b.length - 1 - same]) same += 1;
  return same;
}

function matching(older: readonly string[], newer: readonly string[], index: number): number | null {
  const text = newer[index];
  if (!older.some((line) => line === text)) return null;
  if ((older.length + 1) * (newer.length + 1) <= mostCells) return inCommonSubsequence(older, newer, index);
  const unique = older.indexOf(text ?? '') === older.lastIndexOf(text ?? '') && newer.indexOf(text ?? '') === newer.lastIndexOf(text ?? '');
  return unique ? older.indexOf(text ?? '') : null;
}

function inCommonSubsequence(older: readonly string[], newer: readonly string[], index: number): number | null {
  const width = newer.length + 1;
  const lengths = commonLengths(older, newer);
  for (let i = 0, j = 0; i < older.length && j <= index; ) {
    if (older[i] === newer[j]) {
      if (j === index) return i;
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return null;
}

/** The length of the longest common subsequence of every pair of ends: row i, column j stands for what begins there. */
function commonLengths(older: readonly string[], newer: readonly string[]): Uint32Array {
  const width = newer.length + 1;
  const lengths = new Uint32Array((older.length + 1) * width);
  for (let i = older.length - 1; i >= 0; i -= 1) {
    for (let j = newer.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      lengths[at] = older[i] === newer[j] ? (lengths[at + width + 1] ?? 0) + 1 : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}
