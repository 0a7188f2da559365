import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SshIdentity } from '../git/ssh/identity.ts';
import { local } from '../machines/local.ts';
import type { Rollback } from '../model/aside.ts';
import type { Machine } from '../model/machine.ts';
import { formatProblem } from '../model/problem.ts';
import { readRollbacks } from '../plan/standing.ts';
import { list } from '../report/words.ts';
import type { Clone } from './clone.ts';
import { text, texts, UsageError, type Call, type World } from './command.ts';

/** What of a place is needed to read its repository. */
export interface Desk {
  readonly remotes: readonly string[];
  readonly branch: string;
  readonly revision: string | null;
  /** The first commit that this host was told to believe. */
  readonly pin: string | null;
  /** Who this is to servers behind ssh. */
  readonly identity: SshIdentity;
  /** The older commits that an admin let this host go back to. */
  readonly rollbacks: readonly Rollback[];
  /** Where croft keeps the mirror, the inventory, the stamps: a real directory. */
  readonly stateDirectory: string;
  /** Which croft this is; null where nobody knows, and nothing is kept for a next run to go by. */
  readonly build: string | null;
}

/** Where a command works: which repository, which host, which machine. */
export interface Place extends Desk {
  readonly host: string;
  readonly machine: Machine;
  readonly root: string;
}

/** A place that follows from where the caller stands, too. */
export interface PlaceAround extends Place {
  /** Nobody said that this machine is a host: a bare one, of which nothing is kept, stands for it. */
  readonly isBare: boolean;
}

export const configPath = '/etc/croft/config.yaml';

/** The options that say where; the same for every command that looks at a host. */
export const placeOptions = {
  repo: { type: 'string', multiple: true },
  rev: { type: 'string' },
  host: { type: 'string' },
  root: { type: 'string' },
} as const;

export const placeHelp = `Where:
  --repo URL|PATH   the co-op's git repository; may be repeated: the first that answers is used
  --rev REV         a commit or branch to look at instead of main; not with reconcile
  --host NAME       which host of the co-op this is
  --root DIR        a directory instead of this machine: no root needed, nothing outside it is
                    touched, croft's state lives in it
  On an installed host all of them come from /etc/croft/config.yaml.`;

/** The same for commands that also understand where the caller stands. */
export const placeAroundHelp = `${placeHelp}
  Elsewhere, in a clone of the co-op: its main, and its only host.`;

/** What a host's own configuration says. */
export interface Config {
  readonly host: string | null;
  readonly remotes: readonly string[];
  readonly branch: string;
  readonly trusted: string | null;
}

/** Work out the place to look at from the options and the host's own configuration. Errors: UsageError saying what is missing. */
export async function placeOf(call: Call, world: World): Promise<Place> {
  return place(call, world, lookedAt(call, world));
}

/**
 * The same for a command that any member may give; where nobody says which repository, it is the one in which the caller stands – or
 * where that came from – and where nobody says which host, its only one. Errors: as of placeOf.
 */
export async function placeAround(call: Call, world: World, from: keyof Clone = 'path'): Promise<PlaceAround> {
  const directory = lookedAt(call, world);
  const config = await readConfig(await machineAt(directory));
  const named = [...texts(call, 'repo'), ...config.remotes];
  const clone = named.length > 0 ? null : await (await import('./clone.ts')).cloneAround(world);
  const repo = clone?.[from] ?? named[0];
  const host = text(call, 'host') ?? config.host ?? (repo === undefined || isFarAway(repo) ? null : await onlyHost(resolve(world.directory, repo), text(call, 'rev') ?? config.branch));
  const values = { ...call.values, ...(clone !== null && { repo: [clone[from]] }), ...(host !== null && { host }) };
  const isBare = clone !== null && directory === null;
  return { ...(await place({ ...call, values }, world, isBare ? standIn(null, world) : directory)), isBare };
}

/** Errors: UsageError when there are several, GitError when there is no such repository. */
async function onlyHost(path: string, revision: string): Promise<string | null> {
  const hosts = await (await import('./clone.ts')).hostsIn(path, revision);
  if (hosts.length > 1) throw new UsageError(`cannot tell which host is meant: give --host NAME – the co-op has ${list(hosts)}`);
  return hosts[0] ?? null;
}

/** Which directory plays the host; null: this machine. */
function lookedAt(call: Call, world: World): string | null {
  const root = text(call, 'root');
  const directory = root === null ? null : resolve(world.directory, root);
  return directory === null || !isBare(directory) ? directory : standIn(directory, world);
}

/** Work out the place to change. A directory that is no host yet becomes one. */
export async function placeToChange(call: Call, world: World): Promise<Place> {
  return place(call, world, directoryToChange(call, world));
}

/** Find the directory that is to play the host; null: this machine. Errors: UsageError where nobody may change it. */
export function directoryToChange(call: Call, world: World): string | null {
  const root = text(call, 'root');
  if (root === null && !world.isRoot) throw new UsageError('cannot change this machine without root: use sudo, or --root DIR for a directory that plays a host');
  return root === null ? null : resolve(world.directory, root);
}

