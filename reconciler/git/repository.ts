/**
 * A git repository, seen only as a store of objects and a few names for commits. croft never looks at its working tree, its index,
 * its hooks or its remotes, and reads of its config only which hash it uses: what a commit says is decided by its id alone.
 * A linked worktree's `.git` is a file that points to its own directory, where HEAD is; everything else is found through the
 * `commondir` file there. Source: gitrepository-layout(5).
 */
import fs from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { because, codeOf, GitError } from './error.ts';
import { library } from './library.ts';
import { ownTrees } from './loose.ts';
import { isOid } from './objects.ts';
import { copyCache, emptyCache, readCommit, readObject, type Repository } from './store.ts';

/** Open a repository by its own path, its `.git`, or a worktree of it. Errors: GitError when there is none, or it uses SHA-256. */
export async function openRepository(path: string): Promise<Repository> {
  const headdir = await findGitdir(path);
  const common = await readText(join(headdir, 'commondir'));
  const gitdir = common === null ? headdir : resolve(headdir, common.trim());
  const config = await readText(join(gitdir, 'config'));
  const sha256 = /^\s*objectformat\s*=\s*sha256\b/im.test(config ?? '');
  if (sha256) throw new GitError(`cannot use ${path}: it names objects by SHA-256, and croft reads SHA-1 repositories only`);
  return { gitdir, headdir, stores: [join(gitdir, 'objects'), ownTrees(gitdir)], shallow: await shallowCommits(gitdir), cache: emptyCache() };
}

/**
 * See a repository as it would be with the objects that a push brought, while a hook still judges them. What is read of them is not
 * remembered for the repository itself. Source: git-receive-pack(1), Quarantine environment.
 */
export function withQuarantine(repository: Repository, objectsDirectory: string): Repository {
  return { ...repository, stores: [resolve(objectsDirectory), ...repository.stores], cache: copyCache(repository.cache) };
}

/**
 * Look for the commit that HEAD, a branch, a tag or an object id (at least 7 digits of it) names, or the one that is so many first parents
 * before it: `main~2`, `HEAD^`. Errors: GitError when nothing does. Source: gitrevisions(7), of which that is all.
 */
export async function resolveRevision(repository: Repository, name: string): Promise<string> {
  const [, start, steps = ''] = /^([^~^]+)((?:~\d{0,6}|\^1?)+)$/.exec(name) ?? [];
  if (start !== undefined) return before(repository, { name, start: await resolveRevision(repository, start), steps: countOf(steps) });
  const oid = isOid(name) ? name : await lookUp(repository, name);
  const { type, bytes } = await readObject(repository, oid);
  const target = type === 'tag' ? Buffer.from(bytes).toString('latin1', 'object '.length, 'object '.length + 40) : null;
  return target === null ? (await readCommit(repository, oid)).oid : resolveRevision(repository, target);
}

/** Shape: `~2^` is 3. */
function countOf(steps: string): number {
  return [...steps.matchAll(/[~^](\d*)/g)].reduce((count, [, digits = '']) => count + (digits === '' ? 1 : Number(digits)), 0);
}

async function before(repository: Repository, { name, start, steps }: { readonly name: string; readonly start: string; readonly steps: number }): Promise<string> {
  let oid: string | undefined = start;
  for (let step = 0; step < steps && oid !== undefined; step += 1) oid = (await readCommit(repository, oid)).parents[0];
  if (oid === undefined) throw new GitError(`cannot find ${JSON.stringify(name)} in ${repository.gitdir}: the history that is here does not reach back so far`);
  return oid;
}

/** Look for the commit a branch is at, without reading it. Errors: GitError when there is no such branch. */
export async function branchTip(repository: Repository, branch: string): Promise<string> {
  const oid = isRefName(branch) ? await refOid(repository, `refs/heads/${branch}`) : null;
  if (oid === null) throw new GitError(`cannot find the branch ${JSON.stringify(branch)} in ${repository.gitdir}`);
  return oid;
}

