import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commitFiles, createRepository } from '../../reconciler/git/commit.ts';
import { base } from '../scenarios/story.ts';
import { build, isStale } from '../../scripts/build.mjs';

const root = join(import.meta.dirname, '../..');

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A small co-op in a bare repository, and an empty directory for a host. */
export interface Stage {
  readonly directory: string;
  readonly repository: string;
  readonly where: readonly string[];
  commit(files: { readonly [path: string]: string | null }, message?: string): Promise<string>;
}

/** Set the stage for one test file. */
export async function stage(host = 'one'): Promise<Stage> {
  if (isStale()) await build();
  const directory = mkdtempSync(join(tmpdir(), 'croft-cli-'));
  const path = join(directory, 'coop.git');
  const repository = await createRepository(path);
  const author = { name: 'Dana', mail: 'dana@elsewhere.example' };
  let time = 1_700_000_000;
  const commit: Stage['commit'] = (files, message = 'change') => {
    const changes = new Map(Object.entries(files).map(([name, text]) => [`desired-state/${name}`, text] as const));
    return commitFiles(repository, { branch: 'main', files: changes, author, message, time: (time += 60) });
  };
  await commitFiles(repository, { branch: 'main', files: base(), author, message: 'found the co-op', time });
  mkdirSync(join(directory, host, 'etc/croft'), { recursive: true });
  writeFileSync(join(directory, host, 'etc/croft/cluster.key'), `${'k'.repeat(64)}\n`, { mode: 0o600 });
  return { directory, repository: path, where: ['--repo', path, '--host', host, '--root', join(directory, host)], commit };
}

/** What a person types or pipes into croft, and whose home it is; else nothing and one's own. */
export interface Hers {
  readonly input?: string;
  readonly home?: string;
  /** What else her environment says. */
  readonly env?: { readonly [name: string]: string };
}

/** Run croft as a person would. */
export function croft(words: readonly string[], cwd = root, { input, home, env }: Hers = {}): Said {
  const hers = { ...(input === undefined ? {} : { input }), env: { ...process.env, ...(home === undefined ? {} : { HOME: home }), ...env } };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/croft.cjs'), ...words], { cwd, encoding: 'utf8', maxBuffer: 64 << 20, ...hers });
  return { status, stdout, stderr };
}

/** Let this very process be at work on the host in a directory. Shape: its lock. */
export function workOn(host: string): string {
  const lock = join(host, 'run/croft/lock');
  mkdirSync(dirname(lock), { recursive: true });
  const started = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  writeFileSync(lock, JSON.stringify({ pid: process.pid, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), started }));
  return lock;
}

/** Put the small co-op into a directory without git. */
export function files(directory: string): void {
  cpSync(join(root, 'test/scenarios/base'), join(directory, 'desired-state'), { recursive: true });
}
