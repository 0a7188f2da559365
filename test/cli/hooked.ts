/** A repository with croft's hooks, and clones of it in which members commit what they sign: both anew before each test of a file that asks for it (`withHooks`). */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { build, isStale } from '../../scripts/build.mjs';
import { at, found, type Coop } from '../unit/trust/coop.ts';
import { keyOf } from '../unit/trust/keys.ts';

export const root = join(import.meta.dirname, '../..');
export const room = mkdtempSync(join(tmpdir(), 'croft-hooks-'));
export const gitdir = join(room, 'coop.git');
export const blog = 'members/ada/vhosts/blog.ada.example.yaml';
export const readme = 'members/ada/README.md';
export let coop: Coop;

/** What a command said, and whether it worked. */
export interface Said {
  readonly status: number | null;
  readonly text: string;
}

/** The environment of somebody with croft on her path, and of git's hooks below her. */
export const env = {
  PATH: `${join(room, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: room, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Somebody', GIT_AUTHOR_EMAIL: 'somebody@elsewhere.example', GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_NAME: 'Somebody', GIT_COMMITTER_EMAIL: 'somebody@elsewhere.example', GIT_COMMITTER_DATE: '1700000000 +0000',
};

export function git(directory: string, args: readonly string[], more: { readonly [name: string]: string } = {}): Said {
  const { status, stdout, stderr } = spawnSync('git', ['-C', directory, ...args], { env: { ...env, ...more }, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}`.trim() };
}

export function ok(directory: string, args: readonly string[]): string {
  const { status, text } = git(directory, args);
  expect(status, text).toBe(0);
  return text;
}

/** Make all that before the tests of a file, and let it be gone after them. Files may put things there as soon as they are read. */
export function withHooks(): void {
  // Another file that had the room before took it away.
  mkdirSync(room, { recursive: true });
  beforeAll(prepare);
  beforeEach(anew);
  afterAll(() => rmSync(room, { recursive: true }));
}

async function prepare(): Promise<void> {
  if (isStale()) await build();
  mkdirSync(join(room, 'bin'), { recursive: true });
  writeFileSync(join(room, 'bin/croft'), `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist/croft.cjs')}" "$@"\n`, { mode: 0o755 });
  for (const name of ['ada', 'bob', 'carol', 'dana', 'judy']) {
    writeFileSync(join(room, `${name}.key`), keyOf(name).pem, { mode: 0o600 });
    chmodSync(join(room, `${name}.key`), 0o600);
  }
}

function anew(): void {
  rmSync(gitdir, { recursive: true, force: true });
  mkdirSync(join(gitdir, 'hooks'), { recursive: true });
  coop = found((files) => files.set(at('hosts/one.yaml'), `${files.get(at('hosts/one.yaml')) ?? ''}key: ${keyOf('one').line}\n`), gitdir);
  ok(gitdir, ['update-ref', 'refs/heads/main', coop.first]);
  for (const name of ['pre-receive', 'post-receive']) symlinkSync(join(root, 'hooks', name), join(gitdir, 'hooks', name));
}

/** Clone the co-op for somebody, who signs what she commits. */
export function clone(who: string): string {
  const work = mkdtempSync(join(room, `${who}-`));
  ok(room, ['clone', '-q', gitdir, work]);
  for (const [name, value] of [['gpg.format', 'ssh'], ['user.signingkey', join(room, `${who}.key`)], ['commit.gpgsign', 'true']] as const) ok(work, ['config', name, value]);
  return work;
}

export function write(work: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, at(path))), { recursive: true });
    writeFileSync(join(work, at(path)), text);
  }
  ok(work, ['add', '-A']);
}

export function commit(work: string, files: { readonly [path: string]: string }, ...options: readonly string[]): void {
  write(work, files);
  ok(work, ['commit', '-q', '-m', 'a change', ...options]);
}

export function tip(ref = 'refs/heads/main'): string {
  return git(gitdir, ['rev-parse', ref]).text;
}
