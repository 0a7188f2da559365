import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { markdownGoals } from '../../bench/report/goals.ts';
import { formatTable, markdownTable } from '../../bench/report/table.ts';
import { resultOf, without, type Row } from '../../bench/rows/row.ts';
import { changed, coopOf, differences } from '../../bench/workload/coop.ts';
import { commitTo, foundRepository } from '../../bench/workload/repository.ts';

const root = join(import.meta.dirname, '../../..');
const room = mkdtempSync(join(tmpdir(), 'croft-bench-test-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const row: Row = { key: 'noop', group: 'croft', title: 'run with nothing to do', limitSeconds: 1, ready: () => ({ why: 'not here' }) };
const took = (cpuSeconds: number, playedSeconds?: number) => ({ cost: { cpuSeconds, wallSeconds: cpuSeconds * 2, peakMebibytes: 50 * cpuSeconds, ...(playedSeconds === undefined ? {} : { playedSeconds }) } });

it('makes the same co-op of the same size and seed, and another of another seed', () => {
  const made = [...coopOf({ members: 5 })];
  expect([...coopOf({ members: 5 })]).toEqual(made);
  expect([...coopOf({ members: 5, seed: 2 })]).not.toEqual(made);
  expect(made.length).toBe(4 + 5 * 5);
});

it('changes one document of one member', () => {
  const before = coopOf({ members: 5 });
  expect([...differences(before, changed(before, 3, 'new')).keys()]).toEqual(['desired-state/members/m00003/vhosts/www.m00003.example.yaml']);
});

it('makes a co-op that croft finds nothing wrong with, in commits of the same names each time', () => {
  const [one, two] = [join(room, 'one.git'), join(room, 'two.git')];
  const documents = coopOf({ members: 5 });
  const heads = [one, two].map((gitdir) => {
    foundRepository(gitdir, documents);
    return commitTo(gitdir, { branch: 'main', changes: differences(documents, changed(documents, 3, 'new')), message: 'one site' });
  });
  expect(heads[0]).toBe(heads[1]);
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bin/croft.mjs', 'check', '--repo', one], { cwd: root, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).not.toMatch(/:\d+:\d+: /);
  expect(status).toBe(0);
});

it('prints least and median, and says why there are none', () => {
  const results = [resultOf(row, 1000, [took(0.4, 0.05), took(0.2, 0.03), took(0.3, 0.04)]), without(row, 10_000, 'no time was left'), resultOf(row, 100, [took(12), { ranOut: 60 }])];
  expect(formatTable(results).split('\n').map((line) => line.trimEnd())).toEqual([
    '                        members  runs  cpu s  least  played  wall s  peak MiB',
    'run with nothing to do      100     1   12.0   12.0            24.0       600  did not end within 60 s',
    'run with nothing to do    1,000     3   0.30   0.20   0.040    0.60        20',
    'run with nothing to do   10,000            –      –               –         –  no time was left',
  ]);
  expect(markdownTable(results).split('\n').slice(2)).toEqual([
    '| run with nothing to do: did not end within 60 s | 100 | 1 | 12.0 | 12.0 |  | 24.0 | 600 |',
    '| run with nothing to do | 1,000 | 3 | 0.30 | 0.20 | 0.040 | 0.60 | 20 |',
    '| run with nothing to do: no time was left | 10,000 |  | – | – |  | – | – |',
  ]);
});

it('says of each goal what was reached, or that nobody knows', () => {
  const lines = markdownGoals({ results: [resultOf(row, 1000, [took(0.4)])], parts: [] }).split('\n');
  expect(lines).toContain('| run with nothing to do, 1,000 members | ≤ 0.20 CPU s | 0.40 CPU s | no |');
  expect(lines).toContain('| the same, peak memory | ≤ 80 MiB | 20 MiB | yes |');
  expect(lines).toContain('| run with one member\'s change, 10,000 members | ≤ 0.5 CPU s in croft, daemons aside | not measured |  |');
  const own = markdownGoals({ results: [resultOf({ ...row, key: 'change' }, 1000, [took(0.4, 0.1), took(0.3, 0.05), took(0.5, 0.1)]), resultOf({ ...row, key: 'change' }, 10_000, [took(2, 0.5)])], parts: [] });
  expect(own).toContain('| run with one member\'s change, 1,000 members | ≤ 0.3 CPU s in croft, daemons aside | 0.30 CPU s: 0.40, of which 0.10 played the daemons | no |');
  expect(own).toContain('| 1.50 CPU s: 2.00, of which 0.50 played the daemons | no |');
  expect(lines).toContain('| 100 hosts, one push: the last host | ≤ 10 s | not measured |  |');
});

it('measures what it is asked to, and every row does what it says', () => {
  const { stdout, stderr, status } = bench('table', '--sizes', '3', '--runs', '1', '--json', '--without', 'peers,audit,check-cold,check-commit-cold,check-commit-warm,preview-cold');
  expect(status, stderr).toBe(0);
  const { results } = JSON.parse(stdout) as { readonly results: readonly { readonly key: string; readonly said: string | null }[] };
  expect(results.map(({ key }) => key)).toEqual(expect.arrayContaining(['version', 'check-warm', 'preview-warm', 'first', 'noop', 'change', 'drift', 'parse', 'node-lstat', 'git-fetch']));
  expect(results.filter(({ said }) => said !== null && said !== 'no C compiler here')).toEqual([]);
});

it.each([
  { words: ['tabel'], said: 'cannot measure "tabel"' },
  { words: ['table', '--sizes', 'many'], said: 'cannot use --sizes many: say a whole number of at least 1' },
  { words: ['table', '--only', 'nop'], said: 'cannot use --only nop: say some of croft, floors' },
  { words: ['table', '--siezs', '1'], said: 'cannot understand the words' },
])('refuses $words', ({ words, said }) => {
  const { stderr, status } = bench(...words);
  expect(status).toBe(1);
  expect(stderr).toContain(said);
});

function bench(...words: readonly string[]): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  return spawnSync(process.execPath, ['scripts/bench.mjs', ...words], { cwd: root, encoding: 'utf8' });
}
