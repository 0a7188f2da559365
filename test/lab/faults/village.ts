/**
 * A co-op for the tests of faults: everything that croft can do on one host, `main`, and as many members as asked for, each with a site,
 * a zone, mail and a key. It has two states that differ in something of every service. Every commit is signed: trust is on.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must, type Coop } from '../coop.ts';
import { addresses, exec, gitInit, install, net, up, type Host } from '../lab.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A co-op with a single host. */
export interface Village extends Coop {
  readonly host: Host;
}

export const domain = 'village.example';
/** The members who are there from the start; dana is the admin. */
export const founders = ['ada', 'carol', 'dana'] as const;
const releases = { main: 12, dynamic: 13, shell: 13 } as const;
/** Some password's hash. */
export const password = '$6$ezrK5GP4sC1Zve7n$FQG8VNN87F34y2AQ6CLPqkz8nMDHJUvmGrvb1SvkwucrviQsWDe/Tm7/jGFg6lk7hqY6QSjE22IJTejJO2U6c1';
const otherPassword = '$6$zWUZsQ0r6EvmR6he$aZSxOgnZTjwF2LHQ0zpRX2eC7x1kxfp5qfl/xX7tAuRJTErvAK3Ce3jaXQrT7LN8WUGTUBRNM6frW728/phH11';

/** Documents by their paths below desired-state. */
export type Documents = ReadonlyMap<string, string>;

/** The two states between which the crash matrix goes to and fro. */
export type Side = 'A' | 'B';

/** Boot a bare host, install croft on it and push the co-op's first commit. croft.timer is off: these tests say when a run is. */
export async function foundVillage(host: Host): Promise<Village> {
  const deb = packages().find((path) => path.includes(releases[host] === 12 ? 'deb12' : '_all'));
  if (deb === undefined || !existsSync(deb)) throw new Error(`no package for ${host}`);
  await up([host]);
  const url = await gitInit(`village-${host}`);
  await install(host, deb);
  await must(exec(host, ['systemctl', 'disable', '--now', 'croft.timer', 'croft.path']));
  await must(exec(host, ['sh', '-c', 'umask 077 && cat > /etc/croft/cluster.key'], { input: `${'lab'.repeat(20)}\n` }));
  const work = mkdtempSync(join(tmpdir(), `croft-lab-village-${host}-`));
  const village: Village = { host, clone: join(work, 'coop'), keys: join(work, 'keys'), url, passwords: {} };
  mkdirSync(village.clone);
  mkdirSync(village.keys);
  git(village, 'init', '-q', '-b', 'main');
  write(village, documents(village, 'A'));
  await configure(village, [url], await publish(village, 'found the village'));
  return village;
}

let built: readonly string[] | undefined;

