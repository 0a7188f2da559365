/** What the simulation of many hosts says, and what it would be for ten times as many. */
import type { Part } from '../hosts/simulate.ts';
import { formatSeconds } from './table.ts';

const HEAD = ['', 'hosts', 'until half', 'until last', 'cpu s a host', 'server cpu s', 'server cores', 'requests', 'sent KiB'] as const;

/** How many of those that failed say why. */
const shown = 3;

/** Print the parts for a terminal. */
export function formatParts(parts: readonly Part[]): string {
  const lines = [HEAD, ...parts.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const table = lines.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd());
  const failed = parts.flatMap(({ name, hosts, failed: each }) => [...each.slice(0, shown), ...(each.length > shown ? [`${each.length} of ${hosts} in all`] : [])].map((one) => `${name}: ${one}`));
  return [...table, ...failed, '', ...arithmetic(parts)].join('\n');
}

/** Print the parts as Markdown. */
export function markdownParts(parts: readonly Part[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(HEAD), `|---|${'--:|'.repeat(HEAD.length - 1)}`, ...parts.map((part) => row(cellsOf(part))), '', ...arithmetic(parts).map((line) => `* ${line}`)].join('\n');
}

/** What follows for a thousand hosts: each asks once a minute, and a push makes each ask once more. */
export function arithmetic(parts: readonly Part[]): readonly string[] {
  const [, minute, alone, all] = parts;
  if (minute === undefined || alone === undefined || all === undefined) return [];
  const each = minute.server.cpuSeconds / minute.hosts;
  const pushed = all.server.cpuSeconds / all.hosts;
  return [
    `a tick takes the git server ${(each * 1000).toFixed(0)} ms and ${(minute.server.requests / minute.hosts).toFixed(1)} requests: 100 hosts ${percent((100 * each) / 60)} of a core, 1,000 hosts ${percent((1000 * each) / 60)}`,
    `a push that touches a host takes it ${(pushed * 1000).toFixed(0)} ms a host: 1,000 hosts ${formatSeconds(1000 * pushed)} s of one core, so on four cores the last host has what it needs after ${formatSeconds((1000 * pushed) / 4)} s at the earliest`,
    `here all hosts share this machine's cores, so the last one cannot be done before ${formatSeconds(all.cpuSecondsPerHost * all.hosts + all.server.cpuSeconds)} CPU s are spent; a host with a core of its own is done after ${formatSeconds(alone.seconds)} s, and the last of 100, told 16 at a time, about when the server has answered all: ${formatSeconds(alone.seconds + 100 * pushed)} s with one core for it`,
  ];
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

function cellsOf({ name, hosts, seconds, doneAt, cpuSecondsPerHost, server }: Part): readonly string[] {
  const half = doneAt[Math.floor((doneAt.length - 1) / 2)] ?? 0;
  return [name, `${hosts}`, formatSeconds(half), formatSeconds(doneAt.at(-1) ?? 0), formatSeconds(cpuSecondsPerHost), formatSeconds(server.cpuSeconds), formatSeconds(server.cpuSeconds / seconds), `${server.requests}`, (server.sentBytes / 1024).toFixed(0)];
}
