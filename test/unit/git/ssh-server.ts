/** A server behind ssh on the loopback: throw-away keys, and a real shell that runs the real `git upload-pack`, as sshd would. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { onTestFinished } from 'vitest';
import type { SshIdentity } from '../../../reconciler/git/ssh/identity.ts';
import { room } from './fixture.ts';

export interface SshServer {
  readonly port: number;
  /** As known_hosts names it. */
  readonly name: string;
  /** The host's public key, `type base64`. */
  readonly hostKey: string;
  readonly identity: SshIdentity;
  /** What was to be run, in order, a line for each. */
  readonly asked: string[];
  /** How many connections were made, and how many of them are open. */
  readonly connections: { made: number; open: number };
  url(path: string): string;
}

export interface Manner {
  /** Where commands run: the login directory. */
  readonly home?: string;
  readonly hostKeyType?: string;
  /** Take a command over instead of running it. */
  readonly answer?: (channel: ServerChannel, command: string) => void;
  /** Say no to everybody. */
  readonly locked?: boolean;
}

/** Make a key pair. Shape: the private key's path; `.pub` stands beside it. */
export function keyPair(type = 'ed25519', passphrase = ''): string {
  const file = join(room(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'ada', '-f', file]);
  return file;
}

/** The public half of a key, `type base64`. */
export function publicKey(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

/** Write a file of known hosts. */
export function knownHosts(...lines: readonly string[]): string {
  const file = join(room(), 'known_hosts');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

/** Listen until the test ends. */
export async function sshServer(manner: Manner = {}): Promise<SshServer> {
  const [hostKey, userKey] = [keyPair(manner.hostKeyType), keyPair()];
  const asked: string[] = [];
  const connections = { made: 0, open: 0 };
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client) => {
    clients.add(client);
    connections.made += 1;
    connections.open += 1;
    client.on('close', () => (connections.open -= 1)).on('error', () => {});
    admit(client, manner.locked === true ? '' : publicKey(userKey));
    onCommand(client, (channel, command) => {
      asked.push(command);
      if (manner.answer === undefined) run(channel, command, manner.home ?? '/');
      else manner.answer(channel, command);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = new Promise((done) => server.close(done));
    for (const client of clients) client.end();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const name = `[127.0.0.1]:${port}`;
  const identity = { keyFiles: [userKey], agent: null, knownHosts: [knownHosts(`${name} ${publicKey(hostKey)}`)] };
  return { port, name, hostKey: publicKey(hostKey), identity, asked, connections, url: (path) => `ssh://git@127.0.0.1:${port}${path}` };
}

function admit(client: Connection, key: string): void {
  client.on('authentication', (context: AuthContext) => {
    if (context.method !== 'publickey' || key === '') return context.reject(['publickey']);
    const parsed = ssh2.utils.parseKey(key);
    const known = !(parsed instanceof Error) && parsed.getPublicSSH().equals(context.key.data) && context.username === 'git';
    const signed = known && (context.signature === undefined || parsed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo));
    if (signed) context.accept();
    else context.reject(['publickey']);
  });
}

function onCommand(client: Connection, heard: (channel: ServerChannel, command: string) => void): void {
  client.on('session', (accept) => {
    accept().on('exec', (take, _, { command }) => heard(take(), command));
  });
}

/** Run a command as sshd would. */
export function run(channel: ServerChannel, command: string, home: string): void {
  const child = spawn('/bin/sh', ['-c', command], { cwd: home, env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_GLOBAL: '/dev/null' } });
  channel.pipe(child.stdin).on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => channel.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => channel.stderr.write(chunk));
  channel.on('close', () => child.kill());
  child.on('close', (status) => {
    channel.exit(status ?? 1);
    channel.end();
  });
}
