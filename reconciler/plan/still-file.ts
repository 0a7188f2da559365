/**
 * Where a host's stillness is kept: a line that says what this is, of which croft, and the digest of all that follows; a line of facts; and
 * the paths, one a line, for there may be hundreds of thousands. Only root reads or writes it. Whatever is not exactly so is none.
 */
import { digest } from '../model/digest.ts';
import type { Machine } from '../model/machine.ts';
import { day } from '../model/day.ts';
import type { Stillness } from './stillness.ts';

export const stillPath = '/var/lib/croft/still';

type Facts = Omit<Stillness, 'paths'> & { readonly counts: readonly [read: number, other: number, outside: number] };

/** Read what the last run noted down; null when there is nothing that is good now. Units: milliseconds since the epoch. */
export async function recollect(machine: Machine, now: { readonly build: string; readonly asked: string; readonly at: number }): Promise<Stillness | null> {
  const [answer] = await machine.observe([{ ask: 'path', path: stillPath, want: 'text' }]);
  const node = answer?.ask === 'path' ? answer.node : null;
  if (node?.text === undefined || node.owner !== 'root' || node.mode !== '0600') return null;
  const still = parseStillness(node.text, now.build);
  return still !== null && still.asked === now.asked && still.day === day(now.at) ? still : null;
}

/** Keep it for the next run, or take away what is not true any more. Errors: MachineError. */
export async function keepStill(machine: Machine, build: string, still: Stillness | null): Promise<void> {
  const text = still === null ? null : formatStillness(still, build);
  if (text === null) return machine.perform({ do: 'remove', path: stillPath });
  await machine.perform({ do: 'write', path: stillPath, text, mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** Write it down; null when some path does not fit in a line. */
export function formatStillness({ paths, ...facts }: Stillness, build: string): string | null {
  const all = [...paths.read, ...paths.other, ...paths.outside];
  if (all.some((path) => path.includes('\n'))) return null;
  const written: Facts = { ...facts, counts: [paths.read.length, paths.other.length, paths.outside.length] };
  const body = `${JSON.stringify(written)}\n${all.map((path) => `${path}\n`).join('')}`;
  return `${headOf(build, body)}${body}`;
}

/** Read it; null when it is damaged, or another croft's. */
export function parseStillness(text: string, build: string): Stillness | null {
  const end = text.indexOf('\n') + 1;
  const body = text.slice(end);
  if (text.slice(0, end) !== headOf(build, body)) return null;
  const [first = '', ...lines] = body.split('\n');
  const { counts: [read, other, outside], ...facts } = JSON.parse(first) as Facts;
  const [from, to] = [read + other, read + other + outside];
  return { ...facts, paths: { read: lines.slice(0, read), other: lines.slice(read, from), outside: lines.slice(from, to) } };
}

function headOf(build: string, body: string): string {
  return `croft still 2 ${build} ${digest(body)}\n`;
}
