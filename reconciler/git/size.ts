import { deepest } from './oddity.ts';
import { readTree, type Repository } from './store.ts';

/** The most files and directories that one owner's directory may hold. */
export const mostEntries = 10_000;

/** Tell whether a directory is all of one owner's, so that counting begins there: `members/ada`, `coop`, `hosts`, …; `members` itself is everybody's. */
export function isOneOwners(path: string): boolean {
  return path !== 'desired-state' && /^(members\/[^/]+|(?!members$)[^/]+)$/s.test(path.replace(/^desired-state\//, ''));
}

/** Tell whether a directory is one member's. */
export function isMembers(path: string): boolean {
  return /^(?:desired-state\/)?members\/[^/]+$/.test(path);
}

/** Count the files and directories of a tree, each distinct tree once, as deep as desired state may be. Errors: GitError when an object is missing. */
export async function sizeOf(repository: Repository, oid: string, depth: number): Promise<number> {
  const key = `${depth} ${oid}`;
  const known = repository.cache.sizes.get(key);
  if (known !== undefined) return known;
  const entries = depth < deepest ? ((await readTree(repository, oid)) ?? []) : [];
  let size = entries.length;
  for (const { mode, oid: below } of entries) if (mode === '40000') size += await sizeOf(repository, below, depth + 1);
  repository.cache.sizes.set(key, size);
  return size;
}
