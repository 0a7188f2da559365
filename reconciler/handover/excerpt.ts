/** A few lines of what was handed over as a whole, as a part that amends it: for root, which has all of it and needs no more. */
import { parseAnswer, type Answer, type KnownLines, type Same } from './handover.ts';
import type { Reading } from './read.ts';

/** What such a part says, beside what the whole said. */
export interface Excerpt {
  /** Lines of it, sorted by id. */
  readonly lines: readonly string[];
  /** What was said when nothing new was handed over. */
  readonly same: Same;
  /** The digest of its facts, where these are not said again. */
  readonly facts: string | null;
}

/** What of a heading is another one here. */
interface Head {
  readonly catalog: { readonly resources: number };
}

/** Read a part of a text that hands over a whole catalog. `known`: as of parseAnswer, with what stands for the facts. */
export function parseExcerpt(text: string, { lines, same, facts }: Excerpt, known: KnownLines): Reading<Answer> {
  const [first = '', said = ''] = text.split('\n', 2);
  const head = JSON.parse(first) as Head;
  const { same: amends, ...about } = same;
  const catalog = { ...head.catalog, resources: lines.length, beside: head.catalog.resources - lines.length };
  return parseAnswer([JSON.stringify({ ...head, ...about, catalog, amends, ...(facts === null ? {} : { facts }) }), facts === null ? said : '', ...lines, ''].join('\n'), known);
}
