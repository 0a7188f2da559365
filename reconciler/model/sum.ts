/**
 * The digest of a set of lines, of whatever order, as the sum of the digests of each: whoever knows it of thousands needs only the lines
 * that go and those that come. Sums are easier to make alike than a digest of all is (Wagner, A Generalized Birthday Problem, 2002): with
 * 512 bits that is out of reach for whoever chooses some hundred lines, and who has more of them gains that no daemon is told of her own change.
 */
import { hashOf } from './digest.ts';

/** How many bits a sum has. */
const width = 512;

/** What one line counts. */
export function weightOf(line: string): bigint {
  return BigInt(`0x${hashOf('sha512', line)}`);
}

/** Write down a sum of weights. Shape: `sum:<128 hex digits>`. */
export function written(sum: bigint): string {
  return `sum:${BigInt.asUintN(width, sum).toString(16).padStart(width / 4, '0')}`;
}

/** Read a sum that was written down; null where it is none. */
export function sumOn(text: unknown): bigint | null {
  const [, digits] = /^sum:([0-9a-f]{128})$/.exec(typeof text === 'string' ? text : '') ?? [];
  return digits === undefined ? null : BigInt(`0x${digits}`);
}

/** Say what a set comes to when some lines go and others come; null where it was no sum. */
export function summedAnew(text: unknown, { gone, come }: { readonly gone: readonly string[]; readonly come: readonly string[] }): string | null {
  const sum = sumOn(text);
  return sum === null ? null : written(sum - weighed(gone) + weighed(come));
}

function weighed(lines: readonly string[]): bigint {
  return lines.reduce((sum, line) => sum + weightOf(line), 0n);
}
