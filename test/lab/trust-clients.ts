/** People at the tester's place with a clone, a key and a git of their own, as on their laptops. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { keyOf, must, type Coop } from './coop.ts';
import { addresses, net, type Result } from './lab.ts';

/** Where the co-op's own git server has its repository. */
export const gitdir = '/srv/git/coop.git';
export const serverUrl = `git@${addresses.main.ipv4}:${gitdir}`;

export interface Client {
  readonly who: string;
  readonly home: string;
  readonly clone: string;
}

/** How a commit is signed: by whom it says it is from, unless by another key, or not at all. */
export interface Signing {
  readonly key?: string | null;
  readonly approves?: string;
}

/** Where a member's home is at the tester's place. */
export function homeOf({ keys }: Coop, who: string): string {
  return join(dirname(keys), 'homes', who);
}

/** Give a member a home with her key, as ssh wants it. Shape: her client, whose clone is not there yet. */
export function client(coop: Coop, who: string): Client {
  const home = homeOf(coop, who);
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  for (const [from, to] of [[keyOf(coop, who), 'id_ed25519'], [`${keyOf(coop, who)}.pub`, 'id_ed25519.pub']] as const) {
    if (!existsSync(join(home, '.ssh', to))) copyFileSync(from, join(home, '.ssh', to));
  }
  return { who, home, clone: join(home, 'coop') };
}

/** Make a key of its own, e.g. a forge's. Shape: the path of the private one. */
export function newKey(coop: Coop, name: string): string {
  const path = join(coop.keys, name);
  if (!existsSync(path)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@lab`, '-f', path]);
  return path;
}

/** Read a public key's line. */
export function publicLine(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8').trim();
}

/** What surrounds a client's git: her own home, her key for ssh, and only those servers that she knows. ssh asks no environment for its home. */
export function environment({ home }: Pick<Client, 'home'>): readonly string[] {
  const options = ['IdentitiesOnly=yes', 'IdentityAgent=none', 'BatchMode=yes', 'LogLevel=ERROR', `UserKnownHostsFile=${home}/.ssh/known_hosts`, 'StrictHostKeyChecking=yes'];
  return [`HOME=${home}`, 'GIT_CONFIG_NOSYSTEM=1', `GIT_SSH_COMMAND=ssh -F none -i ${home}/.ssh/id_ed25519 ${options.map((option) => `-o ${option}`).join(' ')}`];
}

/** Run a command for a client in her clone at the tester's place on the network. */
export function run(who: Client, words: readonly string[], input?: string): Promise<Result> {
  return net(['env', '-C', who.clone, ...environment(who), ...words], input === undefined ? {} : { input });
}

/** Run git for a client without the network. Errors: whatever git says. */
export function git(who: Client, ...words: readonly string[]): string {
  return execFileSync('env', [...environment(who), 'git', '-C', who.clone, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Clone the co-op's repository over ssh, and sign from now on. */
export async function clone(who: Client): Promise<void> {
  rmSync(who.clone, { recursive: true, force: true });
  await must(net(['env', ...environment(who), 'git', 'clone', '-q', serverUrl, who.clone]));
  for (const [key, value] of [['gpg.format', 'ssh'], ['user.signingkey', '~/.ssh/id_ed25519.pub'], ['commit.gpgsign', 'true'], ...identity(who)] as const) git(who, 'config', key, value);
}

/** Who a clone's commits say they are from. */
export function identity({ who }: Client): readonly (readonly [string, string])[] {
  return [['user.name', who], ['user.email', `${who}@elsewhere.example`]];
}

/** Bring a clone to where the server's branch is. */
export async function catchUp(who: Client): Promise<void> {
  await must(run(who, ['git', 'fetch', '-q', 'origin', '+refs/heads/main:refs/remotes/origin/main']));
  git(who, 'checkout', '-q', '-B', 'main', 'origin/main');
  git(who, 'reset', '-q', '--hard', 'origin/main');
  git(who, 'clean', '-qfd');
}

/** Change one document in a clone; null removes it. */
export function write({ clone: directory }: Client, path: string, change: string | null | ((text: string) => string)): void {
  const file = join(directory, 'desired-state', path);
  if (change === null) return rmSync(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof change === 'string' ? change : change(readFileSync(file, 'utf8')));
}

/** Commit everything in a clone. Shape: the commit's id. */
export function commit(who: Client, message: string, { key, approves }: Signing = {}): string {
  const signing = key === undefined ? [] : key === null ? ['-c', 'commit.gpgsign=false'] : ['-c', `user.signingkey=${key}.pub`];
  git(who, 'add', '-A');
  git(who, ...signing, 'commit', '-q', '--allow-empty', '-m', message, ...(approves === undefined ? [] : ['--trailer', `Approves: ${approves}`]));
  return git(who, 'rev-parse', 'HEAD');
}

/** Push a clone's newest commit. Shape: what git and the hook say. */
export function push(who: Client, ref = 'main', ...options: readonly string[]): Promise<Result> {
  return run(who, ['git', 'push', '-q', ...options, 'origin', `HEAD:${ref.startsWith('refs/') ? ref : `refs/heads/${ref}`}`]);
}

/** Catch up, change one document, commit and push it. Shape: the commit, and what git and the hook say. */
export async function change(who: Client, path: string, to: Parameters<typeof write>[2], signing: Signing = {}): Promise<Result & { readonly oid: string }> {
  await catchUp(who);
  write(who, path, to);
  const oid = commit(who, `${who.who}: ${path}`, signing);
  return { oid, ...(await push(who)) };
}