/** Read a small text file; null when there is none. Errors: GitError when there is one that cannot be read. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw new GitError(`cannot read ${path}: ${because(error)}`);
  }
}

/** Tell whether a text may be a ref's name and can never lead out of the repository. Source: git-check-ref-format(1), kept narrower. */
export function isRefName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_@+#=,./-]*$/.test(name) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|@\{|[/.]$/.test(name);
}

async function shallowCommits(gitdir: string): Promise<ReadonlySet<string>> {
  return new Set((await readText(join(gitdir, 'shallow')))?.split('\n').filter(isOid));
}

async function findGitdir(path: string): Promise<string> {
  for (const candidate of [path, join(path, '.git')]) {
    const pointer = await gitFile(candidate);
    if (pointer !== null && (await isGitdir(pointer))) return pointer;
    if (await isGitdir(candidate)) return resolve(candidate);
  }
  throw new GitError(`cannot find a git repository at ${path}`);
}

/** What a `.git` file points to: a worktree's or a submodule's real directory. */
async function gitFile(path: string): Promise<string | null> {
  if (!(await isA(path, 'file'))) return null;
  const target = /^gitdir: (.+)$/m.exec((await readText(path)) ?? '')?.[1];
  return target === undefined ? null : resolve(dirname(path), target);
}

async function isGitdir(path: string): Promise<boolean> {
  const head = await isA(join(path, 'HEAD'), 'file');
  return head && ((await isA(join(path, 'objects'), 'directory')) || (await isA(join(path, 'commondir'), 'file')));
}

async function isA(path: string, type: 'file' | 'directory'): Promise<boolean> {
  try {
    const found = await stat(path);
    return type === 'file' ? found.isFile() : found.isDirectory();
  } catch {
    return false;
  }
}

async function lookUp(repository: Repository, name: string): Promise<string> {
  if (!isRefName(name)) throw new GitError(`cannot look for ${JSON.stringify(name)} in ${repository.gitdir}: no branch, tag or commit can have that name${/[~^@:]/.test(name) ? '; of what git understands croft knows NAME~2 and NAME^ only – try "$(git rev-parse NAME)"' : ''}`);
  const head = name === 'HEAD' ? ((await readText(join(repository.headdir, 'HEAD'))) ?? '').trim() : name;
  const ref = head.replace(/^ref: /, '');
  // git itself takes a tag before a branch; but whoever may push may push a tag of any name, and the branch is what was judged.
  const oid = isOid(head) ? head : ((await refOid(repository, `refs/heads/${ref}`)) ?? (await refOid(repository, ref)) ?? (await longOid(repository, name)));
  if (oid === null) throw new GitError(`cannot find ${JSON.stringify(name)} in ${repository.gitdir}: there is no such branch, tag or commit`);
  return oid;
}

async function refOid(repository: Repository, ref: string): Promise<string | null> {
  try {
    return (await plainOid(repository.gitdir, ref)) ?? await (await library()).resolveRef({ fs, gitdir: repository.gitdir, ref });
  } catch (error) {
    if (codeOf(error) === 'NotFoundError') return null;
    throw new GitError(`cannot read ${ref} of ${repository.gitdir}: ${because(error)}`);
  }
}

/** Read a ref that names its object itself, as nearly all do; null for any other, which the library knows how to follow. */
async function plainOid(gitdir: string, ref: string): Promise<string | null> {
  const loose = await readFile(join(gitdir, ref), 'utf8').catch(() => null);
  if (loose !== null) return isOid(loose.trim()) ? loose.trim() : null;
  const packed = ((await readText(join(gitdir, 'packed-refs'))) ?? '').split('\n').find((line) => line.slice(40) === ` ${ref}`)?.slice(0, 40) ?? '';
  return isOid(packed) ? packed : null;
}

async function longOid(repository: Repository, short: string): Promise<string | null> {
  if (!/^[0-9a-f]{7,39}$/.test(short)) return null;
  try {
    return await (await library()).expandOid({ fs, gitdir: repository.gitdir, oid: short, cache: {} });
  } catch (error) {
    if (codeOf(error) === 'NotFoundError') return null;
    throw new GitError(`cannot tell which commit of ${repository.gitdir} ${short} is: ${because(error)}`);
  }
}
