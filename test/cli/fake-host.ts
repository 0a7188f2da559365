/**
 * A host for tests: a directory, and an sshd on the loopback that runs what it is told with a real shell and the programs of this machine,
 * but for those that would change it: apt-get, dpkg, systemctl, journalctl, id and sudo are small scripts that work on the directory.
 * Whatever names /etc or /var is led into it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';

/** What goes wrong on the way. */
export interface Mischief {
  /** The connection breaks during this command, counted from 1: a part of its input has arrived, and it has ended. */
  breakAt?: number;
  /** Damage what is sent to the first command that reads so much. */
  tamper?: number;
}

/** A host that runs until it is closed. */
export interface FakeHost {
  readonly root: string;
  readonly port: number;
  /** The key of its sshd, `type base64`. */
  readonly sshdKey: string;
  /** Commands as they came, and the words with which programs were run. */
  readonly asked: string[];
  readonly users: Set<string>;
  readonly mischief: Mischief;
  write(path: string, text: string, mode?: number): void;
  read(path: string): string;
  /** What programs were run, one a line. */
  ran(): readonly string[];
  /** Every file below /etc/croft, with its mode. */
  settings(): { readonly [name: string]: string };
  close(): void;
}

const programs: { readonly [name: string]: string } = {
  id: 'cat "$ROOT/uid"',
  sudo: 'if test -e "$ROOT/sudo-says"; then cat "$ROOT/sudo-says" >&2; exit 1; fi; test "$1 $2" = "-n --"; shift 2; echo 0 > "$ROOT/uid"; exec "$@"',
  dpkg: 'case $1 in --print-architecture) echo amd64;; esac',
  'dpkg-deb': 'cat "$ROOT/fields"',
  'dpkg-query': 'cat "$ROOT/installed"',
  'apt-get': `
for word; do last=$word; done
case " $* " in
  *" update "*) if test -e "$ROOT/apt-says"; then cat "$ROOT/apt-says"; exit 100; fi; echo Hit;;
  *" install "*)
    test "$DEBIAN_FRONTEND" = noninteractive
    test "$(stat -c %a "$(dirname "$last")")" = 700
    test -s "$last"
    sed -n 's/^Version: //p' "$ROOT/fields" | tr -d '\\n' > "$ROOT/installed"
    mkdir -p "$ROOT/etc/croft"
    test -e "$ROOT/etc/croft/config.yaml" || echo '# host: main' > "$ROOT/etc/croft/config.yaml"
    test -e "$ROOT/etc/croft/host.key.pub" || cp "$ROOT/new-key.pub" "$ROOT/etc/croft/host.key.pub";;
esac`,
  systemctl: `
case $1 in
  start) echo x >> "$ROOT/starts"; test "$(cat "$ROOT/status")" = 0;;
  *--value*|show) case "$*" in
    *--value*) if test "$(wc -l < "$ROOT/starts")" -le "$(cat "$ROOT/skipped")"; then echo exec-condition; else echo success; fi;;
    *) if test "$(cat "$ROOT/status")" = 0; then echo Result=success; else echo Result=exit-code; fi
       echo "ExecMainStatus=$(cat "$ROOT/status")"; echo InvocationID=0123456789abcdef0123456789abcdef;;
  esac;;
esac`,
  journalctl: 'cat "$ROOT/journal"',
  sleep: ':',
};