/** Is there no host in a directory yet, but at the most what croft is to be told? */
function isBare(directory: string): boolean {
  return !existsSync(directory) || (statSync(directory).isDirectory() && readdirSync(directory).every((name) => name === 'etc') && !existsSync(join(directory, 'etc/passwd')));
}

/** Looking changes nothing, so what a bare host would be is looked at elsewhere, and forgotten. */
function standIn(directory: string | null, world: World): string {
  const elsewhere = mkdtempSync(join(tmpdir(), 'croft-bare-'));
  world.atEnd(() => rmSync(elsewhere, { recursive: true, force: true }));
  if (directory !== null && existsSync(directory)) cpSync(directory, elsewhere, { recursive: true });
  return elsewhere;
}

async function place(call: Call, world: World, directory: string | null): Promise<Place> {
  const machine = await machineAt(directory);
  const config = await readConfig(machine);
  const remotes = texts(call, 'repo').map((remote) => remoteOf(remote, world));
  const host = text(call, 'host') ?? config.host;
  if (remotes.length === 0 && config.remotes.length === 0) throw new UsageError(`cannot tell which repository: give --repo URL|PATH, or list remotes in ${configPath}`);
  if (host === null) throw new UsageError(`cannot tell which host this is: give --host NAME, or host in ${configPath}`);
  return {
    remotes: remotes.length === 0 ? config.remotes : remotes,
    branch: config.branch,
    revision: text(call, 'rev'),
    host,
    pin: config.trusted,
    rollbacks: (await readRollbacks(machine)).value,
    identity: identityOf(directory ?? '/', world),
    machine,
    stateDirectory: join(directory ?? '/', 'var/lib/croft'),
    build: world.build,
    root: directory ?? '/',
  };
}

/** Open the door to a directory that plays a host, with null to this machine; which needs nothing of what such a directory does. */
export async function machineAt(directory: string | null): Promise<Machine> {
  return directory === null ? local() : (await import('../machines/rooted.ts')).rooted(directory);
}

/** A host is known to a git server by its own key; a person by the keys that ssh would use. */
export function identityOf(root: string, { credentials, ssh: { agent, home } }: Pick<World, 'credentials' | 'ssh'>): SshIdentity {
  const own = credentials === null ? join(root, 'etc/croft/host.key') : join(credentials, 'host.key');
  const personal = home === null ? [] : ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(home, '.ssh', name));
  const hosts = [join(root, 'etc/croft/known_hosts'), ...(home === null ? [] : [join(home, '.ssh/known_hosts')]), '/etc/ssh/ssh_known_hosts'];
  return { keyFiles: [own, ...personal].filter((path) => existsSync(path) && !isNoKey(path)), agent, knownHosts: hosts.filter((path) => existsSync(path)) };
}

/** Was nothing lent, because the host has no key? */
function isNoKey(path: string): boolean {
  return statSync(path).size <= 'none\n'.length;
}

/** Is this a URL, or `user@host:path`, and no path on this machine? */
export function isFarAway(remote: string): boolean {
  return remote.includes('://') || /^[^/\s]+@[^/\s]+:/.test(remote);
}

function remoteOf(remote: string, world: World): string {
  if (remote === '') throw new UsageError('cannot use an empty --repo: give a URL or a path');
  return isFarAway(remote) ? remote : resolve(world.directory, remote);
}

async function readConfig(machine: Machine): Promise<Config> {
  const [answer] = await machine.observe([{ ask: 'path', path: configPath, want: 'text' }]);
  const written = answer?.ask === 'path' ? answer.node?.text : undefined;
  return configOf(written ?? '');
}

/** Read a host's own configuration; nothing but comments says nothing. Errors: UsageError with the line. */
export async function configOf(written: string): Promise<Config> {
  const isBlank = written.split('\n').every((line) => /^\s*(#.*)?$/.test(line));
  if (isBlank) return { host: null, remotes: [], branch: 'main', trusted: null };
  const { parse } = await import('../desired/parse.ts');
  const { value, problems } = parse({ path: configPath, bytes: new TextEncoder().encode(written) });
  const [first] = problems;
  if (first !== undefined) throw new UsageError(formatProblem(first));
  const config: { readonly [field: string]: unknown } = typeof value?.value === 'object' && value.value !== null ? { ...value.value } : {};
  const unknown = Object.keys(config).find((field) => !['host', 'remotes', 'branch', 'trusted'].includes(field));
  if (unknown !== undefined) throw new UsageError(`${configPath}: cannot use ${unknown}: only host, remotes, branch and trusted are known`);
  const { host = null, remotes = [], branch = 'main', trusted = null } = config;
  if (host !== null && typeof host !== 'string') throw new UsageError(`${configPath}: cannot use host: it must be one name`);
  if (!Array.isArray(remotes) || !remotes.every((remote) => typeof remote === 'string')) throw new UsageError(`${configPath}: cannot use remotes: it must be a list of URLs`);
  if (typeof branch !== 'string') throw new UsageError(`${configPath}: cannot use branch: it must be one name`);
  if (trusted !== null && !(typeof trusted === 'string' && /^[0-9a-f]{40}$/.test(trusted))) throw new UsageError(`${configPath}: cannot use trusted: it must be one commit, with all 40 digits`);
  return { host, remotes, branch, trusted };
}
