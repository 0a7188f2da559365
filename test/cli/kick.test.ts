import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../reconciler/commands/command.ts';
import { kick, kickHosts } from '../../reconciler/commands/kick.ts';
import { commitFiles, createRepository } from '../../reconciler/git/commit.ts';
import { worldIn } from './world.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-kick-'));
const closing: (() => void)[] = [];
const limits = { atOnce: 16, eachSeconds: 5, wholeSeconds: 14 };

/** Shape: the private key's path; the public half stands beside it. */
function keyPair(name: string): string {
  const file = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return file;
}

/** Shape: `type base64`. */
function publicHalf(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

const [kickKey, otherKey, hostKey, strangersKey] = [keyPair('kick.key'), keyPair('other.key'), keyPair('host.key'), keyPair('stranger.key')];

interface Heard {
  /** Whoever tried to log in, and what was run. */
  readonly users: string[];
  readonly asked: string[];
  /** How many are there whom nobody has answered yet, and how many there were at most. */
  waiting: number;
  mostWaiting: number;
}

interface Manner {
  readonly hostKey?: string;
  readonly answer?: string;
  readonly status?: number;
}

/** Play a host's sshd, with croft's forced command, at an address of the loopback. */
async function host(address: string, port: number, { hostKey: shown = hostKey, answer = 'croft on main will look for news\n', status = 0 }: Manner = {}): Promise<Heard & { readonly port: number }> {
  const heard: Heard = { users: [], asked: [], waiting: 0, mostWaiting: 0 };
  const server = new ssh2.Server({ hostKeys: [readFileSync(shown)] }, (client) => {
    heard.mostWaiting = Math.max(heard.mostWaiting, heard.waiting += 1);
    client.on('error', () => {});
    client.on('authentication', (context) => {
      heard.users.push(context.username);
      if (admits(context)) context.accept();
      else context.reject(['publickey']);
    });
    client.on('session', (accept) => accept().on('exec', (take, _, { command }) => {
      heard.asked.push(command);
      heard.waiting -= 1;
      const channel = take();
      channel.write(answer);
      channel.exit(status);
      channel.end();
    }));
  });
  closing.push(() => server.close());
  return Object.assign(heard, { port: await listening(server, address, port) });
}

function admits(context: AuthContext): boolean {
  if (context.method !== 'publickey' || context.username !== 'croft-kick') return false;
  const key = ssh2.utils.parseKey(publicHalf(kickKey));
  if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return false;
  return context.signature === undefined || key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
}

async function listening(server: Pick<Server, 'listen' | 'address'> & NodeJS.EventEmitter, address: string, port: number): Promise<number> {
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

const cluster = 'name: Fairmeadow\ndomain: fairmeadow.example\ncontact: hostmaster@fairmeadow.example\nadmins: [dana]\n';

function hostFile(ipv4: string, pin: string | null): string {
  const key = pin === null ? '' : `ssh-host-key: ${publicHalf(pin)} root@host\n`;
  return `debian: 12\naddresses: {ipv4: ${ipv4}, ipv6: "2001:db8:77::11"}\nservices: []\nlogin: {shell: admins, files: everyone}\n${key}`;
}

let repositories = 0;
async function repositoryOf(files: { readonly [path: string]: string }): Promise<string> {
  const path = join(directory, `coop-${(repositories += 1)}.git`);
  const texts = new Map(Object.entries({ 'cluster.yaml': cluster, ...files }).map(([name, text]) => [`desired-state/${name}`, text] as const));
  await commitFiles(await createRepository(path), { branch: 'main', files: texts, author: { name: 'Dana', mail: 'dana@mail.example' }, message: 'found the co-op', time: 1_700_000_000 });
  return path;
}

interface Said extends World {
  readonly lines: string[];
}

function world(home: string | null = null): Said {
  const lines: string[] = [];
  return { lines, ...worldIn(directory, { print: (text) => void lines.push(text), ssh: { agent: null, home } }) };
}

/** What was said, sorted, without how long it took. */
function timeless(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/ \(\d+\.\d s\)$/, '')).toSorted();
}

let main: Heard & { readonly port: number };
let dynamic: Heard;
let refusing: Heard;
let coop = '';

beforeAll(async () => {
  main = await host('127.0.0.11', 0);
  dynamic = await host('127.0.0.12', main.port, { hostKey: strangersKey });
  refusing = await host('127.0.0.13', main.port);
  const silent: Socket[] = [];
  const mute = createServer((socket) => void silent.push(socket));
  await listening(mute, '127.0.0.14', main.port);
  closing.push(() => mute.close(), () => silent.forEach((socket) => socket.destroy()));
  await host('127.0.0.15', main.port, { answer: 'bash: kick: \u001b[2Jnot found\n', status: 127 });
  coop = await repositoryOf({
    'hosts/main.yaml': hostFile('127.0.0.11', hostKey),
    'hosts/dynamic.yaml': hostFile('127.0.0.12', hostKey),
    'hosts/shell.yaml': hostFile('127.0.0.13', hostKey),
    'hosts/mute.yaml': hostFile('127.0.0.14', hostKey),
    'hosts/bare.yaml': hostFile('127.0.0.15', hostKey),
    'hosts/away.yaml': hostFile('127.0.0.16', hostKey),
    'members/ada/member.yaml': 'this: is wrong\n',
  });
});
afterAll(() => {
  for (const close of closing) close();
  rmSync(directory, { recursive: true });
});

