import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, lstatSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { recover } from '../../reconciler/converge/recover.ts';
import { rooted } from '../../reconciler/machines/rooted.ts';
import type { Machine } from '../../reconciler/model/machine.ts';
import type { Outcome } from '../../reconciler/model/plan.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { defer, failedIn } from '../../reconciler/plan/backoff.ts';
import type { Planned } from '../../reconciler/plan/plan.ts';
import { readAttempts, writeAttempts } from '../../reconciler/plan/standing.ts';
import { perform, survey, understand, type Trade, type Understood } from '../../reconciler/reconcile.ts';
import { readerOf } from '../../reconciler/reconsider.ts';
import { restrain, type Restrained } from '../../reconciler/restrain.ts';
import { kinds } from '../../reconciler/resources/index.ts';
import { services } from '../../reconciler/services/index.ts';
import type { Hand } from './story.ts';

export const trade: Trade = { kinds, services };

/** A host of a story: a directory with the co-op's key in it, thrown away at the end. */
export interface StoryHost {
  readonly name: string;
  readonly directory: string;
  readonly machine: Machine;
}

/** In memory where there is a place for it: stories write many small files, and sync each. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Make a host that is exactly as another one is now. */
export function twin(host: StoryHost): StoryHost {
  const directory = mkdtempSync(join(place, 'croft-story-'));
  execFileSync('cp', ['-a', `${host.directory}/.`, directory]);
  return { name: host.name, directory, machine: rooted(directory) };
}

/** Make a bare host. */
export function bare(name: string): StoryHost {
  const directory = mkdtempSync(join(place, 'croft-story-'));
  mkdirSync(join(directory, 'etc/croft'), { recursive: true });
  writeFileSync(join(directory, 'etc/croft/cluster.key'), `${'k'.repeat(64)}\n`, { mode: 0o600 });
  return { name, directory, machine: rooted(directory) };
}

/** Throw a host away. */
export function discard({ directory }: StoryHost): void {
  rmSync(directory, { recursive: true, force: true });
}

type Meant = Understood & { readonly catalog: NonNullable<Understood['catalog']> };

/** What was understood before; understanding is pure, so once is enough. */
const known = new WeakMap<readonly Snapshot[], Map<string, Promise<Meant>>>();

/** Understand the newest of some commits. */
export function understood(commits: readonly Snapshot[], host: string): Promise<Meant> {
  const byHost = known.get(commits) ?? new Map<string, Promise<Meant>>();
  known.set(commits, byHost);
  const meant = byHost.get(host) ?? readAnew(commits, host);
  byHost.set(host, meant);
  return meant;
}

async function readAnew(commits: readonly Snapshot[], host: string): Promise<Meant> {
  const head = commits.at(-1);
  if (head === undefined) throw new Error('a story needs a commit');
  const found = await understand({ head, ancestors: () => newestFirst(commits.slice(0, -1)) }, host, trade);
  if (found.catalog === null) throw new Error(`no catalog for ${host}: ${JSON.stringify(found.holds, null, 1)}`);
  return { ...found, catalog: found.catalog };
}

async function* newestFirst(commits: readonly Snapshot[]): AsyncIterable<Snapshot> {
  yield* [...commits].reverse();
}

/** Survey a host for some commits. */
export async function planned(host: StoryHost, commits: readonly Snapshot[], machine = host.machine): Promise<Planned> {
  return survey(machine, await understood(commits, host.name), trade);
}

/** When stories are told. */
export const today = Date.parse('2026-06-15T12:00:00Z');

/** Longer than anything that failed waits. */
export const later = 2 * 60 * 60 * 1000;

/** One whole run of the timer's: what failed a moment ago waits. */
export async function run(host: StoryHost, commits: readonly Snapshot[], machine = host.machine, now = today): Promise<{ readonly planned: Planned; readonly outcomes: readonly Outcome[] }> {
  await recover(machine);
  const surveyed = await planned(host, commits, machine);
  return { planned: surveyed, outcomes: await carryOut(machine, surveyed, now) };
}

