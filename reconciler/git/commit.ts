/**
 * Writes commits straight into a repository, without a working tree or an index: blobs, the trees above them, a commit, and at last the
 * branch that names it. What a co-op's repository is started with, and what the demonstration plays its members' changes with.
 * Source: gitformat-pack(5) for the objects, git-commit-tree(1) for what a commit says.
 */
import fs from 'node:fs';
import { init, resolveRef, writeObject, writeRef } from 'isomorphic-git';
import { codeOf, GitError } from './error.ts';
import { isAncestor } from './history.ts';
import type { TreeEntry } from './objects.ts';
import { branchTip, isRefName, openRepository } from './repository.ts';
import { readCommit, readTree, type Repository } from './store.ts';

/** What one commit changes, by whom and when. */
export interface Contribution {
  readonly branch: string;
  /** The branch to start from when `branch` is not there yet; without it a new branch has no parent. */
  readonly from?: string;
  /** New contents by path; null takes a file away. */
  readonly files: ReadonlyMap<string, string | Uint8Array | null>;
  readonly author: { readonly name: string; readonly mail: string };
  readonly message: string;
  /** Unix seconds. */
  readonly time: number;
}

/** Make an empty bare repository, or open the one that is there. */
export async function createRepository(directory: string, branch = 'main'): Promise<Repository> {
  await init({ fs, dir: directory, gitdir: directory, bare: true, defaultBranch: branch });
  return openRepository(directory);
}

/** Commit files onto a branch and move the branch there. Errors: GitError when a name cannot stand in a commit. Shape: the commit's id. */
export async function commitFiles(repository: Repository, contribution: Contribution): Promise<string> {
  const { branch, from, author } = contribution;
  if (!isRefName(branch)) throw new GitError(`cannot commit to ${JSON.stringify(branch)}: no branch can have that name`);
  const unfit = /[<>\n\0]/.test(author.name + author.mail);
  if (unfit) throw new GitError(`cannot commit as ${JSON.stringify(author.name)}: a name or address holds <, > or a newline`);
  const parent = (await existing(repository, branch)) ?? (from === undefined ? null : await branchTip(repository, from));
  const base = parent === null ? null : (await readCommit(repository, parent)).tree;
  const tree = (await writeTree(repository, base, byPath(contribution.files))) ?? (await write(repository, 'tree', Buffer.alloc(0)));
  const oid = await write(repository, 'commit', Buffer.from(commitText(contribution, tree, parent)));
  await moveBranch(repository, branch, oid);
  return oid;
}

/** Move a branch forward to a commit that descends from it. Errors: GitError when it does not. */
export async function fastForward(repository: Repository, branch: string, oid: string): Promise<void> {
  const tip = await branchTip(repository, branch);
  if (!(await isAncestor(repository, tip, oid))) throw new GitError(`cannot move ${branch} to ${oid}: it does not descend from ${tip}`);
  await moveBranch(repository, branch, oid);
}

type Change = { readonly path: readonly string[]; readonly content: string | Uint8Array | null };

function byPath(files: Contribution['files']): readonly Change[] {
  return [...files].map(([path, content]) => {
    const parts = path.split('/');
    const leads = parts.some((part) => ['', '.', '..', '.git'].includes(part));
    if (leads) throw new GitError(`cannot commit ${JSON.stringify(path)}: it is not a path inside a repository`);
    return { path: parts, content };
  });
}

/** Write a tree that differs from another one by some changes; null when nothing is left in it. */
async function writeTree(repository: Repository, base: string | null, changes: readonly Change[]): Promise<string | null> {
  const entries = new Map(((base === null ? [] : await readTree(repository, base)) ?? []).map((entry) => [entry.name, entry]));
  for (const first of new Set(changes.map(({ path }) => path[0] ?? ''))) {
    const name = Buffer.from(first).toString('latin1');
    const inside = changes.filter(({ path }) => path[0] === first).map(({ path, content }) => ({ path: path.slice(1), content }));
    const entry = await writeEntry(repository, entries.get(name), inside);
    entries.delete(name);
    if (entry !== null) entries.set(name, { ...entry, name });
  }
  return entries.size === 0 ? null : write(repository, 'tree', treeBytes([...entries.values()]));
}

async function writeEntry(repository: Repository, old: TreeEntry | undefined, changes: readonly Change[]): Promise<Omit<TreeEntry, 'name'> | null> {
  const file = changes.find(({ path }) => path.length === 0);
  if (file !== undefined) return file.content === null ? null : { mode: '100644', oid: await write(repository, 'blob', Buffer.from(file.content)) };
  const oid = await writeTree(repository, old?.mode === '40000' ? old.oid : null, changes);
  return oid === null ? null : { mode: '40000', oid };
}

/** Git sorts a directory as if its name ended in a slash. */
function treeBytes(entries: readonly TreeEntry[]): Uint8Array {
  const key = ({ mode, name }: TreeEntry): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name, 'latin1');
  const sorted = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)));
  return Buffer.concat(sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]));
}

function commitText({ author, message, time }: Contribution, tree: string, parent: string | null): string {
  const person = `${author.name} <${author.mail}> ${time} +0000`;
  const parents = parent === null ? '' : `parent ${parent}\n`;
  return `tree ${tree}\n${parents}author ${person}\ncommitter ${person}\n\n${message.trimEnd()}\n`;
}

async function write(repository: Repository, type: 'blob' | 'tree' | 'commit', object: Uint8Array): Promise<string> {
  return writeObject({ fs, gitdir: repository.gitdir, type, object, format: 'content' });
}

async function moveBranch(repository: Repository, branch: string, oid: string): Promise<void> {
  await writeRef({ fs, gitdir: repository.gitdir, ref: `refs/heads/${branch}`, value: oid, force: true });
}

async function existing(repository: Repository, branch: string): Promise<string | null> {
  try {
    return await resolveRef({ fs, gitdir: repository.gitdir, ref: `refs/heads/${branch}` });
  } catch (error) {
    if (codeOf(error) === 'NotFoundError') return null;
    throw error;
  }
}
