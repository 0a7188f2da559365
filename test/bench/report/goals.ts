/** What was wanted, and what these figures say of it. A figure that is not there is said to be not there. */
import type { Part } from '../hosts/simulate.ts';
import type { Result } from '../rows/row.ts';
import { formatSeconds } from './table.ts';

/** What was measured. */
export interface Figures {
  readonly results: readonly Result[];
  readonly parts: readonly Part[];
}

interface Goal {
  readonly title: string;
  readonly wanted: string;
  /** Shape: null when it was not measured. */
  reached(figures: Figures): { readonly said: string; readonly met: boolean } | null;
}

export const goals: readonly Goal[] = [
  { title: 'run with nothing to do, 1,000 members', wanted: '≤ 0.20 CPU s', reached: atMost('noop', 1000, 0.2) },
  { title: 'the same, peak memory', wanted: '≤ 80 MiB', reached: ({ results }) => peak(results, 'noop', 1000, 80) },
  { title: 'run with nothing to do, 5,000 members', wanted: '≤ 0.40 CPU s', reached: atMost('noop', 5000, 0.4) },
  { title: 'run with nothing to do, 10,000 members', wanted: '≤ 2 × (Node\'s start and one lstat of every managed path)', reached: atMostTimes('noop', 'node-lstat', 10_000, 2) },
  { title: 'its growth from 1,000 to 10,000 members', wanted: '≤ 10 ×', reached: growth },
  { title: 'run with one member\'s change, 1,000 members', wanted: '≤ 0.3 CPU s in croft, daemons aside', reached: atMostOwn('change', 1000, 0.3) },
  { title: 'run with one member\'s change, 10,000 members', wanted: '≤ 0.5 CPU s in croft, daemons aside', reached: atMostOwn('change', 10_000, 0.5) },
  { title: 'first run, 1,000 members', wanted: '≤ 2.5 CPU s', reached: atMost('first', 1000, 2.5) },
  { title: 'check of files, 10,000 members, cold', wanted: '≤ 2 × parsing alone', reached: atMostTimes('check-cold', 'parse', 10_000, 2) },
  { title: 'check of files, 10,000 members, warm', wanted: '≤ 1 s', reached: atMost('check-warm', 10_000, 1) },
  { title: 'preview of a one-member change, 10,000 members, warm', wanted: '≤ 1 s', reached: atMost('preview-warm', 10_000, 1) },
  { title: '100 hosts, one push: the last host', wanted: '≤ 10 s', reached: ofAHundred((all) => ({ said: `${formatSeconds(all.doneAt.at(-1) ?? Infinity)} s${all.failed.length === 0 ? '' : `, and ${all.failed.length} not at all`}`, met: all.failed.length === 0 && (all.doneAt.at(-1) ?? Infinity) <= 10 })) },
  { title: '100 hosts, one push: the git server', wanted: '< 1 core', reached: ofAHundred((all) => ({ said: `${formatSeconds(all.server.cpuSeconds / all.seconds)} cores, ${formatSeconds(all.server.cpuSeconds)} CPU s`, met: all.server.cpuSeconds < all.seconds })) },
];

/** What fewer hosts take says nothing of a hundred. */
function ofAHundred(reached: (all: Part) => { readonly said: string; readonly met: boolean }): Goal['reached'] {
  return ({ parts: [, , , all] }) => (all === undefined || all.hosts !== 100 ? null : reached(all));
}

/** Print the goals as a table of Markdown. */
export function markdownGoals(figures: Figures): string {
  const rows = goals.map(({ title, wanted, reached }) => {
    const now = reached(figures);
    return `| ${title} | ${wanted} | ${now?.said ?? 'not measured'} | ${now === null ? '' : now.met ? 'yes' : 'no'} |`;
  });
  return ['| | goal | reached | met |', '|---|---|---|---|', ...rows].join('\n');
}

function cpuOf(results: readonly Result[], key: string, size: number): number | null {
  return results.find((result) => result.key === key && result.size === size)?.cpu?.median ?? null;
}

function atMost(key: string, size: number, most: number): Goal['reached'] {
  return ({ results }) => {
    const cpu = cpuOf(results, key, size);
    return cpu === null ? null : { said: `${formatSeconds(cpu)} CPU s`, met: cpu <= most };
  };
}

/** Without what played a host's daemons and programs. */
function atMostOwn(key: string, size: number, most: number): Goal['reached'] {
  return ({ results }) => {
    const found = results.find((result) => result.key === key && result.size === size);
    if (found?.cpu == null || found.played === null) return null;
    const own = found.cpu.median - found.played.median;
    return { said: `${formatSeconds(own)} CPU s: ${formatSeconds(found.cpu.median)}, of which ${formatSeconds(found.played.median)} played the daemons`, met: own <= most };
  };
}

function atMostTimes(key: string, floor: string, size: number, most: number): Goal['reached'] {
  return ({ results }) => {
    const [cpu, least] = [cpuOf(results, key, size), cpuOf(results, floor, size)];
    return cpu === null || least === null ? null : { said: `${(cpu / least).toFixed(1)} ×: ${formatSeconds(cpu)} and ${formatSeconds(least)} CPU s`, met: cpu <= most * least };
  };
}

function peak(results: readonly Result[], key: string, size: number, most: number): ReturnType<Goal['reached']> {
  const mebibytes = results.find((result) => result.key === key && result.size === size)?.peakMebibytes ?? null;
  return mebibytes === null ? null : { said: `${mebibytes.toFixed(0)} MiB`, met: mebibytes <= most };
}

function growth({ results }: Figures): ReturnType<Goal['reached']> {
  const [small, large] = [cpuOf(results, 'noop', 1000), cpuOf(results, 'noop', 10_000)];
  return small === null || large === null ? null : { said: `${(large / small).toFixed(1)} ×`, met: large <= 10 * small };
}
