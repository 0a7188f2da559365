/**
 * The lab for tests: three booted Debian hosts, driven by lab.sh beside this file (see README.md).
 *
 *     beforeAll(() => up(), 600_000);
 *     afterAll(() => down());
 *     const { status, stdout } = await exec('main', ['systemctl', 'is-active', 'apache2']);
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('lab.sh', import.meta.url));

export type Host = 'main' | 'dynamic' | 'shell';

export type Address = { readonly ipv4: string; readonly ipv6: string };

/** Names where everybody is; the tester is where `net` and `ssh` start from. */
export const addresses = {
  tester: { ipv4: '192.0.2.1', ipv6: '2001:db8:77::1' },
  main: { ipv4: '192.0.2.11', ipv6: '2001:db8:77::11' },
  dynamic: { ipv4: '192.0.2.12', ipv6: '2001:db8:77::12' },
  shell: { ipv4: '192.0.2.13', ipv6: '2001:db8:77::13' },
} as const satisfies Record<Host | 'tester', Address>;

/** What a command answered. Units: `status` 124 says it ran out of time, 125 that the lab itself refused. */
export type Result = { readonly status: number; readonly stdout: string; readonly stderr: string };

export type Options = { readonly input?: string | Uint8Array; readonly timeoutSeconds?: number };

/** Says why the lab cannot run on this machine, or null when it can. */
export function available(): string | null {
  const { status, stdout, error } = spawnSync('bash', [script, 'check'], { encoding: 'utf8' });
  if (error) return `bash cannot be run: ${error.message}`;
  return status === 0 ? null : stdout.trim();
}

/** Boots hosts and waits until they run; builds what is missing first, which may take minutes without a cache. */
export async function up(hosts: readonly Host[] = []): Promise<void> {
  await control('up', ...hosts);
}

/** Ends everything that was up, whatever state it is in, and forgets the hosts' disks. */
export async function down(): Promise<void> {
  await control('down');
}

/** Runs a command as root inside a host. */
export function exec(host: Host, argv: readonly string[], options: Options = {}): Promise<Result> {
  return inside(host, argv, options);
}

/** Runs a command at the tester's place on the network, with this machine's programs and files. */
export function net(argv: readonly string[], options: Options = {}): Promise<Result> {
  return inside('net', argv, options);
}

/** Logs in to a host from the tester's place and runs a command there, by the user's own shell. */
export function ssh(host: Host, user: string, keyFile: string, command: string, options: Options = {}): Promise<Result> {
  return inside('ssh', ['-i', keyFile, `${user}@${addresses[host].ipv4}`, command], options);
}

/** Installs a .deb file in a host, with what it depends on from the lab's package pool. */
export async function install(host: Host, deb: string): Promise<void> {
  await control('install', host, deb);
}

/** Makes an empty repository and resolves to its address, as hosts and the tester reach it. */
export async function gitInit(name = 'coop'): Promise<string> {
  return (await control('git-init', name)).stdout.trim();
}

/** Powers a host off cleanly. */
export async function stop(host: Host): Promise<void> {
  await control('stop', host);
}

/** Boots a host that is down, and waits until it runs. */
export async function start(host: Host): Promise<void> {
  await control('start', host);
}

/** Ends every process of a host at once; unsynced files survive. */
export async function kill(host: Host): Promise<void> {
  await control('kill', host);
}

/** Cuts a host's power: what was not synced to / is lost. */
export async function cut(host: Host): Promise<void> {
  await control('cut', host);
}

/** Forgets a host's disks: its next start is that of a new host. */
export async function wipe(host: Host): Promise<void> {
  await control('wipe', host);
}

/** Unplugs a host's network cable. */
export async function part(host: Host): Promise<void> {
  await control('part', host);
}

/** Plugs a host's network cable in again. */
export async function heal(host: Host): Promise<void> {
  await control('heal', host);
}

/** Fills a host's disk but for some KiB. The file that does it is /lab-fill. */
export async function fill(host: Host, leftKib = 0): Promise<void> {
  await control('fill', host, String(leftKib));
}

/** Runs a lab command that has to succeed. Errors: what it printed. */
async function control(...argv: readonly string[]): Promise<Result> {
  const result = await run(['bash', script, ...argv], {});
  if (result.status !== 0) throw new Error(`lab.sh ${argv.join(' ')} ended with ${result.status}: ${result.stderr}${result.stdout}`);
  return result;
}

/** The words before a command, as lab.sh said them, and the process while which they hold. */
interface Way {
  readonly words: readonly string[];
  readonly leader: string;
  /** When that process began, which tells it from another one of the same number. */
  readonly began: string;
}

type Place = Host | 'net' | 'ssh';

const ways = new Map<Place, Way>();

/** Runs a command in a place of the lab: the words before it are asked for once, since lab.sh makes some thirty processes before this one. */
async function inside(place: Place, argv: readonly string[], options: Options): Promise<Result> {
  const known = ways.get(place);
  const found = known !== undefined && beginningOf(known.leader) === known.began ? known : await wayTo(place);
  if (!('words' in found)) return found;
  ways.set(place, found);
  // timeout(1) runs beside a command in a host, where a signal from here would not reach it.
  return run(place === 'ssh' ? limited([...found.words, ...argv], options) : [...found.words, ...limited(argv, options)], options);
}

/** Asks the lab, which refuses where the host is down. */
async function wayTo(place: Place): Promise<Way | Result> {
  const said = await run(['bash', script, 'way', place], {});
  if (said.status !== 0) return said;
  const [leader = '', ...words] = said.stdout.trimEnd().split('\n');
  return { leader, words, began: beginningOf(leader) ?? '' };
}

/** Shape: null where there is no such process, or it is dead and nobody has asked how it ended. Source: proc_pid_stat(5), fields 3 and 22. */
function beginningOf(process: string): string | null {
  try {
    const text = readFileSync(`/proc/${process}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(') ') + 2).split(' ');
    return state === 'Z' ? null : (fields[18] ?? null);
  } catch {
    return null;
  }
}

/** Puts timeout(1) before a command. */
function limited(argv: readonly string[], { timeoutSeconds = 120 }: Options): readonly string[] {
  return ['timeout', '--kill-after=5', String(timeoutSeconds), ...argv];
}

function run(argv: readonly string[], { input }: Options): Promise<Result> {
  const [program = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: 'pipe' });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? 137, stdout: stdout(), stderr: stderr() }));
    child.stdin.on('error', () => undefined); // a command may end without reading its input
    child.stdin.end(input);
  });
}

/** Gathers a stream; what is returned gives its text so far. */
function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
