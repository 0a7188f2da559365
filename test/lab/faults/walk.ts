import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { must } from '../coop.ts';
import { exec, net, type Host, type Result } from '../lab.ts';
import { configure, documents, git, identity, write, type Side, type Village } from './village.ts';

/** What happened at one point of a run, and what was left of the host. */
export interface Point {
  readonly number: number;
  readonly side: Side;
  readonly fault: { readonly [variable: string]: string };
  readonly began: number;
  /** How many points the run came to; fewer than `number` when it was over before. */
  readonly points: number;
  /** The call and its path. */
  readonly point: string;
  readonly status: number | string;
  readonly milliseconds: number;
  /** Files that are neither as before nor as after. */
  readonly torn: readonly string[];
  readonly said: string;
  readonly failed: readonly { readonly id: string; readonly owner: string; readonly result: string; readonly because?: string }[] | null;
  readonly after: Settled;
  /** Data that changed. */
  readonly lost: readonly string[];
  readonly seconds: number;
}

/** The next run, the plan after it, and how the host then differs from one that never had a fault. */
export interface Settled {
  readonly run: number | string;
  readonly plan: number | string;
  readonly milliseconds: number;
  readonly different: readonly string[];
  readonly said?: string;
}

/** A history on a host that goes to and fro between the two sides. */
export interface Pendulum {
  readonly host: Host;
  readonly repository: string;
  readonly commits: readonly string[];
}

export interface Walk {
  readonly calls: readonly string[];
  /** One after the other, one a point. */
  readonly faults: readonly { readonly [variable: string]: string }[];
  readonly from?: number;
  readonly every?: number;
  /** To which side the first run goes; whichever is next unless it says so. */
  readonly first?: Side;
  readonly seconds?: number;
}

export interface Walked {
  readonly points: readonly Point[];
  /** The point before which time was up. */
  readonly cut: number | null;
}

/** Where the lab keeps its own things in a host. */
export const place = '/var/lib/lab';

/** Bring the lab's own scripts into a host. */
export async function equip(host: Host): Promise<void> {
  await must(exec(host, ['mkdir', '-p', place]));
  for (const name of ['points.cjs', 'walk.mjs', 'look.mjs']) await put(host, `${place}/${name}`, readFileSync(new URL(name, import.meta.url)));
}

/** Write a file in a host. */
export async function put(host: Host, path: string, content: string | Uint8Array): Promise<void> {
  await must(exec(host, ['sh', '-c', 'cat > "$1"', 'sh', path], { input: content }));
}

/** The interpreter that croft runs by on a host. */
export async function interpreter(host: Host): Promise<string> {
  return (await must(exec(host, ['sed', '-n', '1s/^#!//p', '/usr/bin/croft']))).stdout.trim();
}

/**
 * A repository on the host itself, whose history goes to and fro between the two states of the village: a run fetches nothing but knows
 * a newer commit as soon as the branch is moved. Shape: its path and the commits, B first; the clone is left at the last one.
 */
export async function pendulum(village: Village, length: number): Promise<Pendulum> {
  const trees = Object.fromEntries((['A', 'B'] as const).map((side) => {
    write(village, documents(village, side));
    git(village, 'add', '-A');
    return [side, git(village, 'write-tree').trim()];
  })) as { readonly [side in Side]: string };
  let tip = git(village, 'rev-parse', 'HEAD').trim();
  const start = tip;
  const commits: string[] = [];
  for (let index = 0; index < length; index += 1) {
    const side = index % 2 === 0 ? 'B' : 'A';
    tip = git(village, ...identity(village), 'commit-tree', '-S', '-p', tip, '-m', `to ${side}`, trees[side]).trim();
    commits.push(tip);
  }
  const work = mkdtempSync(join(tmpdir(), 'croft-lab-pendulum-'));
  try {
    git(village, 'update-ref', 'refs/heads/pendulum', tip);
    execFileSync('git', ['clone', '-q', '--bare', '--no-hardlinks', village.clone, join(work, 'coop.git')]);
    execFileSync('git', ['-C', join(work, 'coop.git'), 'repack', '-q', '-a', '-d']);
    rmSync(join(work, 'coop.git/packed-refs'), { force: true });
    writeFileSync(join(work, 'coop.git/refs/heads/main'), `${start}\n`);
    const archive = execFileSync('tar', ['-C', work, '--owner=0', '--group=0', '-cf', '-', 'coop.git'], { maxBuffer: 256 * 1024 * 1024 });
    await must(exec(village.host, ['sh', '-c', `rm -rf ${place}/coop.git && tar -C ${place} -xf -`], { input: archive }));
  } finally {
    rmSync(work, { recursive: true });
    git(village, 'reset', '-q', '--hard', start);
  }
  await configure(village, [`${place}/coop.git`], start);
  return { host: village.host, repository: `${place}/coop.git`, commits };
}

