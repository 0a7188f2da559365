import type { Source } from '../model/source.ts';

/** Where the lines of a file begin. Built once, asked often. */
export interface Lines {
  readonly file: string;
  readonly starts: readonly number[];
}

/** Find where each line of a text begins. */
export function linesOf(file: string, text: string): Lines {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return { file, starts };
}

/** Turn an offset into file, line and column. Columns count UTF-16 code units, as editors' protocols do. */
export function placeOf({ file, starts }: Lines, offset: number): Source {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
