/**
 * The lines of a great inventory in blocks, each under a digest of its own: a run that asks for a few looks into those that they are in, and
 * nowhere else. No block has lines of two kinds, so that whoever looks for a path among all kinds finds most of them without looking.
 */
import { digest } from '../model/digest.ts';
import type { Id } from '../model/resource.ts';
import { AllNeeded } from './all-needed.ts';
import { isResourceName } from './entry.ts';
import { idOn, type Lines } from './entry-lines.ts';

/** Units: characters. */
const longest = 32 * 1024;

/** Where a block begins, how many lines and characters it has, and the digest of these. */
export type Block = readonly [first: Id, count: number, length: number, digest: string];

/** Put lines in blocks. */
export function blocksOf(lines: Lines): { readonly blocks: readonly Block[]; readonly text: string } {
  const [blocks, texts]: [Block[], string[]] = [[], []];
  let [first, kind, length, open]: [Id | null, string, number, string[]] = [null, '', 0, []];
  const close = (): void => {
    if (first === null) return;
    const text = open.join('');
    blocks.push([first, open.length, text.length, digest(text)]);
    texts.push(text);
    [first, length, open] = [null, 0, []];
  };
  for (const [id, line] of lines) {
    const own = id.slice(0, id.indexOf(':'));
    if (own !== kind || length >= longest) close();
    [first, kind] = [first ?? id, own];
    open.push(`${line}\n`);
    length += line.length + 1;
  }
  close();
  return { blocks, text: texts.join('') };
}

/** Look into a text of blocks. Errors: AllNeeded, when one is asked for that is not what was written. */
export function linesAmong(blocks: readonly Block[], text: string): Lines {
  const read = new Map<number, ReadonlyMap<Id, string>>();
  let end = 0;
  const starts = blocks.map(([, , length]) => (end += length) - length);
  const blockAt = (at: number): ReadonlyMap<Id, string> => {
    const known = read.get(at);
    if (known !== undefined) return known;
    const found = readBlock(blocks[at], text.slice(starts[at], starts[at + 1] ?? end));
    if (found === null) throw new AllNeeded('the inventory is damaged');
    read.set(at, found);
    return found;
  };
  /** The last block that begins at this id or before it; -1 where none does. */
  const before = (id: string): number => {
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((blocks[middle]?.[0] ?? '') <= id) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  function* all(): Generator<readonly [Id, string], undefined> {
    for (const at of blocks.keys()) yield* blockAt(at);
  }
  return {
    size: blocks.reduce((sum, [, count]) => sum + count, 0),
    get: (id) => {
      const at = before(id);
      return kindOf(blocks[at]?.[0]) === kindOf(id) ? blockAt(at).get(id) : undefined;
    },
    beginning: (start) => {
      const found: Id[] = [];
      for (let at = Math.max(0, before(start)); at < blocks.length; at += 1) {
        const first = blocks[at]?.[0] ?? '';
        if (first > start && !first.startsWith(start)) break;
        if (kindOf(first) === kindOf(start)) for (const id of blockAt(at).keys()) if (id.startsWith(start)) found.push(id);
      }
      return found;
    },
    [Symbol.iterator]: all,
  };
}

function kindOf(id = ''): string {
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
