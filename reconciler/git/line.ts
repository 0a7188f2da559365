/**
 * How a branch went from one commit to another. It moves by commits and merges made on top of it, so its line is that of first parents.
 * Somebody may also merge the branch into her own and push that as the branch: then the line of first parents is hers, and the branch's
 * old head is only merged in. Seen from the branch, everything of hers up to that merge came in one stride.
 * A shallow clone's history ends early, and no answer that needs what is missing may be guessed. Source: gitglossary(7), "shallow".
 */
import { GitError } from './error.ts';
import { parseCommit, type Commit } from './objects.ts';
import { readCommit, readObject, type Repository } from './store.ts';

/** One step of a branch, from the commit it was at to the one it was moved to. */
export interface Stride {
  readonly from: Commit;
  readonly to: Commit;
  /** The other parents of `to`. */
  readonly merged: readonly string[];
}

/**
 * Follow a branch from a commit to one that descends from it, oldest stride first. Costs what is new, where the first parents lead back.
 * Shape: null when `to` does not descend from `from`; none when they are the same.
 * Errors: GitError on a missing commit, or when the history of a shallow clone ends before the answer is certain.
 */
export async function lineBetween(repository: Repository, from: string, to: string): Promise<readonly Stride[] | null> {
  const start = await readCommit(repository, from);
  const line = await firstParentsDownTo(repository, from, to);
  if (line.at(-1)?.parents[0] === from || to === from) return strides(start, line);
  const heirs = await descendants(repository, from, to);
  const onward = line.slice(0, line.findLastIndex(({ oid }) => heirs.has(oid)) + 1);
  return onward.length === 0 ? null : strides(start, onward);
}

/** Refuse to go on where history is not whole. Errors: GitError when a shallow clone left out the parents of a commit. */
export async function assertWhole(repository: Repository, { oid, parents }: Commit): Promise<void> {
  if (parents.length > 0 || !repository.shallow.has(oid)) return;
  const { bytes } = await readObject(repository, oid);
  const hint = 'since it is a shallow clone; git fetch --unshallow brings the rest';
  if (parseCommit(oid, bytes)?.parents.length !== 0) throw new GitError(`cannot follow the history in ${repository.gitdir}: it ends at ${oid}, ${hint}`);
}

function strides(start: Commit, newestFirst: readonly Commit[]): readonly Stride[] {
  const made: Stride[] = [];
  let from = start;
  for (const to of newestFirst.toReversed()) {
    const { oid } = from;
    made.push({ from, to, merged: to.parents.filter((parent) => parent !== oid) });
    from = to;
  }
  return made;
}

/** Commits along first parents, newest first, to the one whose first parent is the wanted one, or to the root. */
async function firstParentsDownTo(repository: Repository, end: string, tip: string): Promise<readonly Commit[]> {
  const line: Commit[] = [];
  for (let next: string | undefined = tip; next !== undefined && next !== end; ) {
    const commit: Commit = await readCommit(repository, next);
    await assertWhole(repository, commit);
    line.push(commit);
    next = commit.parents[0];
  }
  return line;
}

/** The commits on the ways from a descendant back to an ancestor, without the ancestor. */
async function descendants(repository: Repository, ancestor: string, tip: string): Promise<ReadonlySet<string>> {
  const children = new Map<string, string[]>([[tip, []]]);
  for (const oid of children.keys()) {
    if (oid === ancestor) continue;
    const commit = await readCommit(repository, oid);
    await assertWhole(repository, commit);
    for (const parent of commit.parents) {
      const others = children.get(parent);
      if (others === undefined) children.set(parent, [oid]);
      else others.push(oid);
    }
  }
  const found = new Set(children.get(ancestor));
  for (const oid of found) for (const child of children.get(oid) ?? []) found.add(child);
  return found;
}
