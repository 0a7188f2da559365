/** Two hosts of one co-op that follow the same commits: one knows of the run before, the other looks at everything every time. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyOn } from '../../../reconciler/commands/halves/copy-file.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { digest } from '../../../reconciler/model/digest.ts';
import type { Files } from '../desired/coop.ts';
import { minute, tickHost, type Ran, type TickHost } from './tick-host.ts';

const fixture = 'test/fixtures/secrets/host-one';
const room = 'var/lib/croft/';
const memory = ['filesystems', 'ownership', 'packages', 'quotas', 'sessions', 'subvolumes', 'units'];

/** Find what files of one tree are other ones in another; null: none there. */
export function changesIn(before: Files, after: Files): ReadonlyMap<string, string | null> {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return new Map([...paths].filter((path) => (before[path] ?? null) !== (after[path] ?? null)).map((path) => [`desired-state/${path}`, after[path] ?? null]));
}

/** What a run says, but for when and where. */
export function said({ status, said: words, facts: { outcomes, notices } }: Ran): unknown {
  return { status, words: words.replaceAll(/croft-tick-\w+/g, 'room').split('\n').sort(), outcomes: outcomes.map((each) => JSON.stringify(each)).sort(), notices };
}

export interface TwoHosts {
  readonly knowing: TickHost;
  readonly forgetful: TickHost;
  both(work: (host: TickHost) => unknown): Promise<void>;
  commit(files: Files): Promise<void>;
  /** A minute later, run both; the second one knows nothing of the run before. Shape: null where a run comes to no end. */
  run(machine?: Wrapping): Promise<readonly [Ran | null, Ran | null]>;
  /** A minute later, run the first one. */
  alone(): Promise<Ran>;
}

type Wrapping = (() => (machine: Machine) => Machine) | undefined;

/** Found them. */
export async function twoHosts(files: Files): Promise<TwoHosts> {
  const given = new Map([...changesIn({}, files)].flatMap(([path, text]) => (text === null ? [] : [[path, text] as const])));
  let now = files;
  const [knowing, forgetful] = [await tickHost({ name: 'main', files: given }), await tickHost({ name: 'main', files: given })];
  const both = async (work: (host: TickHost) => unknown): Promise<void> => {
    for (const host of [knowing, forgetful]) await work(host);
  };
  await both((host) => {
    const key = host.on('etc/ssh/ssh_host_ed25519_key');
    mkdirSync(dirname(key), { recursive: true });
    writeFileSync(key, readFileSync(fixture), { mode: 0o600 });
  });
  const ran = async (host: TickHost, machine: Wrapping): Promise<Ran | null> => (machine === undefined ? host.run() : host.run({ machine: machine() }).catch(() => null));
  return {
    knowing, forgetful, both,
    commit: async (next) => {
      const changes = Object.fromEntries(changesIn(now, next));
      now = next;
      await both((host) => host.commit(changes));
    },
    run: async (machine) => {
      tick([knowing, forgetful]);
      for (const name of ['still', 'seen', 'spool/cache']) rmSync(forgetful.own(name), { recursive: true, force: true });
      return [await ran(knowing, machine), await ran(forgetful, machine)];
    },
    alone: async () => {
      tick([knowing]);
      return knowing.run();
    },
  };
}

/** A minute goes by, which no inode is younger than. */
function tick(hosts: readonly TickHost[]): void {
  const now = Math.max(...hosts.flatMap(({ clock, ahead }) => [clock, Date.now() + ahead])) + minute;
  for (const host of hosts) host.clock = now;
}

/** All that a host is, by path: what croft keeps of it is there as far as it says what was made. */
export async function stateOf(host: TickHost): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of pathsBelow(host.on(''))) {
    const stats = lstatSync(host.on(path));
    const isKept = path.startsWith(room) && !/^var\/lib\/croft\/loaded\//.test(path);
    if (isKept) continue;
    const what = stats.isSymbolicLink() ? readlinkSync(host.on(path)) : stats.isFile() ? digest(readFileSync(host.on(path), 'utf8')) : 'directory';
    found.set(path, `${stats.mode.toString(8)} ${what}`);
  }
  for (const name of memory) for (const [key, value] of remembered(host, name)) found.set(`${name} ${key}`, value);
  const { heading, isWhole, lines } = await copyOn(rooted(host.on('')));
  found.set('heading', JSON.stringify({ ...heading, digest: isWhole, isOfParts: undefined }));
  for (const line of lines.split('\n')) found.set(`copy ${line.slice(0, 60)}`, line);
  for (const line of readFileSync(host.own('inventory.jsonl'), 'utf8').split('\n')) found.set(`inventory ${line.slice(0, 60)}`, line);
  return found;
}

/** No link is followed. */
function pathsBelow(root: string, directory = ''): readonly string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? [path, ...pathsBelow(root, path)] : [path];
  });
}

function remembered(host: TickHost, name: string): readonly (readonly [string, string])[] {
  const file = host.own(`rooted/${name}.json`);
  const table = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly [key: string]: unknown }) : {};
  return Object.entries(table).filter(([key, value]) => value !== null && !key.startsWith(`/${room}`)).map(([key, value]) => [key, JSON.stringify(value)]);
}

/** Name what is another on each of two hosts. */
export function apart(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key)).map((key) => `${key}: ${one.get(key) ?? 'nothing'} / ${other.get(key) ?? 'nothing'}`.slice(0, 4000));
}

/** What is beside root's own copy since that was written, without the line that says what it amends; empty where nothing is. */
export function newestPart(host: TickHost): string {
  const file = host.own('handover.new');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.slice(text.indexOf('\n') + 1);
}

/** What a daemon's reload is refused with, or, with null, no more. */
export function refusing(host: TickHost, words: string | null): void {
  const file = host.own('rooted/refuse.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, words === null ? '{}' : JSON.stringify({ 'systemctl reload': words }));
}
