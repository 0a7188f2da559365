/** The example co-op on the lab's hosts: its repository, its members' throw-away keys, and how to wait for a run. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { check } from '../../reconciler/desired/check.ts';
import { readDirectory } from '../../reconciler/desired/directory.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import { addresses, exec, gitInit, install, net, ssh, up, type Host, type Result } from './lab.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const hosts: readonly Host[] = ['main', 'dynamic', 'shell'];

/** A clone of the co-op's repository at the tester's place, and the private keys that go with it. */
export interface Coop {
  readonly clone: string;
  readonly keys: string;
  readonly url: string;
  /** Plain passwords of the example's mailboxes, by address. */
  readonly passwords: { readonly [address: string]: string };
}

/** What a host says of its last run. Shape: schemas/output/reconcile.schema.json. */
export interface Report {
  readonly revision: string;
  /** Which remote answered; null when the last good copy was used. */
  readonly remote: string | null;
  readonly notices: readonly string[];
  readonly startedAt: number;
  readonly outcomes: readonly { readonly id: string; readonly owner: string; readonly result: string; readonly because?: string; readonly source: { readonly file: string; readonly line: number } }[];
  readonly holds: readonly { readonly owner: string; readonly problems: readonly { readonly code: string; readonly message: string; readonly source: { readonly file: string; readonly line: number } }[] }[];
}

/** Boot bare hosts, install croft from its packages, say where the repository is, and push once. Nothing else is done by hand. */
export async function found(only: readonly Host[] = hosts): Promise<Coop> {
  const packages = builtPackages();
  await up(only);
  const url = await gitInit();
  await Promise.all(only.map((host) => provision(host, { url, deb: packages[host === 'main' ? 12 : 13] })));
  const work = mkdtempSync(join(tmpdir(), 'croft-lab-coop-'));
  const coop: Coop = { clone: join(work, 'coop'), keys: join(work, 'keys'), url, passwords: JSON.parse(readFileSync(join(root, 'test/fixtures/passwords.json'), 'utf8')) as Coop['passwords'] };
  mkdirSync(coop.clone);
  mkdirSync(coop.keys);
  cpSync(join(root, 'desired-state'), join(coop.clone, 'desired-state'), { recursive: true });
  git(coop, 'init', '-q', '-b', 'main');
  for (const member of readdirSync(join(coop.clone, 'desired-state/members'))) giveKey(coop, member);
  await push(coop, 'found the co-op');
  return coop;
}

/** Forget what the tester kept. */
export function forget(coop: Coop): void {
  rmSync(dirname(coop.clone), { recursive: true, force: true });
}

