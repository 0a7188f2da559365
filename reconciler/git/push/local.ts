/**
 * Changes the refs of a repository in a directory of this host, as git-receive-pack(1) would: the objects first, then each ref under its
 * lock file, if it still is where the change says. No program is run, and so no hook: a repository that has hooks to judge or follow
 * changes, and one in which somebody works on the branch, is to be pushed to by the way that runs them. Source: gitrepository-layout(5),
 * githooks(5).
 */
import fs, { constants } from 'node:fs';
import { access, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { because, codeOf, GitError } from '../error.ts';
import { outgoing, type Journey } from './outgoing.ts';
import { packFile } from '../packwriter.ts';
import { objectionTo } from './receivepack.ts';
import { library } from '../library.ts';
import { localRefs } from '../localrefs.ts';
import { readText } from '../repository.ts';
import type { Repository } from '../store.ts';
import type { Pushed, Result, Update } from '../transport.ts';

const judges: readonly string[] = ['pre-receive', 'update', 'proc-receive', 'reference-transaction', 'post-receive', 'post-update'];

interface Offered {
  readonly updates: readonly Update[];
  readonly maxBytes: number;
}

/** Change refs of the repository `there`, with objects out of `here`. Errors: GitError when it has hooks, or cannot be written. */
export async function pushInto(there: Repository, here: Repository, { updates, maxBytes }: Offered): Promise<Pushed> {
  await assertOwn(there);
  await assertUnjudged(there);
  const refs = await localRefs(there.gitdir);
  const checkedOut = await workedOn(there);
  const results: Result[] = [];
  for (const update of updates) {
    const objection = await objectionTo(update, here, refs.get(update.ref) ?? null);
    results.push({ ref: update.ref, refused: update.ref === checkedOut ? 'somebody works on it there: it is checked out' : objection });
  }
  const wanted = updates.filter((_, n) => results[n]?.refused === null);
  const oids = wanted.map((update) => update.new).filter((oid) => oid !== null);
  await bringObjects(there, here, { wanted: oids, theirs: [...new Set(refs.values())], maxBytes });
  for (const update of wanted) results[updates.indexOf(update)] = { ref: update.ref, refused: await move(there, update) };
  return { results, said: [] };
}

async function bringObjects(there: Repository, here: Repository, journey: Journey): Promise<void> {
  const objects = await outgoing(here, journey);
  if (objects.length > 0) await writing(there, async () => (await import('../storepack.ts')).storePack({ into: there.gitdir }, packFile(objects)));
}

/** What root wrote there its owner could not change, and where its owner can write links root does not write. */
async function assertOwn({ gitdir }: Repository): Promise<void> {
  const { uid } = await stat(join(gitdir, 'objects'));
  if (uid !== process.getuid?.()) throw new GitError(`cannot push to ${gitdir}: it belongs to another user; push over ssh`);
}

async function assertUnjudged({ gitdir }: Repository): Promise<void> {
  const elsewhere = /^\s*hookspath\s*=/im.test((await readText(join(gitdir, 'config'))) ?? '');
  if (elsewhere) throw new GitError(`cannot push to ${gitdir}: its config names hooks, which a push to a path would not run; push over ssh`);
  for (const hook of judges) {
    const present = await isExecutable(join(gitdir, 'hooks', hook));
    if (present) throw new GitError(`cannot push to ${gitdir}: a push to a path would not run its hook ${hook}; push over ssh`);
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The branch that is checked out beside the repository; null for a bare one. */
async function workedOn({ gitdir }: Repository): Promise<string | null> {
  const bare = /^\s*bare\s*=\s*true\s*$/im.test((await readText(join(gitdir, 'config'))) ?? '');
  const head = /^ref: (\S+)/.exec((await readText(join(gitdir, 'HEAD'))) ?? '');
  return bare ? null : (head?.[1] ?? null);
}

/** Move one ref, or say why not. */
async function move(there: Repository, { ref, old, new: next }: Update): Promise<string | null> {
  const path = join(there.gitdir, ref);
  const lock = `${path}.lock`;
  return writing(there, async () => {
    const refs = await localRefs(there.gitdir);
    const crossed = [...refs.keys()].find((other) => next !== null && (other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`)));
    if (crossed !== undefined) return `${crossed} is there, and one of them would be a directory of the other`;
    await mkdir(dirname(path), { recursive: true });
    const file = await open(lock, 'wx').catch((error: unknown) => {
      if (codeOf(error) === 'EEXIST') return null;
      throw error;
    });
    if (file === null) return 'somebody else is changing it just now';
    try {
      await file.writeFile(`${next ?? ''}\n`).then(() => file.sync()).finally(() => file.close());
      const found = (await localRefs(there.gitdir)).get(ref) ?? null;
      if (found !== old) return `it has moved to ${found ?? 'nowhere'} meanwhile; fetch first`;
      if (next === null) await (await library()).deleteRef({ fs, gitdir: there.gitdir, ref });
      else await replace(lock, path);
      return null;
    } finally {
      await rm(lock, { force: true });
    }
  });
}

/** Move a file over another one, or over the empty directory that refs which went have left. */
async function replace(from: string, to: string): Promise<void> {
  await rmdir(to).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
  });
  await rename(from, to);
}

async function writing<Value>({ gitdir }: Repository, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof GitError ? error : new GitError(`cannot write to ${gitdir}: ${because(error)}`);
  }
}
