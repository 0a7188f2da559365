import { ownerName } from '../model/owner.ts';
import { formatProblem } from '../model/problem.ts';
import { pauseNotices, rolledBack, rollbackNotices, scopeName } from './aside.ts';
import type { Colour, Paint } from './paint.ts';
import { shortRevision } from './plan.ts';
import { oneLine } from './printable.ts';
import type { Known, Standing, Status } from './status.ts';
import { ago, count, list } from './words.ts';

const longestSubject = 50;
const mostDetails = 20;

/** Print how the co-op stands: what is wrong with all of it, a table of hosts, then what each host has to say. */
export function formatStatus(status: Status, paint: Paint): string {
  const { commit, hosts, alarms, now } = status;
  return [
    `${paint('bold', shortRevision(commit.oid))} ${subjectOf(commit)}, ${ago(now - commit.time * 1000)}`,
    ...alarms.map((alarm) => `${paint('red', 'alarm:')} ${oneLine(alarm)}`),
    '',
    ...table(hosts, { now, paint }),
    ...hosts.flatMap((host) => details(host, paint)),
  ].join('\n');
}

interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

/** Subjects come last: how wide they are is for the terminal to know. */
function table(hosts: readonly Standing[], { now, paint }: { readonly now: number; readonly paint: Paint }): readonly string[] {
  const heads: readonly Cell[] = ['host', 'state', 'reported', 'behind', 'held', 'paused', 'commit'].map((text) => ({ text, colour: 'dim' }));
  const rows = [heads, ...hosts.map((host) => cells(host, now))];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.text.length ?? 0)));
  const painted = ({ text, colour }: Cell): string => (colour === undefined ? text : paint(colour, text));
  const pad = (cell: Cell, column: number): string => painted(cell) + ' '.repeat((widths[column] ?? 0) - cell.text.length);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

function cells(standing: Standing, now: number): readonly Cell[] {
  const { host, report, at } = standing;
  const held = report?.holds.map(({ owner }) => oneLine(ownerName(owner))) ?? [];
  const more = (report?.counts.holds ?? 0) - 3;
  return [
    { text: host },
    { text: stateText(standing), colour: colourOf(standing) },
    { text: report === null ? '–' : ago(now - report.time * 1000) },
    { text: at === null ? '–' : behind(at) },
    { text: held.length === 0 ? '–' : more > 0 ? `${held.slice(0, 3).join(', ')} and ${more} more` : list(held) },
    { text: report === null ? '–' : paused(report) },
    { text: at === null ? '–' : `${shortRevision(at.oid)} ${subjectOf(at)}` },
  ];
}

/** What is paused there, and who is rolled back; the alarms and the host's own lines say more. */
function paused({ pauses, rollbacks }: Report): string {
  const names = [...pauses.map(({ scope }) => oneLine(scopeName(scope))), ...rollbacks.map((each) => `${oneLine(rolledBack(each))} rolled back`)];
  return names.length === 0 ? '–' : names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : list(names);
}

function stateText({ state, report }: Standing): string {
  if (state === 'drifted') return `${report?.counts.drift} drifted`;
  if (state === 'failed') return `${report?.counts.failed} failed`;
  return state === 'silent' ? `silent since ${moment(report?.time ?? 0)}` : state;
}

function colourOf({ state }: Standing): Colour {
  if (state === 'as desired') return 'green';
  return state === 'drifted' ? 'yellow' : 'red';
}

function behind({ relation, behind: by }: Known): string {
  if (relation === 'older') return by === null ? 'yes' : String(by);
  return relation === 'newer' ? 'ahead' : relation === 'same' ? '0' : '?';
}

function subjectOf({ subject }: Known): string {
  const shown = subject === null ? '(not in this repository)' : oneLine(subject);
  return shown.length > longestSubject ? `${shown.slice(0, longestSubject - 1).replace(/[\ud800-\udbff]$/, '')}…` : shown;
}

/** Shape: `2026-11-23 14:03 UTC`. */
function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, '2026-11-23T14:03'.length).replace('T', ' ')} UTC`;
}

function details({ host, state, why, report }: Standing, paint: Paint): readonly string[] {
  const heading = paint('bold', host);
  if (state === 'not believed') return ['', `${heading}: what is there as its report does not count: ${oneLine(why ?? '')}`];
  if (state === 'never reported') return ['', `${heading}: no report of it is here`];
  if (report === null) return [];
  const said = [...failures(report, paint), ...drift(report), ...holds(report, paint), ...aside(report)];
  return said.length === 0 ? [] : ['', `${heading}: ${tally(report)}`, ...said];
}

type Report = NonNullable<Standing['report']>;

function tally({ counts, unchanged, version }: Report): string {
  const failed = counts.failed > 0 ? [`${counts.failed} failed`] : [];
  const changed = counts.drift > 0 ? [`${counts.drift} changed by hand, found by its last run`] : [];
  const held = counts.holds > 0 ? [`${count(counts.holds, 'owner')} held`] : [];
  const said = [...failed, ...changed, ...held];
  return `${said.length === 0 ? '' : `${said.join(', ')}; `}${unchanged} as desired; croft ${oneLine(version)}`;
}

function failures({ failed, counts }: Report, paint: Paint): readonly string[] {
  const word = paint('red', 'failed');
  return atMost(failed.map(({ id, owner, because }) => `  ${word} ${oneLine(ownerName(owner))}: ${oneLine(id)}: ${oneLine(because)}`), counts.failed);
}

function drift({ drift: found, counts }: Report): readonly string[] {
  const values = ({ actual, desired }: Report['drift'][0]): string => (actual === null && desired === null ? '' : `: ${value(actual)} → ${value(desired)}`);
  return atMost(found.map((one) => `  ${oneLine(ownerName(one.owner))}: ${oneLine(one.id)}: ${oneLine(one.attribute)}${values(one)}`), counts.drift);
}

function holds({ holds: held, counts }: Report, paint: Paint): readonly string[] {
  return atMost(held.map(({ owner, lastGood, problems }) => {
    const force = lastGood === null ? 'nothing of theirs is touched' : `their documents of ${oneLine(shortRevision(lastGood))} stay in force`;
    return [`  ${paint('red', 'held')} ${oneLine(ownerName(owner))}; ${force}`, ...problems.map((problem) => `    ${oneLine(formatProblem(problem))}`)].join('\n');
  }), counts.holds);
}

function aside({ pauses, rollbacks }: Report): readonly string[] {
  const lines = [...rollbackNotices(rollbacks), ...pauseNotices(pauses)].map((notice) => `  ${oneLine(notice)}`);
  return atMost(lines, lines.length);
}

function value(scalar: string | number | boolean | null): string {
  return scalar === null ? 'nothing' : oneLine(String(scalar));
}

function atMost(lines: readonly string[], total: number): readonly string[] {
  const shown = lines.slice(0, mostDetails);
  return total > shown.length ? [...shown, `  and ${total - shown.length} more`] : shown;
}
