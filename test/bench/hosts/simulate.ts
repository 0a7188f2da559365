/** Many hosts and one git server: the first runs, one minute of ticks, one push that touches all of them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gauge, Measured, Program } from '../measure/measure.ts';
import { everywhere, hostNamed, manyHosts } from '../workload/hosts.ts';
import { commitTo, foundRepository } from '../workload/repository.ts';
import { between, serve, type Load, type Server } from './server.ts';

/** How much of everything. */
export interface Scene {
  readonly hosts: number;
  readonly members: number;
  /** How many hosts are told of a push at a time, and how long it takes to tell one. */
  readonly kicksAtOnce: number;
  readonly kickSeconds: number;
  /** The length of what stands for a minute of ticks. */
  readonly minuteSeconds: number;
  readonly room: string;
  /** The bundle of programs/git-server.ts. */
  readonly server: string;
  readonly croft: readonly string[];
  readonly gauge: Gauge;
  readonly heard: (what: string) => void;
}

/** One part of the simulation. */
export interface Part {
  readonly name: string;
  readonly hosts: number;
  /** From the first host's start to the last one's end. */
  readonly seconds: number;
  /** When each host was done, from the beginning of the part, sorted. */
  readonly doneAt: readonly number[];
  readonly cpuSecondsPerHost: number;
  readonly server: Load;
  /** What went wrong, by host. */
  readonly failed: readonly string[];
}

/** When each host begins, in seconds from the beginning of a part. */
type When = (index: number) => number;

/** Simulate. */
export async function simulate(scene: Scene): Promise<readonly Part[]> {
  const repository = join(scene.room, 'git/coop.git');
  const keys = Array.from({ length: scene.hosts }, (_, index) => keyFor(scene, index));
  const documents = manyHosts({ members: scene.members, keys });
  mkdirSync(join(scene.room, 'git'));
  foundRepository(repository, documents);
  execFileSync('git', ['-C', repository, 'config', 'http.receivepack', 'true']);
  const server = await serve(scene.server, join(scene.room, 'git'));
  const push = (version: string): void => void commitTo(repository, { branch: 'main', changes: everywhere(documents, version), message: 'an admin\'s key' });
  const part = (name: string, version: string, begin: { readonly when: When; readonly atOnce: number; readonly hosts?: number; readonly told?: true }): Promise<Part> => {
    scene.heard(`${name} …`);
    return play(scene, server, { name, version, hosts: scene.hosts, told: false, ...begin });
  };
  const cores = availableParallelism();
  try {
    const first = await part('first runs, as many at a time as there are cores', 'bench', { when: () => 0, atOnce: cores });
    const minute = await part('one minute of ticks, each at a moment of its own', 'bench', { when: (index) => (scattered(index) * scene.minuteSeconds), atOnce: scene.hosts });
    push('alone');
    const alone = await part('a push, one host alone', 'alone', { when: () => 0, atOnce: 1, hosts: 1, told: true });
    push('all');
    const all = await part('a push that touches all, all told', 'all', { when: (index) => Math.floor(index / scene.kicksAtOnce) * scene.kickSeconds, atOnce: scene.hosts, told: true });
    return [first, minute, alone, all];
  } finally {
    await server.close();
  }
}

interface Begin {
  readonly name: string;
  readonly version: string;
  readonly hosts: number;
  readonly when: When;
  readonly atOnce: number;
  /** Does the git server tell each host that there is news? */
  readonly told: boolean;
}

async function play(scene: Scene, server: Server, { name, version, hosts, when, atOnce, told }: Begin): Promise<Part> {
  const before = await server.taken();
  const began = now();
  const waiting = Array.from({ length: hosts }, (_, index) => index).toSorted((a, b) => when(a) - when(b));
  const done: { readonly index: number; readonly at: number; readonly measured: Measured }[] = [];
  async function worker(): Promise<void> {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      await sleep(Math.max(0, when(index) - (now() - began)) * 1000);
      if (told) kick(scene, index);
      const measured = await scene.gauge.begin(tick(scene, server, { index, told }), 300);
      done.push({ index, at: now() - began, measured: lacking(scene, index, version) ?? measured });
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker));
  const costs = done.flatMap(({ measured }) => ('cost' in measured ? [measured.cost.cpuSeconds] : []));
  return {
    name, hosts,
    seconds: now() - began,
    doneAt: done.map(({ at }) => at).toSorted((a, b) => a - b),
    cpuSecondsPerHost: costs.reduce((sum, each) => sum + each, 0) / Math.max(1, costs.length),
    server: between(before, await server.taken()),
    failed: done.flatMap(({ index, measured }) => ('cost' in measured ? [] : [`${hostNamed(index + 1)}: ${'failed' in measured ? measured.failed : 'did not end'}`])),
  };
}

/** What systemd tells whatever it starts: who starts a run by hand wants to hear the other hosts at once, and a timer has time. */
const timer = { INVOCATION_ID: '0'.repeat(32), JOURNAL_STREAM: '0:0' };

/** And what it tells whoever it starts because a path is there. */
const path = { TRIGGER_PATH: '/run/croft-kick/now' };

/** What is left of a kick when croft.service has begun: its directory has changed. */
function kick({ room }: Scene, index: number): void {
  const directory = join(room, hostNamed(index + 1), 'run/croft-kick');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'now'), '');
  rmSync(join(directory, 'now'));
}

function tick({ croft, room }: Scene, { url }: Server, { index, told }: { readonly index: number; readonly told: boolean }): Program {
  const host = hostNamed(index + 1);
  return { words: [...croft, 'reconcile', '--repo', `${url}/coop.git`, '--host', host, '--root', join(room, host)], environment: { HOME: room, GIT_CONFIG_GLOBAL: '/dev/null', NO_COLOR: '1', ...timer, ...(told && path) } };
}

/** A host is there when its own files say so. */
function lacking({ room }: Scene, index: number, version: string): Measured | null {
  try {
    return readFileSync(join(room, hostNamed(index + 1), 'etc/ssh/authorized_keys.d/boss'), 'utf8').includes(`boss@${version}`) ? null : { failed: `what was pushed is not there: ${version}${said(join(room, hostNamed(index + 1)))}` };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** What a host had to say of its last run. */
function said(root: string): string {
  const { notices } = JSON.parse(readFileSync(join(root, 'var/lib/croft/report.json'), 'utf8')) as { readonly notices: readonly string[] };
  return notices.map((notice) => `; ${notice}`).join('');
}

/** With a key of its own a host also pushes a report of each run in which something changed. */
function keyFor({ room }: Scene, index: number): string {
  const host = hostNamed(index + 1);
  const [folder, made] = [join(room, host, 'etc/croft'), join(room, 'made.key')];
  mkdirSync(folder, { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `croft@${host}`, '-f', made]);
  copyFileSync(made, join(folder, 'host.key'));
  chmodSync(join(folder, 'host.key'), 0o600);
  const key = readFileSync(`${made}.pub`, 'utf8').trim();
  for (const path of [made, `${made}.pub`]) rmSync(path);
  return key;
}

/** Moments that look random and are the same each time: multiples of the golden ratio fill any interval evenly. */
function scattered(index: number): number {
  return (index * 0.618_033_988_749_895) % 1;
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}
