/** Words of the benches: read, refused with what would be right. */
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Somebody's words are wrong. */
export class WordsError extends Error {}

type Values = { readonly [option: string]: string | boolean | undefined };

/** Read options; nothing else is taken. Shape: null after --help, which is printed. */
export function wordsOf(words: readonly string[], options: NonNullable<ParseArgsConfig['options']>, help: string): Values | null {
  try {
    const { values } = parseArgs({ args: [...words], options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (values['help'] === true) process.stdout.write(`${help}\n`);
    return values['help'] === true ? null : (values as Values);
  } catch (error) {
    throw new WordsError(`cannot understand the words: ${error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''}\n--help explains them`);
  }
}

/** A number of at least one, as a person writes it. */
export function numberOf(name: string, value: string | boolean | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new WordsError(`cannot use --${name} ${String(value)}: say a whole number of at least 1`);
  return number;
}

/** Several numbers with commas between. */
export function numbersOf(name: string, value: string | boolean | undefined, otherwise: readonly number[]): readonly number[] {
  return value === undefined ? otherwise : [...new Set(String(value).split(',').map((each) => numberOf(name, each.trim(), 1)))];
}

/** Several words with commas between, of those that there are. */
export function someOf(name: string, value: string | boolean | undefined, known: readonly string[]): readonly string[] {
  if (value === undefined) return known;
  const wanted = String(value).split(',').map((each) => each.trim());
  const unknown = wanted.filter((each) => !known.includes(each));
  if (unknown.length > 0) throw new WordsError(`cannot use --${name} ${unknown.join(',')}: say some of ${known.join(', ')}`);
  return wanted;
}

/** Run a bench; what a person said wrong is one line and status 1. */
export async function mainOf(work: (words: readonly string[]) => void | Promise<void>): Promise<void> {
  try {
    await work(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof WordsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