/** Make a host on which there is nothing yet. `directory` is empty; `userKey` may log in, by its public half. */
export async function fakeHost(directory: string, userKey: string): Promise<FakeHost> {
  const root = join(directory, 'root');
  for (const path of ['bin', 'etc/ssh', 'var/cache', 'var/lib/croft/repository.git/refs/croft']) mkdirSync(join(root, path), { recursive: true });
  const [sshd, own] = [keyPair(join(directory, 'sshd')), keyPair(join(directory, 'own'))];
  const write: FakeHost['write'] = (path, text, mode = 0o644) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  for (const [name, text] of Object.entries(programs)) write(`bin/${name}`, `#!/bin/sh\nset -eu\nROOT='${root}'\necho "${name} $*" >> "$ROOT/ran"\n${text}\n`, 0o755);
  write('etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n');
  write('etc/ssh/ssh_host_ed25519_key.pub', readFileSync(`${sshd}.pub`, 'utf8'));
  write('new-key.pub', readFileSync(`${own}.pub`, 'utf8'));
  write('var/lib/croft/repository.git/refs/croft/tip', `${'4be21c9d03'.repeat(4)}\n`);
  for (const [path, text] of [['uid', '0\n'], ['status', '0\n'], ['skipped', '0\n'], ['installed', ''], ['ran', ''], ['fields', 'Package: croft\nVersion: 0.1.0\nArchitecture: all\n'], ['journal', 'one @ 4be21c9d03: 118 changes done in 61.2 s\n{"level":30,"msg":"run ended"}\n']] as const) write(path, text);
  const told = { asked: [] as string[], users: new Set<string>(), mischief: {} as Mischief };
  const { port, close } = await listen({ root, sshd, userKey, ...told });
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return {
    ...told, root, port, close, write, read, sshdKey: publicHalf(sshd),
    ran: () => read('ran').trim().split('\n'),
    settings: () => Object.fromEntries(readdirSync(join(root, 'etc/croft')).sort().map((name) => [name, `${(statSync(join(root, 'etc/croft', name)).mode & 0o777).toString(8)} ${read(`etc/croft/${name}`)}`])),
  };
}

/** Make a key pair. Shape: the private key's path; `.pub` stands beside it. */
export function keyPair(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'somebody', '-f', file]);
  return file;
}

/** The public half of a key, `type base64`. */
export function publicHalf(file: string): string {
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

interface Listening extends Pick<FakeHost, 'root' | 'asked' | 'users' | 'mischief'> {
  readonly sshd: string;
  readonly userKey: string;
}

async function listen(host: Listening): Promise<{ readonly port: number; close(): void }> {
  const clients = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(host.sshd)] }, (client) => {
    clients.add(client);
    // Its packets are small and wait for each other.
    if ('setNoDelay' in client && typeof client.setNoDelay === 'function') client.setNoDelay(true);
    client.on('error', () => {}).on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      host.users.add(context.username);
      const key = ssh2.utils.parseKey(publicHalf(host.userKey));
      if (context.method !== 'publickey' || key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return context.reject(['publickey']);
      const good = context.signature === undefined || key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
      return good ? context.accept() : context.reject(['publickey']);
    });
    client.on('session', (accept) => accept().on('exec', (take, _, { command }) => {
      host.asked.push(command);
      run(take(), command, { ...host, hangUp: () => client.end() });
    }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const close = (): void => {
    server.close();
    for (const client of clients) client.end();
  };
  return { port: bound.port, close };
}

function run(channel: ServerChannel, command: string, { root, asked, mischief, hangUp }: Listening & { hangUp(): void }): void {
  const breaks = mischief.breakAt === asked.length;
  const here = command.replace(/'\/(etc|var)\//g, `'${root}/$1/`);
  const child = spawn('/bin/sh', ['-c', here], { cwd: root, env: { PATH: `${root}/bin:/usr/bin:/bin` } });
  child.stdin.on('error', () => {});
  let received = 0;
  channel.on('data', (chunk: Buffer) => {
    received += chunk.length;
    const damaged = mischief.tamper !== undefined && received > mischief.tamper;
    if (damaged) delete mischief.tamper;
    if (breaks) child.stdin.end(chunk.subarray(0, 70));
    else child.stdin.write(damaged ? Buffer.concat([chunk.subarray(1), Buffer.from('x')]) : chunk);
  });
  channel.on('end', () => child.stdin.end());
  channel.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => breaks || channel.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => breaks || channel.stderr.write(chunk));
  child.on('close', (status) => {
    if (breaks) return hangUp();
    channel.exit(status ?? 1);
    channel.end();
  });
}
