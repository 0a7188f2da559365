/** Find the word that was probably meant: the one that the fewest slips of the finger turn into this. null when none is near. */
export function nearest(word: string, words: Iterable<string>): string | null {
  let [best, least]: [string | null, number] = [null, Math.max(1, Math.floor(word.length / 3)) + 1];
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = slips(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Find the field that was probably meant, also when more was written than its name: `redirct_to` for `redirect`. */
export function nearestField(word: string, fields: readonly string[]): string | null {
  const [first = ''] = word.split(/[-_]/);
  return nearest(word.replaceAll('_', '-'), fields) ?? (first.length > 3 ? nearest(first, fields) : null);
}

/** Turn the nearest word into a hint. Shape: ``did you mean `redirect`?`` */
export function didYouMean(word: string, words: Iterable<string>): string | undefined {
  const best = nearest(word, words);
  return best === null ? undefined : `did you mean \`${best}\`?`;
}

/** Count insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function slips(a: string, b: string): number {
  let [before, previous] = [[0], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const [missing, extra, other] = [at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + (same ? 0 : 1)];
      current.push(Math.min(missing, extra, other, swapped ? at(before, column - 2) + 1 : Infinity));
    }
    [before, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
