import type { Proposal } from '../model/authority.ts';
import type { Context } from './weight.ts';

/**
 * Find new paths that differ only in case from what is there: the path itself, or one of the directories on the way to it, so that
 * `members/Bob/` does not become a second way into `members/bob/`. What was there first stays. Shape: by path, the other spelling.
 */
export function clashes(proposals: readonly Proposal[], around: Pick<Context, 'paths' | 'alike'>): ReadonlyMap<string, string> {
  const known = proposals.filter(({ change }) => change.before !== null).flatMap(({ change }) => prefixes(change.path));
  const there = new Map(known.map((each) => [each.toLowerCase(), each]));
  const found = new Map<string, string>();
  for (const { change } of proposals.filter(({ change: { before } }) => before === null)) {
    const other = prefixes(change.path).flatMap((prefix) => spelling(prefix, there, around)).at(0);
    if (other !== undefined) found.set(change.path, other);
  }
  return found;
}

/** List a path and the directories on the way to it. */
export function prefixes(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function spelling(prefix: string, there: ReadonlyMap<string, string>, { paths, alike }: Pick<Context, 'paths' | 'alike'>): readonly string[] {
  if (paths(prefix)) return [];
  const other = alike(prefix) ?? there.get(prefix.toLowerCase());
  return other === undefined || other === prefix ? [] : [other];
}