describe('croft kick', () => {
  it('tells a host that is the one it should be, as the one user who can do nothing else', async () => {
    const said = world();
    expect(await kick.run({ positionals: ['main'], values: { repo: coop, key: kickKey, port: String(main.port) } }, said)).toBe(0);
    expect(said.lines).toEqual([expect.stringMatching(/^main: will look for news \(\d+\.\d s\)$/)]);
    expect([...new Set(main.users)]).toEqual(['croft-kick']);
    expect(main.asked).toHaveLength(1);
  });

  it('logs in nowhere where another key is shown', async () => {
    const said = world();
    expect(await kickHosts({ repository: coop, names: ['dynamic'], key: kickKey, port: main.port }, said)).toBe(1);
    expect(said.lines[0]).toMatch(/^dynamic: cannot be told: whoever answers there has the key SHA256:\S{43} \(ssh-ed25519\), and ssh-host-key in desired-state\/hosts\/dynamic\.yaml is SHA256:/);
    expect(dynamic.users).toEqual([]);
  });

  it('says which keys a host does not let in', async () => {
    const said = world();
    expect(await kickHosts({ repository: coop, names: ['shell'], key: otherKey, port: main.port }, said)).toBe(1);
    expect(timeless(said.lines)).toEqual([`shell: cannot be told: croft-kick@[127.0.0.13]:${main.port} lets none of these keys in: ${otherKey}`]);
    expect(refusing.asked).toEqual([]);
  });

  it('tells everybody else whatever is wrong with some, and says so of each', async () => {
    const said = world();
    expect(await kickHosts({ repository: coop, names: [], key: kickKey, port: main.port }, said, { ...limits, eachSeconds: 4 })).toBe(3);
    expect(timeless(said.lines)).toEqual([
      'away: cannot be told: the server refuses the connection',
      'bare: cannot be told: it answers "bash: kick: \\u001b[2Jnot found", exit status 127',
      expect.stringMatching(/^dynamic: cannot be told: whoever answers there/),
      'main: will look for news',
      'mute: cannot be told: it does not answer within 4 seconds',
      'shell: will look for news',
    ]);
  });

  it('asks nobody when the time is over before it could', async () => {
    const [said, before] = [world(), main.users.length];
    expect(await kickHosts({ repository: coop, names: ['main'], key: kickKey, port: main.port }, said, { ...limits, wholeSeconds: 0 })).toBe(1);
    expect(timeless(said.lines)).toEqual(['main: cannot be told: there was no time left for it']);
    expect(main.users).toHaveLength(before);
  });

  it('talks to so many hosts at once and no more', async () => {
    const crowd = await host('127.0.0.17', 0);
    const names = Array.from({ length: 12 }, (_, index) => `h${index}`);
    const repository = await repositoryOf(Object.fromEntries(names.map((name) => [`hosts/${name}.yaml`, hostFile('127.0.0.17', hostKey)])));
    const said = world();
    expect(await kickHosts({ repository, names: [], key: kickKey, port: crowd.port }, said, { ...limits, atOnce: 3 })).toBe(0);
    expect(said.lines).toHaveLength(12);
    expect(crowd.asked).toHaveLength(12);
    expect(crowd.mostWaiting).toBe(3);
  });

  it('takes the word of known_hosts for a host whose document names no key, by address or by name', async () => {
    const home = join(directory, 'home');
    mkdirSync(join(home, '.ssh'), { recursive: true });
    const known = (name: string, key: string): void => writeFileSync(join(home, '.ssh/known_hosts'), `${name} ${publicHalf(key)}\n`);
    const repository = await repositoryOf({ 'hosts/main.yaml': hostFile('127.0.0.11', null) });
    const told = async (): Promise<readonly string[]> => {
      const said = world(home);
      await kickHosts({ repository, names: [], key: kickKey, port: main.port }, said);
      return timeless(said.lines);
    };
    known(`[127.0.0.11]:${main.port}`, hostKey);
    expect(await told()).toEqual(['main: will look for news']);
    known(`[main.fairmeadow.example]:${main.port}`, hostKey);
    expect(await told()).toEqual(['main: will look for news']);
    known(`[main.fairmeadow.example]:${main.port}`, strangersKey);
    expect(await told()).toEqual([expect.stringContaining('has changed')]);
    known('[198.51.100.7]:22', hostKey);
    expect(await told()).toEqual([expect.stringContaining('is not known')]);
  });

  it('refuses, before it asks anybody, a host that there is not, a key that there is not, and a port that is none', async () => {
    const call = { repository: coop, names: ['mian'], key: kickKey, port: main.port };
    await expect(kickHosts(call, world())).rejects.toThrow('cannot find host mian: the co-op has away, bare, dynamic, main, mute and shell');
    await expect(kickHosts({ ...call, names: [], key: '/nowhere/kick.key' }, world())).rejects.toThrow('cannot log in as croft-kick: no key can be used: /nowhere/kick.key (there is no such file or directory)');
    await expect(kick.run({ positionals: [], values: { repo: coop, port: '70000' } }, world())).rejects.toThrow('cannot use --port 70000');
    const empty = await repositoryOf({ 'hosts/main.yaml': 'debian: 11\n' });
    await expect(kickHosts({ ...call, repository: empty, names: [] }, world())).rejects.toThrow('cannot tell any host: desired-state/hosts/main.yaml:1:');
  });
});
