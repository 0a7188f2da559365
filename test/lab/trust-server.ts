/** The co-op's own git server on the host main: set up by the very commands of docs/git-server.md, and looked into as its root can. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { hosts, must, timerRun } from './coop.ts';
import { exec, type Host, type Result } from './lab.ts';
import { gitdir, push, type Client } from './trust-clients.ts';

const manual = readFileSync(new URL('../../docs/git-server.md', import.meta.url), 'utf8');

/** The commands of the manual for one place, in their order: those of the fenced blocks that begin with `sh` and its name. */
export function blocks(place: 'main' | 'hosts' | 'clone'): readonly string[] {
  const found = [...manual.matchAll(/^```sh (\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, where, text = '']) => (where === place ? [text] : []));
  if (found.length === 0) throw new Error(`docs/git-server.md has no commands for ${place}`);
  return found;
}

/** Run a script as root on a host, ending with the first command that fails. */
export function script(host: Host, text: string): Promise<Result> {
  return must(exec(host, ['env', 'DEBIAN_FRONTEND=noninteractive', 'bash', '--norc', '-euo', 'pipefail', '-c', text]));
}

/** Run git on the server's repository, past its hooks. */
export async function onServer(...words: readonly string[]): Promise<string> {
  return (await must(exec('main', ['runuser', '-u', 'git', '--', 'git', '-C', gitdir, ...words]))).stdout.trim();
}

/** Where the server's branch is. */
export function tip(): Promise<string> {
  return onServer('rev-parse', 'refs/heads/main');
}

/** Move the branch behind the hook to what a client has, as whoever has root on the server could, and tell the hosts. */
export async function force(from: Client): Promise<void> {
  await must(push(from, 'smuggled'));
  await onServer('update-ref', 'refs/heads/main', 'refs/heads/smuggled');
  await onServer('update-ref', '-d', 'refs/heads/smuggled');
  await tellAll();
}

/** Tell every host to look for news: a push is told to those on which it changes something. */
export async function tellAll(): Promise<void> {
  await must(exec('main', ['runuser', '-u', 'git', '--', 'croft', 'kick', '--repo', gitdir, '--key', `${gitdir}/kick.key`]));
}

/** Have every host at a commit, and expect them to agree. Shape: who is held, and by which rules. */
export async function held(revision: string): Promise<readonly string[]> {
  await tellAll();
  const reports = await Promise.all(hosts.map((host) => timerRun(host, { revision }, 150)));
  const each = reports.map(({ holds }) => holds.map(({ owner, problems }) => `${owner} ${[...new Set(problems.map(({ code }) => code))].join(' ')}`));
  for (const other of each) expect(other).toEqual(each[0]);
  return each[0] ?? [];
}

/** What `croft status` knows. Shape: schemas/output/status.schema.json. */
export interface Status {
  readonly commit: string;
  readonly needsPerson: boolean;
  readonly alarms: readonly string[];
  readonly hosts: readonly { readonly host: string; readonly state: string; readonly behind: number | null; readonly report: { readonly commit: string; readonly holds: readonly { readonly owner: string }[] } | null }[];
}

/** What `croft status` says on a host, of the repository behind ssh. */
export async function status(host: Host = 'main'): Promise<Status> {
  return JSON.parse((await exec(host, ['croft', 'status', '--format', 'json'])).stdout) as Status;
}
