/**
 * What it costs a host to verify a co-op's history: all of it from the first commit that it was told of, then one commit more, then one
 * merge more, with and without what it had worked out before. Each in a process of its own. Words: --commits N --members N --waiting --keep.
 * With --waiting something that nobody entitled signed is there from the second commit on.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRepository } from '../../reconciler/git/commit.ts';
import { recordedTip, recordTip } from '../../reconciler/git/ratchet.ts';
import { openRepository } from '../../reconciler/git/repository.ts';
import { believe, verify } from '../../reconciler/trust/verify.ts';
import { makeHistory } from './history/coop.ts';

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  readonly waiting: number;
}

async function main(): Promise<void> {
  const [word, ...others] = process.argv.slice(2);
  if (word === 'once') return once(others);
  const { values } = parseArgs({ options: { commits: { type: 'string', default: '10000' }, members: { type: 'string', default: '200' }, waiting: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } } });
  await table({ commits: Number(values.commits), members: Number(values.members), waiting: values.waiting, keep: values.keep });
}

/** In a process of its own: verify from what is recorded, or from a pin, to a commit, and say what it took. */
async function once([gitdir = '', from = '', to = '']: readonly string[]): Promise<void> {
  const started = process.hrtime.bigint();
  const before = process.cpuUsage();
  const repository = await openRepository(gitdir);
  const trusted = (await recordedTip({ gitdir })).value?.trusted ?? (await believe(repository, from));
  const verified = await verify(repository, trusted, to);
  if (verified === null) throw new Error(`${to} does not descend from ${trusted.commit}`);
  const { user, system } = process.cpuUsage(before);
  const cost: Cost = { wallSeconds: Number(process.hrtime.bigint() - started) / 1e9, cpuSeconds: (user + system) / 1e6, peakMebibytes: peak(), waiting: verified.trusted.pending.length };
  await recordTip({ gitdir }, { oid: to, time: 1, trusted: verified.trusted });
  process.stdout.write(JSON.stringify(cost));
}

/** The most memory that this process had. What getrusage(2) says is, in a child, at least what its parent had. Source: proc(5), VmHWM. */
function peak(): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
}

async function table({ commits, members, waiting, keep }: { readonly commits: number; readonly members: number; readonly waiting: boolean; readonly keep: boolean }): Promise<void> {
  const room = mkdtempSync(join(tmpdir(), 'croft-bench-'));
  const gitdir = join(room, 'coop.git');
  try {
    await createRepository(gitdir);
    const made = makeHistory({ members, commits, mergeEvery: 20, waiting });
    execFileSync('git', ['-C', gitdir, 'index-pack', '--stdin'], { input: made.pack, stdio: 'pipe' });
    execFileSync('git', ['-C', gitdir, 'update-ref', 'refs/heads/main', made.merge]);
    execFileSync('git', ['-C', gitdir, 'repack', '-adfq']);
    const rows: readonly (readonly [string, () => Cost])[] = [
      [`all ${commits} commits, from the first one`, () => measure(gitdir, made.first, made.head)],
      ['one commit more', () => measure(gitdir, made.first, made.next)],
      ['one merge more', () => measure(gitdir, made.first, made.merge)],
      ['the same merge, without what was worked out before', () => again(gitdir, made)],
    ];
    process.stdout.write(`${members} members, ${commits} commits, ${made.signatures} signatures, a pack as git repacks it\n${''.padEnd(52)}   wall s    cpu s  peak MiB  waiting\n`);
    for (const [name, run] of rows) process.stdout.write(formatRow(name, run()));
  } finally {
    if (keep) process.stdout.write(`${gitdir}\n`);
    else rmSync(room, { recursive: true, force: true });
  }
}

/** Go back to before the merge: the record of the commit below it is written anew. */
function again(gitdir: string, made: { readonly first: string; readonly next: string; readonly merge: string }): Cost {
  rmSync(join(gitdir, 'croft-tip'));
  measure(gitdir, made.next, made.next);
  rmSync(join(gitdir, 'croft-known'), { force: true });
  return measure(gitdir, made.first, made.merge);
}

function measure(gitdir: string, from: string, to: string): Cost {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'once', gitdir, from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Cost;
}

function formatRow(name: string, { wallSeconds, cpuSeconds, peakMebibytes, waiting }: Cost): string {
  return `${name.padEnd(52)} ${wallSeconds.toFixed(2).padStart(8)} ${cpuSeconds.toFixed(2).padStart(8)} ${peakMebibytes.toFixed(0).padStart(9)} ${String(waiting).padStart(8)}\n`;
}

void main();