/** The last part of a run: do it, but for what failed a moment ago, and remember what fails. */
export async function carryOut(machine: Machine, surveyed: Planned, now = today): Promise<readonly Outcome[]> {
  const [attempts, when] = [await readAttempts(machine), { now: Math.floor(now / 1000), version: packageFile.version }];
  const deferred = defer(surveyed, attempts, when);
  const outcomes = await perform(machine, surveyed, { ...trade, now, deferred: deferred.outcomes });
  await writeAttempts(machine, { ...attempts, version: when.version, resources: failedIn(outcomes, { planned: surveyed, deferred, now: when.now }) });
  return outcomes;
}

/** What a run would do, without what guards keep back. */
export async function weighed(host: StoryHost, commits: readonly Snapshot[], now: number, remotes: readonly string[] = []): Promise<Restrained> {
  const { state } = await understood(commits, host.name);
  const head = commits.at(-1);
  if (state === null || head === undefined) throw new Error('there is no state');
  const wanted = { head, ancestors: () => newestFirst(commits.slice(0, -1)) };
  return restrain(host.machine, { state, planned: await planned(host, commits), now, remotes }, { kinds, reader: readerOf(wanted, host.name, trade) });
}

/** Do to a host what a person with an editor would. */
export async function byHand({ directory, machine }: StoryHost, hand: Hand): Promise<void> {
  const at = (path: string): string => join(directory, path);
  if ('write' in hand) {
    mkdirSync(dirname(at(hand.write)), { recursive: true });
    writeFileSync(at(hand.write), hand.text);
  } else if ('append' in hand) appendFileSync(at(hand.append), hand.text);
  else if ('replace' in hand) {
    const before = readFileSync(at(hand.replace), 'utf8');
    if (!before.includes(hand.from)) throw new Error(`${hand.replace} holds no ${hand.from}`);
    writeFileSync(at(hand.replace), before.replace(hand.from, () => hand.to));
  } else if ('remove' in hand) rmSync(at(hand.remove), { recursive: true });
  else if ('chmod' in hand) chmodSync(at(hand.chmod), Number.parseInt(hand.mode, 8));
  else if ('stop' in hand) await machine.perform({ do: 'run', argv: ['systemctl', 'stop', hand.stop] });
  else throw new Error(`no such hand: ${JSON.stringify(hand)}`);
}

/** The programs that changed something since a moment. Shape: one line each, words joined by spaces. */
export function programs({ directory }: StoryHost): readonly string[] {
  const log = join(directory, 'var/lib/croft/rooted/log');
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8').trim().split('\n').filter((line) => line !== '').map((line) => {
    const { argv } = JSON.parse(line) as { argv: readonly string[] };
    return argv.join(' ');
  });
}

/** Everything below a host's root that a run can have changed: type, mode and content by path. The log of programs is not state. */
export function tree({ directory }: Pick<StoryHost, 'directory'>, below = ''): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(directory, below)).sort()) {
    const path = join(below, name);
    if (path === 'var/lib/croft/rooted/log') continue;
    const stats = lstatSync(join(directory, path));
    if (stats.isDirectory()) for (const [inner, content] of tree({ directory }, path)) found.set(inner, content);
    const content = stats.isSymbolicLink() ? readlinkSync(join(directory, path)) : stats.isFile() ? readFileSync(join(directory, path), 'utf8') : '';
    found.set(path, `${stats.mode.toString(8)} ${/^var\/lib\/croft\/rooted\/\w+\.json$/.test(path) ? remembered(content) : content}`);
  }
  return found;
}

/** What a rooted machine remembers, in whatever order it came to know it. */
function remembered(text: string): string {
  const entries = Object.entries(JSON.parse(text) as { readonly [key: string]: string | null });
  return JSON.stringify(entries.filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1)));
}
