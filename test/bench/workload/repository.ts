/** A co-op as a git repository, written in one go by git-fast-import(1): 50,000 members take it seconds, where files and `git add` take minutes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Documents } from './coop.ts';

/** What a commit puts (a text) and takes away (null). */
export type Changes = ReadonlyMap<string, string | null>;

/** One commit to be made on a branch; on top of what the branch or `from` says, or the first one. */
export interface Commit {
  readonly branch: string;
  readonly from?: string;
  readonly changes: Changes;
  readonly message: string;
}

/** Commits of a bench have no times of their own: the same work is to have the same names. */
const START = 1_780_300_800;

/** Make a bare repository whose main has one commit with all documents. */
export function foundRepository(gitdir: string, documents: Documents): void {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', gitdir]);
  commitTo(gitdir, { branch: 'main', changes: documents, message: 'the co-op' });
}

/** Make one commit. Shape: its id. */
export function commitTo(gitdir: string, { branch, from, changes, message }: Commit): string {
  const parent = from ?? (hasBranch(gitdir, branch) ? branch : null);
  const seconds = parent === null ? START : START + countOf(gitdir, parent);
  const by = `Boss <boss@elsewhere.example> ${seconds} +0000`;
  const head = `commit refs/heads/${branch}\nauthor ${by}\ncommitter ${by}\ndata ${Buffer.byteLength(message)}\n${message}\n${parent === null ? '' : `from refs/heads/${parent}^0\n`}`;
  const lines = [...changes].map(([path, text]) => (text === null ? `D ${path}\n` : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`));
  execFileSync('git', ['-C', gitdir, 'fast-import', '--quiet', '--force'], { input: Buffer.from([head, ...lines, '\n'].join('')), stdio: ['pipe', 'ignore', 'inherit'] });
  return execFileSync('git', ['-C', gitdir, 'rev-parse', branch], { encoding: 'utf8' }).trim();
}

/** Write documents as files. Shape: their paths. */
export function writeFiles(directory: string, documents: Documents): readonly string[] {
  return [...documents].map(([path, text]) => {
    const whole = join(directory, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
    return whole;
  });
}

function hasBranch(gitdir: string, branch: string): boolean {
  return execFileSync('git', ['-C', gitdir, 'for-each-ref', `refs/heads/${branch}`], { encoding: 'utf8' }) !== '';
}

function countOf(gitdir: string, revision: string): number {
  return Number(execFileSync('git', ['-C', gitdir, 'rev-list', '--count', revision], { encoding: 'utf8' }));
}
