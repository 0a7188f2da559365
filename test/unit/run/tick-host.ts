/** A host of a small co-op whose runs are counted: what they look at, what they read, and what they do. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { World } from '../../../reconciler/commands/command.ts';
import type { Place } from '../../../reconciler/commands/place.ts';
import { perform } from '../../../reconciler/commands/run/perform.ts';
import { commitFiles, createRepository } from '../../../reconciler/git/commit.ts';
import { rooted } from '../../../reconciler/machines/rooted.ts';
import { isSameStamp, type Answer, type Machine, type Probe } from '../../../reconciler/model/machine.ts';
import { day } from '../../../reconciler/model/day.ts';
import { formatPaths, formatStill, parsePaths, parseStill } from '../../../reconciler/plan/still-file.ts';
import { stampDigest, type Still, type Stillness } from '../../../reconciler/plan/stillness.ts';
import { base } from '../../scenarios/story.ts';
import { worldIn } from '../../cli/world.ts';

export const build = '0123456789abcdef';
export const minute = 60_000;
const author = { name: 'Dana', mail: 'dana@elsewhere.example' };

/** Ada's site. */
export const vhost = 'desired-state/members/ada/vhosts/blog.ada.example.yaml';
export const site = '/etc/apache2/croft/sites/blog.ada.example.conf';

/** What a run asked of the host. */
export interface Count {
  /** Paths of which only the inode was looked at, one by one. */
  stamped: number;
  /** Paths on the rolls that were called. */
  called: number;
  /** Paths that were looked at one by one, but for croft's own. */
  looked: number;
  /** Files read, but for croft's own. */
  read: number;
  programs: number;
  steps: number;
}

export interface Ran {
  readonly status: number;
  readonly count: Count;
  readonly said: string;
  readonly facts: { readonly outcomes: readonly unknown[]; readonly notices: readonly string[] };
}

interface Running {
  readonly audit?: boolean;
  readonly as?: string | null;
  readonly machine?: (machine: Machine) => Machine;
}

/** The clock of these tests goes as they say; inodes have the real time. */
export interface TickHost {
  clock: number;
  /** How far the clock was put forward to be clear of midnight. */
  readonly ahead: number;
  run(running?: Running): Promise<Ran>;
  /** Run until there is nothing to do, and that is noted down, with nothing that is to be read again. */
  settle(): Promise<Still & Stillness>;
  still(): (Still & Stillness) | null;
  /** The same, as it is a minute after something was made: clear of what was just written. */
  rest(): Promise<Still & Stillness>;
  /** Settle, and wait until nothing is young: what only the machine may read is not noted down while it is new. */
  ripen(): Promise<void>;
  /** Ada's site with another header each time. */
  anotherSite(): { readonly [path: string]: string };
  /** Make a note that says of the host as it is now that it is as desired, with what the files held before. */
  restamp(noted: Stillness): Promise<void>;
  commit(files: { readonly [path: string]: string | null }): Promise<void>;
  /** A file of croft's own. */
  own(name: string): string;
  on(path: string): string;
  /** Make its clock that of the inodes, so that what is written now is hardly older than the look at it; what the first run made is. */
  atOnce(): Promise<void>;
  end(): void;
}

/** Which host of which co-op. Paths of documents are whole. */
interface Founding {
  readonly name?: string;
  readonly files?: ReadonlyMap<string, string>;
}