/** Learn what the host is on each side, by two runs each way; to be done once before anything goes wrong. */
export async function learn(history: Pendulum): Promise<readonly Settled[]> {
  return (await told(history, 'learn')) as readonly Settled[];
}

/** Let something go wrong at every point of a run, one by one. */
export async function walk(history: Pendulum, wanted: Walk): Promise<Walked> {
  const lines = (await told(history, 'walk', wanted)) as readonly (Point | { readonly cut: number })[];
  const cut = lines.find((line) => 'cut' in line);
  return { points: lines.filter((line): line is Point => !('cut' in line)), cut: cut === undefined || !('cut' in cut) ? null : cut.cut };
}

/** Move the branch to the next commit: the other side. */
export async function advance(history: Pendulum): Promise<Side> {
  return (await told(history, 'advance'))[0] as Side;
}

/** One clean run and a plan. */
export async function settle(history: Pendulum): Promise<Settled> {
  return (await told(history, 'settle'))[0] as Settled;
}

/** What is torn at this moment, and what data was lost. */
export async function compare(history: Pendulum): Promise<Pick<Point, 'torn' | 'lost'>> {
  return (await told(history, 'compare'))[0] as Pick<Point, 'torn' | 'lost'>;
}

async function told({ host, repository, commits }: Pendulum, verb: string, wanted: Partial<Walk> = {}): Promise<readonly unknown[]> {
  const config = { repository, commits, watched: ['/etc', '/var/lib/extrausers', '/usr/sbin/policy-rc.d', '/srv'], data: ['/home', '/var/vmail'], ...wanted };
  await put(host, '/run/lab-walk.json', JSON.stringify(config)); // not on the disk, which may be full
  const { stdout } = await must(exec(host, [await interpreter(host), `${place}/walk.mjs`, '/run/lab-walk.json', verb], { timeoutSeconds: (wanted.seconds ?? 3600) + 120 }));
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown);
}

/** Let a host follow the village's remote again, from where the pendulum is: what the clone commits from now on descends from that. */
export async function follow(village: Village, { host, commits }: Pendulum): Promise<void> {
  const { stdout } = await exec(host, ['grep', '-c', village.url, '/etc/croft/config.yaml']);
  if (stdout.trim() !== '0') return;
  const turn = Number((await exec(host, ['cat', `${place}/turn`])).stdout);
  const tip = turn === 0 ? git(village, 'rev-parse', 'HEAD').trim() : (commits[turn - 1] ?? '');
  git(village, 'reset', '-q', '--hard', tip);
  await must(net(['git', '-C', village.clone, 'push', '-q', village.url, 'main']));
  await configure(village, [village.url], tip);
  await must(exec(host, ['croft', 'reconcile'], { timeoutSeconds: 300 }));
}

/** Run croft with something wrong in its process: the variables are those of points.cjs. */
export function faulty(host: Host, words: readonly string[], fault: { readonly [variable: string]: string }, timeoutSeconds = 300): Promise<Result> {
  const variables = Object.entries({ NODE_OPTIONS: `--require ${place}/points.cjs`, POINTS_LOG: `${place}/points.log`, ...fault }).map(([name, value]) => `${name}=${value}`);
  return exec(host, ['env', ...variables, 'croft', ...words], { timeoutSeconds });
}
