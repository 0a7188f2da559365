/**
 * Which objects some commits bring that others do not have: what another repository lacks, or what came from it. Commits are walked from
 * the newest back, both from those that are asked about and from those that are there, until only the latter are left; then each new one,
 * the oldest first, is compared with its parents, and of its directories only those are entered that differ. What was moved from
 * elsewhere may count as new: when it is sent, that costs bytes, nothing else.
 */
import { GitError } from '../error.ts';
import type { Commit, StoredObject, TreeEntry } from '../objects.ts';
import { readCommit, readObject, readTree, type Repository } from '../store.ts';

/** What is to be passed on, and what is there already; commits of theirs that are not here say nothing. */
export interface Journey {
  readonly wanted: readonly string[];
  readonly theirs: readonly string[];
  /** How much all of it may weigh before it is deflated. */
  readonly maxBytes: number;
}

/** The mode of an entry that is another repository's commit: its id is not to be found here. */
const submodule = '160000';

/** Read the objects that commits, or tags on them, bring. Errors: GitError when one is missing or damaged, or together they weigh too much. */
export async function outgoing(repository: Repository, { wanted, theirs, maxBytes }: Journey): Promise<readonly StoredObject[]> {
  const load = new Map<string, StoredObject>();
  let left = maxBytes;
  const add = async (oid: string): Promise<boolean> => {
    if (load.has(oid)) return false;
    const object = await readObject(repository, oid);
    left -= object.bytes.length;
    if (left < 0) throw new GitError(`cannot use these commits: what they bring holds more than ${maxBytes} bytes`);
    load.set(oid, object);
    return true;
  };
  const there = new Set(theirs);
  const tips: string[] = [];
  for (const oid of wanted.filter((one) => !there.has(one))) tips.push(await untagged(repository, oid, add));
  for (const commit of await missingCommits(repository, tips, theirs)) {
    await add(commit.oid);
    const parents = await Promise.all(commit.parents.map((parent) => treeOf(repository, parent)));
    await addTree(repository, { oid: commit.tree, beside: parents.filter((parent) => parent !== null), add });
  }
  return [...load.values()];
}

/** Takes an object along; false when it was taken already. */
type Add = (oid: string) => Promise<boolean>;

/** Follow a tag to the commit it is on, taking the tag along. */
async function untagged(repository: Repository, oid: string, add: Add): Promise<string> {
  const { type, bytes } = await readObject(repository, oid);
  if (type !== 'commit' && type !== 'tag') throw new GitError(`cannot use ${oid}: it is a ${type}, not a commit`);
  if (type === 'commit') return oid;
  await add(oid);
  const target = /^object ([0-9a-f]{40})$/m.exec(Buffer.from(bytes).toString('latin1', 0, 48))?.[1];
  if (target === undefined) throw new GitError(`cannot use ${oid}: it is a damaged tag`);
  return untagged(repository, target, add);
}

interface Seen {
  readonly commit: Commit;
  readonly there: boolean;
}

/** Commits that the other side lacks, the oldest first. */
async function missingCommits(repository: Repository, tips: readonly string[], theirs: readonly string[]): Promise<readonly Commit[]> {
  const seen = new Map<string, Seen>();
  const queue: Seen[] = [];
  let open = 0;
  const visit = async (oid: string, there: boolean): Promise<void> => {
    const before = seen.get(oid);
    const commit = before?.commit ?? (there ? await commitAt(repository, oid) : await readCommit(repository, oid));
    if (commit === null || (before !== undefined && (before.there || !there))) return;
    const now = { commit, there };
    seen.set(oid, now);
    insert(queue, now);
    open += there ? 0 : 1;
  };
  for (const oid of theirs) await visit(oid, true);
  for (const oid of tips) await visit(oid, false);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    open -= next.there ? 0 : 1;
    if (seen.get(next.commit.oid) === next) for (const parent of next.commit.parents) await visit(parent, next.there);
    if (open === 0) break;
  }
  return [...seen.values()].filter(({ there }) => !there).map(({ commit }) => commit).toSorted((a, b) => a.revision.time - b.revision.time);
}

/** Keep the queue in order of time, the newest last, and of equal times what is there already, so that it stops the walk. */
function insert(queue: Seen[], seen: Seen): void {
  const { time } = seen.commit.revision;
  const isBefore = ({ commit, there }: Seen): boolean => commit.revision.time < time || (commit.revision.time === time && (seen.there || !there));
  const at = queue.findLastIndex(isBefore);
  queue.splice(at + 1, 0, seen);
}

interface Visit {
  readonly oid: string;
  /** The directories of the same place in the commits before. */
  readonly beside: readonly string[];
  readonly add: Add;
}

async function addTree(repository: Repository, { oid, beside: older, add }: Visit): Promise<void> {
  if (older.includes(oid) || !(await add(oid))) return;
  const before = (await Promise.all(older.map((tree) => readTree(repository, tree)))).flatMap((entries) => entries ?? []);
  const known = new Set(before.map((entry) => entry.oid));
  const entries = await readTree(repository, oid);
  if (entries === null) throw new GitError(`cannot use ${oid}: it is not a well formed tree`);
  for (const entry of entries) {
    if (known.has(entry.oid) || entry.mode === submodule) continue;
    const beside = before.filter((other) => isSamePlace(other, entry)).map((other) => other.oid);
    if (entry.mode === '40000') await addTree(repository, { oid: entry.oid, beside, add });
    else await add(entry.oid);
  }
}

function isSamePlace(a: TreeEntry, b: TreeEntry): boolean {
  return a.name === b.name && a.mode === b.mode;
}

async function treeOf(repository: Repository, commit: string): Promise<string | null> {
  return (await commitAt(repository, commit))?.tree ?? null;
}

/** A commit, or null when it is not here or no commit at all. */
async function commitAt(repository: Repository, oid: string): Promise<Commit | null> {
  try {
    return await readCommit(repository, oid);
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
