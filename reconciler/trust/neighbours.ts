import type { TreeEntry } from '../git/objects.ts';
import { readTree, type Repository } from '../git/store.ts';
import type { PathChange } from '../model/authority.ts';

/** What judging a path wants to know of the tree in force around it. */
export interface Neighbours {
  /** Is there anything at this path? */
  readonly paths: (path: string) => boolean;
  /** What is in its place that differs from it in case only; null when nothing does. */
  readonly alike: (path: string) => string | null;
}

/** Look at the directories that changes touch, in the tree in force. Only names are read. */
export async function neighbours(repository: Repository, tree: string, changes: readonly PathChange[]): Promise<Neighbours> {
  const directories = new Map<string, readonly TreeEntry[]>();
  const look = async (directory: string, oid: string, below: readonly string[]): Promise<void> => {
    const entries = directories.get(directory) ?? (await readTree(repository, oid)) ?? [];
    directories.set(directory, entries);
    const [next, ...rest] = below;
    const entry = next === undefined ? undefined : entries.find(({ name, mode }) => name === next && mode === '40000');
    if (entry !== undefined && next !== undefined) await look(directory === '' ? next : `${directory}/${next}`, entry.oid, rest);
  };
  for (const directory of new Set(changes.map(({ path }) => split(path).directory))) await look('', tree, directory === '' ? [] : directory.split('/'));
  const names = new Map<string, Names>();
  const namesIn = (directory: string): Names => {
    const known = names.get(directory) ?? namesOf(directories.get(directory) ?? []);
    names.set(directory, known);
    return known;
  };
  return {
    paths: (path) => namesIn(split(path).directory).exact.has(split(path).name),
    alike: (path) => {
      const { directory, name } = split(path);
      const other = namesIn(directory).folded.get(name.toLowerCase());
      return other === undefined || other === name ? null : `${directory === '' ? '' : `${directory}/`}${other}`;
    },
  };
}

interface Names {
  readonly exact: ReadonlySet<string>;
  /** By their small letters. */
  readonly folded: ReadonlyMap<string, string>;
}

function namesOf(entries: readonly TreeEntry[]): Names {
  return { exact: new Set(entries.map(({ name }) => name)), folded: new Map(entries.map(({ name }) => [name.toLowerCase(), name])) };
}

function split(path: string): { readonly directory: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { directory: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