function builtPackages(): { readonly [release: number]: string } {
  const printed = execFileSync(process.execPath, ['packaging/deb.mjs'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const of = (part: string): string => printed.find((path) => path.includes(part)) ?? '';
  return { 12: of('deb12'), 13: of('_all') };
}

async function provision(host: Host, { url, deb }: { readonly url: string; readonly deb: string | undefined }): Promise<void> {
  if (deb === undefined || !existsSync(deb)) throw new Error(`no package for ${host}`);
  await install(host, deb);
  await must(exec(host, ['sh', '-c', 'cat > /etc/croft/config.yaml'], { input: `host: ${host}\nremotes: [${url}]\n` }));
  await must(exec(host, ['sh', '-c', 'umask 077 && cat > /etc/croft/cluster.key'], { input: `${'lab'.repeat(20)}\n` }));
}

/** Give a member a key of the tester's, beside her own. */
function giveKey(coop: Coop, member: string): void {
  const keyFile = keyOf(coop, member);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${member}@lab`, '-f', keyFile]);
  edit(coop, `members/${member}/member.yaml`, (text) => {
    const document = parseDocument(text);
    document.set('ssh-keys', [readFileSync(`${keyFile}.pub`, 'utf8').trim()]);
    return document.toString({ lineWidth: 0 });
  });
}

/** Where a member's private key is, at the tester's place. */
export function keyOf({ keys }: Coop, member: string): string {
  return join(keys, member);
}

/** Change one document of the clone; null removes it. */
export function edit({ clone }: Coop, path: string, change: string | null | ((text: string) => string)): void {
  const file = join(clone, 'desired-state', path);
  if (change === null) return rmSync(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof change === 'string' ? change : change(readFileSync(file, 'utf8')));
}

/** Commit everything in the clone and push it from the tester's place. Shape: the commit's id. */
export async function push(coop: Coop, message: string): Promise<string> {
  git(coop, 'add', '-A');
  git(coop, '-c', 'user.name=Dana', '-c', 'user.email=dana@fairmeadow.example', 'commit', '-q', '-m', message);
  await must(net(['git', '-C', coop.clone, 'push', '-q', coop.url, 'main']));
  return git(coop, 'rev-parse', 'HEAD').trim();
}

function git({ clone }: Coop, ...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: clone, encoding: 'utf8' });
}

/** Everything that the clone declares now. */
export function declared({ clone }: Coop): DesiredState {
  const { value, problems } = check(readDirectory(clone, 0));
  if (value === null) throw new Error(JSON.stringify(problems));
  return value;
}

/** Run croft on a host now, as its timer would. Shape: croft's own exit status and output, but for that it had to wait for a run of that timer's. */
export async function reconcile(host: Host): Promise<Result & { readonly report: Report }> {
  const result = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 });
  return { ...result, stderr: result.stderr.replace(/^croft: waiting for another run: .*\n/m, ''), report: await report(host) };
}

/** Read the report of a host's last run. */
export async function report(host: Host): Promise<Report> {
  return JSON.parse((await must(exec(host, ['cat', '/var/lib/croft/report.json']))).stdout) as Report;
}

/** Wait until the timer of a host has made a run that used a commit, began after some moment, and that satisfies. */
export async function timerRun(host: Host, wanted: { readonly revision?: string; readonly after?: number }, seconds = 600): Promise<Report> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const { status, stdout } = await exec(host, ['cat', '/var/lib/croft/report.json']);
    if (status === 0) {
      const found = JSON.parse(stdout) as Report;
      if (found.startedAt >= (wanted.after ?? 0) && (wanted.revision === undefined || found.revision === wanted.revision)) return found;
    }
    if (Date.now() > until) throw new Error(`${host} made no such run in ${seconds} s: ${stdout.slice(0, 2000)}\n${(await exec(host, ['journalctl', '-u', 'croft', '-n', '30', '--no-pager'])).stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** So long at most a host takes to come by itself to what it was not told of: its timer waits 50 to 71 s, and on a busy machine a run takes some more. Units: milliseconds. */
export const untold = 150_000;

/** Let the timer of a host begin a run some seconds after each, and not a minute; null: as its package says. */
export async function timerEvery(host: Host, seconds: number | null): Promise<void> {
  const timer = seconds === null ? '' : `[Timer]\nOnActiveSec=\nOnActiveSec=1s\nOnUnitInactiveSec=${seconds}s\nRandomizedDelaySec=0\n`;
  const place = '/run/systemd/system/croft.timer.d';
  await must(exec(host, ['sh', '-c', `mkdir -p ${place} && cat > ${place}/lab.conf && systemctl daemon-reload && systemctl restart croft.timer`], { input: timer }));
}

/** Expect a command to succeed. */
export async function must(result: Promise<Result>): Promise<Result> {
  const { status, stdout, stderr } = await result;
  if (status !== 0) throw new Error(`status ${status}: ${stderr}${stdout}`);
  return { status, stdout, stderr };
}

/** Ask a web server for a site by name. Shape: status code and body. */
export async function get(host: Host, family: 'ipv4' | 'ipv6', site: { readonly name: string; readonly path?: string }): Promise<{ readonly code: number; readonly body: string; readonly location: string }> {
  const address = family === 'ipv6' ? `[${addresses[host].ipv6}]` : addresses[host].ipv4;
  const { stdout } = await net(['curl', '-s', '-m', '10', '-w', '\n%{http_code} %{redirect_url}', '--resolve', `${site.name}:80:${address}`, `http://${site.name}${site.path ?? '/'}`]);
  const end = stdout.lastIndexOf('\n');
  const [code = '0', location = ''] = stdout.slice(end + 1).split(' ');
  return { code: Number(code), body: stdout.slice(0, end), location };
}

/** Log in as a member with her own key of the tester's. */
export function login(coop: Coop, host: Host, member: string, command: string, timeoutSeconds = 60): Promise<Result> {
  return ssh(host, member, keyOf(coop, member), command, { timeoutSeconds });
}

/** Bring a file into a member's home by sftp, with the directories above it. */
export async function upload(coop: Coop, to: { readonly host: Host; readonly member: string; readonly path: string }, text: string): Promise<void> {
  const local = join(coop.keys, 'upload');
  writeFileSync(local, text);
  const above = dirname(to.path).split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const batch = [...above.map((path) => `-mkdir ${path}`), `put ${local} ${to.path}`].join('\n');
  const options = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR', '-o', 'BatchMode=yes', '-i', keyOf(coop, to.member)];
  await must(net(['sftp', '-q', ...options, '-b', '-', `${to.member}@${addresses[to.host].ipv4}`], { input: `${batch}\n` }));
}
