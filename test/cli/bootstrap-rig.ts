/** A co-op with a host that is bare, an admin with what it takes to set it up, and `croft bootstrap` as that admin would run it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { bootstrapHost } from '../../reconciler/commands/bootstrap.ts';
import type { ExitStatus, World } from '../../reconciler/commands/command.ts';
import { commitFiles, createRepository } from '../../reconciler/git/commit.ts';
import { base } from '../scenarios/story.ts';
import { fakeHost, keyPair, publicHalf, type FakeHost } from './fake-host.ts';
import { worldIn } from './world.ts';

export const directory = mkdtempSync(join(tmpdir(), 'croft-bootstrap-'));
export const [adminKey, gitKey, otherKey] = [join(directory, 'admin.key'), join(directory, 'git.key'), join(directory, 'other.key')];
export const deb = join(directory, 'croft_0.1.0_all.deb');
export const secret = randomBytes(48).toString('base64');
export const clusterKey = join(directory, 'cluster.key');
export const web = 'https://git.meadow.example/coop.git';
export const ssh = 'git@192.0.2.77:/srv/git/coop.git';
export const home = join(directory, 'home');

interface Told {
  readonly status: ExitStatus | null;
  /** What was printed, and at the end why it could not go on. */
  readonly text: string;
  readonly notes: readonly string[];
}

/** A new one for each test. */
export let host: FakeHost;
let rooms = 0;

/** Make all that before the tests of a file, and let it be gone after them. */
export function withHost(): void {
  beforeAll(prepare);
  beforeEach(anew);
  afterEach(() => host.close());
  afterAll(() => rmSync(directory, { recursive: true }));
}

function prepare(): void {
  mkdirSync(join(home, '.ssh'), { recursive: true });
  for (const key of [adminKey, gitKey, otherKey]) keyPair(key);
  writeFileSync(deb, Buffer.concat([Buffer.from('!<arch>\n'), randomBytes(300_000)]));
  writeFileSync(clusterKey, `${secret}\n`);
}

async function anew(): Promise<void> {
  const room = join(directory, `host-${(rooms += 1)}`);
  mkdirSync(room);
  host = await fakeHost(room, adminKey);
  writeFileSync(join(home, '.ssh/known_hosts'), `192.0.2.77 ${publicHalf(gitKey)}\nelsewhere.example ${publicHalf(otherKey)}\n`);
}

interface Coop {
  readonly path: string;
  readonly first: string;
}

let coops = 0;
/** A repository whose host one has the keys of the fake one, as far as they are given. */
export async function coop(keys: { readonly sshd?: string | null; readonly own?: string } = {}): Promise<Coop> {
  const path = join(directory, `coop-${(coops += 1)}.git`);
  const { sshd = host.sshdKey, own } = keys;
  const declared = [...(sshd === null ? [] : [`ssh-host-key: ${sshd} root@one\n`]), ...(own === undefined ? [] : [`key: ${own} croft@one\n`])].join('');
  const files = new Map(base());
  files.set('desired-state/hosts/one.yaml', `${files.get('desired-state/hosts/one.yaml')}${declared}`);
  const first = await commitFiles(await createRepository(path), { branch: 'main', files, author: { name: 'Dana', mail: 'dana@elsewhere.example' }, message: 'found the co-op', time: 1_700_000_000 });
  return { path, first };
}

/** The key that the host will call its own, `type base64`. */
export function ownKey(): string {
  return host.read('new-key.pub').split(' ').slice(0, 2).join(' ');
}

/** What is given beside what every admin gives, or instead of it. */
export interface How {
  readonly [option: string]: string | boolean | readonly string[] | undefined;
}

/** A terminal on which an admin sits who is not root. */
export function terminal(lines: string[], notes: string[]): World {
  return worldIn(directory, { print: (text) => void lines.push(text), note: (text) => void notes.push(text), interactive: true, ssh: { agent: null, home } });
}

/** Run it as an admin would, on a terminal. */
export async function set(path: string, how: How = {}, tellEvery = 10_000): Promise<Told> {
  const [lines, notes]: [string[], string[]] = [[], []];
  const world = terminal(lines, notes);
  const values = { repo: path, deb, remote: [web], address: '127.0.0.1', port: String(host.port), key: adminKey, ...how };
  try {
    return { status: await bootstrapHost({ positionals: ['one'], values }, world, { tellEvery }), text: lines.join('\n'), notes };
  } catch (error) {
    if (!(error instanceof Error) || error.constructor.name === 'Error') throw error;
    return { status: null, text: [...lines, error.message].join('\n'), notes };
  }
}