function packages(): readonly string[] {
  built ??= execFileSync(process.execPath, ['packaging/deb.mjs'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return built;
}

/** Tell the host where to fetch from, and from which commit on it believes. */
export async function configure({ host }: Village, remotes: readonly string[], trusted: string): Promise<void> {
  await must(exec(host, ['sh', '-c', 'cat > /etc/croft/config.yaml'], { input: `host: ${host}\nremotes: [${remotes.join(', ')}]\ntrusted: ${trusted}\n` }));
}

/**
 * Everything that the founders declare, in one of the two states. Between these something of every service differs, shared and a member's:
 * roles, modules and a secondary name server; sites that come, go and change; zones likewise; every table; limits, quotas, keys, sshd.
 */
export function documents(village: Village, side: Side): Documents {
  const b = side === 'B';
  const { host } = village;
  const keys = Object.fromEntries([...founders, 'kick'].map((name) => [name, publicKey(village, name)]));
  return new Map([
    ['cluster.yaml', `name: Village\ndomain: ${domain}\ncontact: ${b ? 'help' : 'hostmaster'}@${domain}\nadmins: [dana]\ntrust:\n  approvals: 1\n${b ? `  kick-key: ${keys['kick']}\n` : ''}`],
    [`hosts/${host}.yaml`, hostDocument(host, ['dns-primary', 'mail', 'web-static', ...(b ? ['web-dynamic'] : [])])],
    ...(b ? [['hosts/shell.yaml', hostDocument('shell', ['dns-secondary'])] as const] : []),
    ['limits/regular.yaml', `tasks: ${b ? 220 : 200}\nmemory-mib: 512\ncpu-percent: 100\ndisk-mib: ${b ? 96 : 64}\nopen-files: 1024\nvhosts: 5\nzones: 5\nmailboxes: 10\naliases: 50\n`],
    ['limits/still.yaml', 'tasks: 100\nmemory-mib: 256\ncpu-percent: 50\ndisk-mib: 64\nopen-files: 512\nvhosts: 5\nzones: 5\nmailboxes: 10\naliases: 50\n'],
    [`coop/zones/${domain}.yaml`, `records:\n  - { name: side, type: TXT, text: ${side} }\n`],
    [`coop/vhosts/www.${domain}.yaml`, 'static: { root: welcome }\n'],
    [`coop/mailboxes/${domain}.yaml`, `mailboxes:\n  dana: { password: ${password} }\naliases:\n  ${b ? 'help' : 'hostmaster'}: [dana]\n`],
    ['coop/allowances.yaml', `allowances:\n${clocks.flatMap((clock) => ['zone, object: "zone:old.ada.example"', 'name-servers, object: "name:shell.village.example"'].map((what) => allowance(what, clock))).join('')}`],
    ['members/dana/member.yaml', `name: Dana\nuid: 10001\nlimits: still\nemail: dana@elsewhere.example\nssh-keys: [${keys['dana']}]\nsigning-keys: [${keys['dana']}]\n`],
    ['members/carol/member.yaml', `name: Carol\nuid: 10002\n${b ? 'state: suspended\n' : ''}limits: still\nemail: carol@elsewhere.example\nssh-keys: [${keys['carol']}]\n`],
    ...memberDocuments(village, 'ada', { uid: 10003, side, ports: true }),
    b ? ['members/ada/vhosts/app.ada.example.yaml', 'proxy: { port: 20010 }\n'] : ['members/ada/vhosts/garden.ada.example.yaml', 'static: { root: garden }\n'],
    ...(b ? [] : [['members/ada/zones/old.ada.example.yaml', 'records:\n  - { name: "@", type: A, address: 198.51.100.7 }\n'] as const]),
  ]);
}

/** By which clocks these tests run, in days beside the real one. */
const clocks = [0, 365, -20 * 365];

/** It comes and goes as often as a test likes, by each of the clocks. */
function allowance(what: string, clock: number): string {
  const day = (days: number): string => new Date(Date.now() + (clock + days) * 86_400_000).toISOString().slice(0, 10);
  return `  - { guard: ${what}, count: 1000000, reason: it comes and goes by clock ${clock}, from: ${day(-10)}, until: ${day(20)} }\n`;
}

function hostDocument(host: Host, services: readonly string[]): string {
  const { ipv4, ipv6 } = addresses[host];
  return `debian: ${releases[host]}\naddresses: { ipv4: ${ipv4}, ipv6: "${ipv6}" }\nservices: [${services.join(', ')}]\nlogin: { shell: everyone, files: everyone }\n`;
}

/** What one member declares. On side B her site has a header more, her zone another record, her mail another alias and a new password. */
export function memberDocuments(village: Village, name: string, { uid, side, ports = false }: { readonly uid: number; readonly side: Side; readonly ports?: boolean }): readonly (readonly [string, string])[] {
  const b = side === 'B';
  const key = publicKey(village, name);
  const own = `${name}.example`;
  return [
    [`members/${name}/member.yaml`, `name: ${name} ${b ? 'Bee' : 'Ay'}\nuid: ${uid}\nlimits: regular\nemail: ${name}@elsewhere.example\nshell: ${b ? 'sh' : 'bash'}\ndomains: [${own}]\n${ports ? 'ports: [20010]\n' : ''}ssh-keys:\n  - key: ${key}\n    forwarding: ${b}\nsigning-keys: [${key}]\n`],
    [`members/${name}/vhosts/www.${own}.yaml`, `static: { root: web }\n${b ? `headers: [{ name: X-Side, value: "${side}" }]\n` : ''}`],
    [`members/${name}/zones/${own}.yaml`, `records:\n  - { name: here, type: A, address: 198.51.100.${b ? 8 : 7} }\n`],
    [`members/${name}/mailboxes/${own}.yaml`, `mailboxes:\n  ${name}: { password: ${b ? otherPassword : password} }\naliases:\n  ${b ? 'info' : 'office'}: [${name}]\n`],
  ];
}

/** Forget what the tester kept. */
export function forgetVillage({ clone }: Village): void {
  rmSync(dirname(clone), { recursive: true, force: true });
}

/** Put documents into the clone in the place of all that is there. */
export function write({ clone }: Village, all: Documents): void {
  rmSync(join(clone, 'desired-state'), { recursive: true, force: true });
  for (const [path, text] of all) {
    const file = join(clone, 'desired-state', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Commit with dana's signature, or unsigned; all of the clone, or only what is staged. Shape: the commit's id. */
export function commit(village: Village, message: string, how: { readonly signed?: boolean; readonly staged?: boolean; readonly date?: string } = {}): string {
  const { signed = true, staged = false, date } = how;
  if (!staged) git(village, 'add', '-A');
  const dated = date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const words = [...identity(village), 'commit', '-q', '--allow-empty', signed ? '-S' : '--no-gpg-sign', '-m', message];
  execFileSync('git', words, { cwd: village.clone, env: { ...process.env, ...dated } });
  return git(village, 'rev-parse', 'HEAD').trim();
}

/** Commit and push to where everybody fetches. */
export async function publish(village: Village, message: string, how: { readonly date?: string } = {}): Promise<string> {
  const oid = commit(village, message, how);
  await must(net(['git', '-C', village.clone, 'push', '-q', village.url, 'main']));
  return oid;
}

/** Git's settings for dana, who signs by ssh. */
export function identity(village: Village): readonly string[] {
  publicKey(village, 'dana');
  return ['-c', 'user.name=Dana', '-c', 'user.email=dana@elsewhere.example', '-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(village.keys, 'dana')}`];
}

/** Run git in the clone. */
export function git({ clone }: Village, ...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: clone, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

/** The public key of somebody, made when it is asked for the first time. */
export function publicKey({ keys }: Village, name: string): string {
  const path = join(keys, name);
  if (!existsSync(path)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@lab`, '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').trim();
}
