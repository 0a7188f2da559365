/** Where the time between a push and what visitors see goes: from a host's journal, which has the moment of each step. */
import { must } from './coop.ts';
import { exec, type Host } from './lab.ts';

/** One push. Units: milliseconds, moments since the epoch. */
export interface Push {
  readonly host: Host;
  readonly begun: number;
  readonly live: number;
}

/** What happens between two moments, in its order. The last moment of one is the first of the next. */
export const steps = [
  'git push until the host is told', 'until its run begins', 'begin, fetch, verify, compile', 'look, plan, stage, check, swap', 'reload, until it is seen',
] as const;

/** What begins, by what the journal says of it. */
const marks: readonly { readonly unit: string; readonly says: RegExp }[] = [
  { unit: 'sshd', says: /^Accepted publickey for croft-kick / },
  { unit: 'croft.service', says: /^Starting / },
  { unit: 'croft-compile.service', says: /: Deactivated successfully\.$/ },
  { unit: 'apache2.service', says: /^Reloading / },
];

interface Line {
  readonly at: number;
  readonly unit: string;
  readonly message: string;
}

/** How long each step of each push took; null for one whose journal does not have all of them in their order. */
export async function stepsOf(pushes: readonly Push[]): Promise<readonly (readonly number[] | null)[]> {
  const since = Math.floor(Math.min(...pushes.map(({ begun }) => begun)) / 1000) - 1;
  const journals = new Map<Host, readonly Line[]>();
  for (const host of new Set(pushes.map((push) => push.host))) journals.set(host, await journalOf(host, since));
  return pushes.map((push) => durations(push, journals.get(push.host) ?? []));
}

async function journalOf(host: Host, since: number): Promise<readonly Line[]> {
  const { stdout } = await must(exec(host, ['journalctl', '-o', 'json', '--no-pager', '--since', `@${since}`, '--output-fields=MESSAGE,UNIT,SYSLOG_IDENTIFIER,_SOURCE_REALTIME_TIMESTAMP']));
  return stdout.split('\n').filter((line) => line !== '').map((line) => {
    const { MESSAGE, UNIT, SYSLOG_IDENTIFIER, _SOURCE_REALTIME_TIMESTAMP, __REALTIME_TIMESTAMP } = JSON.parse(line) as { readonly [field: string]: string | undefined };
    return { at: Number(_SOURCE_REALTIME_TIMESTAMP ?? __REALTIME_TIMESTAMP) / 1000, unit: UNIT ?? (SYSLOG_IDENTIFIER?.startsWith('sshd') === true ? 'sshd' : ''), message: String(MESSAGE) };
  }).toSorted((a, b) => a.at - b.at);
}

/** The run that made a push live is the last that began before it was. */
function durations({ begun, live }: Push, journal: readonly Line[]): readonly number[] | null {
  const moments = [live];
  for (const { unit, says } of marks.toReversed()) {
    const before = moments[0] ?? live;
    const line = journal.findLast(({ at, unit: whose, message }) => at <= before && whose === unit && says.test(message));
    if (line === undefined || line.at < begun) return null;
    moments.unshift(line.at);
  }
  moments.unshift(begun);
  return moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
}

/** A row for each step, with the median and its part of the whole. */
export function table(measured: readonly (readonly number[])[]): string {
  const middle = steps.map((_, index) => median(measured.map((durationsOfOne) => durationsOfOne[index] ?? 0)));
  const whole = middle.reduce((sum, each) => sum + each, 0);
  return steps.map((name, index) => `${name.padEnd(34)}${String(Math.round(middle[index] ?? 0)).padStart(7)} ms${String(Math.round((100 * (middle[index] ?? 0)) / whole)).padStart(5)} %`).join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
