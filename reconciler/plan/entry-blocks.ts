/**
 * The lines of a great inventory in blocks, each under a digest of its own: a run that asks for a few looks into those that they are in, and
 * nowhere else. No block has lines of two kinds, so that whoever looks for a path among all kinds finds most of them without looking.
 */
import { bookInBlocks, bookOf, type Book, type Entry } from '../model/book.ts';
import { digest } from '../model/digest.ts';
import type { Excerpts } from '../model/machine.ts';
import type { Id } from '../model/resource.ts';
import { AllNeeded } from './all-needed.ts';
import { isResourceName } from './entry.ts';

/** Units: characters. */
const longest = 32 * 1024;

/** Where a block begins, how many lines and characters it has, and the digest of these. */
export type Block = readonly [first: string, count: number, length: number, digest: string];

/** Put lines in blocks. */
export function blocksOf(lines: Iterable<Entry>): { readonly blocks: readonly Block[]; readonly text: string } {
  const [blocks, texts]: [Block[], string[]] = [[], []];
  let [first, kind, length, open]: [string | null, string, number, string[]] = [null, '', 0, []];
  const close = (): void => {
    if (first === null) return;
    const text = open.join('');
    blocks.push([first, open.length, text.length, digest(text)]);
    texts.push(text);
    [first, length, open] = [null, 0, []];
  };
  for (const [id, line] of lines) {
    const own = kindOf(id);
    if (own !== kind || length >= longest) close();
    [first, kind] = [first ?? id, own];
    open.push(`${line}\n`);
    length += line.length + 1;
  }
  close();
  return { blocks, text: texts.join('') };
}

/** Look into a text in which there are blocks from somewhere on. Errors: AllNeeded, when one is asked for that is not what was written. */
export function linesAmong(blocks: readonly Block[], text: Excerpts, from: number): Book {
  const read = new Map<number, Book>();
  let end = from;
  const starts = blocks.map(([, , length]) => (end += length) - length);
  const blockAt = (at: number): Book => {
    const known = read.get(at);
    if (known !== undefined) return known;
    const lines = readBlock(blocks[at], text.slice(starts[at], starts[at + 1] ?? end));
    if (lines === null) throw new AllNeeded('the inventory is damaged');
    const found = bookOf(lines);
    read.set(at, found);
    return found;
  };
  return bookInBlocks({ firsts: blocks.map(([first]) => first), blockAt, mayHold: (first, id) => kindOf(first) === kindOf(id) });
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}

/** Read a block; null when it is not what was written, or by a croft that knows more. */
export function readBlock(block: Block | undefined, text: string): ReadonlyMap<Id, string> | null {
  if (block === undefined || digest(text) !== block[3]) return null;
  const lines = new Map<Id, string>();
  for (const line of text.slice(0, -1).split('\n')) lines.set(idOn(line), line);
  return lines.size === block[1] && areKnown(lines.keys()) ? lines : null;
}

/** Another croft may have written what this one has no name for. */
export function areKnown(ids: Iterable<Id>): boolean {
  for (const id of ids) if (!isResourceName(id)) return false;
  return true;
}

/** Name what a line is about: its beginning says so. */
export function idOn(line: string): Id {
  const id = line.slice(2, line.indexOf('"', 2));
  return (id.includes('\\') ? (JSON.parse(line) as readonly [Id])[0] : id) as Id;
}