/** Found the co-op and its host. */
export async function tickHost({ name = 'one', files: documents = base() }: Founding = {}): Promise<TickHost> {
  const room = mkdtempSync(join(tmpdir(), 'croft-tick-'));
  const [root, remote] = [join(room, 'one'), join(room, 'coop.git')];
  mkdirSync(join(root, 'etc/croft'), { recursive: true });
  writeFileSync(join(root, 'etc/croft/cluster.key'), `${'k'.repeat(64)}\n`, { mode: 0o600 });
  const repository = await createRepository(remote);
  let time = 1_700_000_000;
  const commit = async (files: ReadonlyMap<string, string | null>): Promise<void> => void (await commitFiles(repository, { branch: 'main', files, author, message: 'change', time: (time += 60) }));
  await commit(documents);
  const begun = Date.now();
  const clock = day(begun) === day(begun + 6 * 60 * minute) ? begun : begun + 12 * 60 * minute;
  const own = (file: string): string => join(root, 'var/lib/croft', file);
  let [founded, turns] = [0, 0];
  const host: TickHost = {
    clock,
    ahead: clock - begun,
    own,
    on: (path) => join(root, path),
    still() {
      const noted = existsSync(own('still')) ? parseStill(readFileSync(own('still'), 'utf8'), build) : null;
      const paths = noted === null || !existsSync(own('still-paths')) ? null : parsePaths(readFileSync(own('still-paths'), 'utf8'), noted.listing);
      return noted === null || paths === null ? null : { ...noted, paths };
    },
    commit: (files) => commit(new Map(Object.entries(files))),
    end: () => rmSync(room, { recursive: true }),
    async run({ audit = false, as = build, machine: wrap = (each: Machine) => each } = {}) {
      const count = { stamped: 0, called: 0, looked: 0, read: 0, programs: 0, steps: 0 };
      const lines: string[] = [];
      const place: Place = {
        host: name, remotes: [remote], branch: 'main', revision: null, pin: null, rollbacks: [], root, machine: wrap(counting(rooted(root), count)), build: as,
        identity: { keyFiles: [], agent: null, knownHosts: [] }, stateDirectory: join(root, 'var/lib/croft'),
      };
      const world: World = worldIn(room, { now: () => host.clock, print: (text) => void lines.push(text), build: as, scheduled: true });
      const status = await perform({ place, world, format: 'text', what: 'follow', audit });
      founded ||= Date.now();
      return { status, count, said: lines.join('\n'), facts: JSON.parse(readFileSync(own('report.json'), 'utf8')) as Ran['facts'] };
    },
    async atOnce() {
      await setTimeout(Math.max(0, founded + 2500 - Date.now()));
      host.clock = Date.now();
    },
    async settle() {
      for (let turn = 0; turn < 4; turn += 1) {
        host.clock += minute;
        await host.run();
        const noted = host.still();
        if (noted?.young.length === 0) return noted;
      }
      throw new Error('the host does not come to rest');
    },
    async rest() {
      host.clock = Math.max(host.clock, Date.now() + host.ahead) + minute;
      const noted = await host.settle();
      host.clock += minute;
      return noted;
    },
    async ripen() {
      await host.settle();
      await setTimeout(2100);
    },
    anotherSite() {
      turns += 1;
      return { [vhost]: `${String(base().get(vhost)).replace(/^headers:(?:\n  .*)*\n/m, '')}headers:\n  - name: X-Turn\n    value: v${turns}\n` };
    },
    async restamp({ paths, ...noted }) {
      const [stamped] = await rooted(root).observe([{ ask: 'stamps', paths: { whole: [...paths.read, ...paths.other], outside: paths.outside } }]);
      const written = formatPaths(paths);
      if (stamped?.ask !== 'stamps' || written === null) throw new Error('the host cannot be noted down');
      writeFileSync(own('still-paths'), written.text, { mode: 0o600 });
      writeFileSync(own('still'), formatStill({ ...noted, listing: written.listing, stamp: stampDigest(stamped) }, build), { mode: 0o600 });
    },
  };
  return host;
}

function counting(real: Machine, count: Count): Machine {
  return {
    ...real,
    observe: async (probes) => {
      const answers = await real.observe(probes);
      for (const [index, probe] of probes.entries()) add(count, probe, answers[index]);
      return answers;
    },
    perform: (step) => {
      if (!('path' in step) || !step.path.startsWith('/var/lib/croft')) count.steps += 1;
      return real.perform(step);
    },
  };
}

function add(count: Count, probe: Probe, answer: Answer | undefined): void {
  if (probe.ask === 'stamps') count.stamped += probe.paths.whole.length + probe.paths.outside.length;
  if (probe.ask === 'roll') count.called += [probe.roll.whole, probe.roll.outside].flatMap(({ paths }) => paths.split('\0').slice(0, -1)).length;
  if (probe.ask === 'run') count.programs += 1;
  if (probe.ask === 'derived' || probe.ask === 'sealed') count.read += 1;
  if (probe.ask !== 'path' || answer?.ask !== 'path' || probe.path.startsWith('/var/lib/croft/')) return;
  count.looked += 1;
  if (isRead(probe, answer)) count.read += 1;
}

function isRead({ want, known = null }: Extract<Probe, { ask: 'path' }>, { stamp }: Extract<Answer, { ask: 'path' }>): boolean {
  return want === 'text' || (want === 'digest' && !(known !== null && stamp !== undefined && isSameStamp(known.stamp, stamp)));
}
