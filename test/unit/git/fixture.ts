/** Repositories for the tests, made with the git program itself, so that croft is measured against git and not against its own idea of it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { snapshotOf } from '../../../reconciler/git/snapshot.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { afterEveryTest } from '../../tidy.ts';

const rooms: string[] = [];

afterEveryTest(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

/** Make a directory that is gone after the test. */
export function room(): string {
  const made = mkdtempSync(join(tmpdir(), 'croft-git-'));
  rooms.push(made);
  return made;
}

/** Run git in a directory and answer its output without the last newline. */
export function git(directory: string, args: readonly string[], input: string | Uint8Array = ''): string {
  return execFileSync('git', ['-C', directory, ...args], { input, env, stdio: ['pipe', 'pipe', 'pipe'] }).toString('utf8').replace(/\n$/, '');
}

const env = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@ada.example',
  GIT_AUTHOR_DATE: '1700000000 +0100',
  GIT_COMMITTER_NAME: 'Dana',
  GIT_COMMITTER_EMAIL: 'dana@fairmeadow.example',
  GIT_COMMITTER_DATE: '1700000100 +0100',
};

/** Make an empty bare repository. */
export function bare(): string {
  const directory = join(room(), 'coop.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', directory], { env });
  return directory;
}

export interface Entry {
  readonly mode?: string;
  readonly oid: string;
}

/** Write a blob and answer its id. */
export function blob(repository: string, content: string | Uint8Array): string {
  return git(repository, ['hash-object', '-w', '--stdin'], content);
}

/** Write a tree of any names, sorted or not, valid or not. */
export function tree(repository: string, entries: readonly (readonly [name: string | Uint8Array, mode: string, oid: string])[]): string {
  const bytes = Buffer.concat(entries.flatMap(([name, mode, oid]) => [Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(oid, 'hex')]));
  return git(repository, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], bytes);
}

/** Write trees for files by path; nested as git does it. */
export function treeOf(repository: string, files: { readonly [path: string]: string }): string {
  const index = join(repository, 'fixture-index');
  rmSync(index, { force: true });
  const lines = Object.entries(files).map(([path, content]) => `100644 ${blob(repository, content)}\t${path}\0`);
  execFileSync('git', ['-C', repository, 'update-index', '-z', '--index-info'], { input: lines.join(''), env: { ...env, GIT_INDEX_FILE: index } });
  return execFileSync('git', ['-C', repository, 'write-tree'], { env: { ...env, GIT_INDEX_FILE: index } }).toString().trim();
}

/** Commit a tree, with parents, and move a branch there. */
export function commit(repository: string, treeOid: string, how: { readonly parents?: readonly string[]; readonly branch?: string; readonly message?: string } = {}): string {
  const { parents = [], branch = 'main', message = 'a commit' } = how;
  const oid = git(repository, ['commit-tree', treeOid, ...parents.flatMap((parent) => ['-p', parent]), '-m', message]);
  git(repository, ['update-ref', `refs/heads/${branch}`, oid]);
  return oid;
}

/** Commit files by path on top of a parent. */
export function commitOf(repository: string, files: { readonly [path: string]: string }, ...parents: readonly string[]): string {
  return commit(repository, treeOf(repository, files), { parents });
}

/** Read a commit of a repository that was just opened, as croft does. */
export async function snapshot(repository: string, oid: string): Promise<Snapshot> {
  return snapshotOf(await openRepository(repository), oid);
}
