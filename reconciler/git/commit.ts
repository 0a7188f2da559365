/**
 * Writes commits straight into a repository, without a working tree or an index: blobs, the trees above them, a commit, and at last the
 * branch that names it. What a co-op's repository is started with, and what the demonstration plays its members' changes with.
 * Source: gitformat-pack(5) for the objects, git-commit-tree(1) for what a commit says.
 */
import fs from 'node:fs';
import type { Entry } from '../model/authority.ts';
import { codeOf, GitError } from './error.ts';
import { isAncestor } from './history.ts';
import { library } from './library.ts';
import { makeBare } from './bare.ts';
import { writeLoose, writeOwnTree } from './loose.ts';
import { branchTip, isRefName, openRepository } from './repository.ts';
import { readCommit, type Repository } from './store.ts';
import { putInTree } from './tree.ts';

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
  await makeBare(directory, branch);
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
  const put = { repository, write: (bytes: Uint8Array) => write(repository, 'tree', bytes), keeps: false };
  const tree = await putInTree(put, base, await writeBlobs(repository, contribution.files));
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

/**
 * Write a tree that is another one but for some entries, without reading any file. A file and a directory give way to each other only
 * where the entries say that what was there goes: what they leave in place stays, and what would take its place is left out.
 * Shape: the id of the tree, which may be empty; `base` null: there was nothing before. Paths are octets, one character each.
 * Errors: GitError when an object is missing or cannot be written.
 */
export async function writeTreeWith(repository: Repository, base: string | null, entries: ReadonlyMap<string, Entry | null>): Promise<string> {
  const put = { repository, write: (bytes: Uint8Array) => writeOwnTree(repository.gitdir, bytes), keeps: true };
  return putInTree(put, base, entries);
}

async function writeBlobs(repository: Repository, files: Contribution['files']): Promise<ReadonlyMap<string, Entry | null>> {
  const entries = new Map<string, Entry | null>();
  for (const [path, content] of files) {
    const leads = path.split('/').some((part) => ['', '.', '..', '.git'].includes(part));
    if (leads) throw new GitError(`cannot commit ${JSON.stringify(path)}: it is not a path inside a repository`);
    const entry = content === null ? null : { mode: '100644', oid: await write(repository, 'blob', Buffer.from(content)) };
    entries.set(Buffer.from(path).toString('latin1'), entry);
  }
  return entries;
}

function commitText({ author, message, time }: Contribution, tree: string, parent: string | null): string {
  const person = `${author.name} <${author.mail}> ${time} +0000`;
  const parents = parent === null ? '' : `parent ${parent}\n`;
  return `tree ${tree}\n${parents}author ${person}\ncommitter ${person}\n\n${message.trimEnd()}\n`;
}

async function write(repository: Repository, type: 'blob' | 'tree' | 'commit', object: Uint8Array): Promise<string> {
  return writeLoose(repository.gitdir, { type, bytes: object });
}

async function moveBranch(repository: Repository, branch: string, oid: string): Promise<void> {
  await (await library()).writeRef({ fs, gitdir: repository.gitdir, ref: `refs/heads/${branch}`, value: oid, force: true });
}

async function existing(repository: Repository, branch: string): Promise<string | null> {
  try {
    return await (await library()).resolveRef({ fs, gitdir: repository.gitdir, ref: `refs/heads/${branch}` });
  } catch (error) {
    if (codeOf(error) === 'NotFoundError') return null;
    throw error;
  }
}
