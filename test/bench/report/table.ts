/** The table: one line a row and size, as text for a terminal and as Markdown for the docs. */
import type { Result } from '../rows/row.ts';

const HEAD = ['', 'members', 'runs', 'cpu s', 'least', 'played', 'wall s', 'peak MiB'] as const;
/** How many figures follow the title. */
const figures = HEAD.length - 1;

/** Print results for a terminal. */
export function formatTable(results: readonly Result[]): string {
  const lines = [HEAD, ...sorted(results).map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells.slice(0, HEAD.length)[column]?.length ?? 0)));
  return lines.map(([title = '', ...rest]) => [title.padEnd(widths[0] ?? 0), ...rest.slice(0, figures).map((cell, n) => cell.padStart(widths[n + 1] ?? 0)), ...rest.slice(figures)].join('  ').trimEnd()).join('\n');
}

/** Print results as a table of Markdown. */
export function markdownTable(results: readonly Result[]): string {
  const lines = sorted(results).map(cellsOf).map(([title = '', ...rest]) => {
    const said = rest.slice(figures).join('');
    return `| ${[said === '' ? title : `${title}: ${said}`, ...rest.slice(0, figures)].join(' | ')} |`;
  });
  return ['| what | members | runs | cpu s | least | played | wall s | peak MiB |', '|---|--:|--:|--:|--:|--:|--:|--:|', ...lines].join('\n');
}

/** Print one result as it is known. */
export function formatResult(result: Result): string {
  const [title = '', members = '', , cpu = '', , , wall = '', peak = '', said = ''] = cellsOf(result);
  return `${members.padStart(7)}  ${title}: ${result.cpu === null ? said : `${cpu} cpu s, ${wall} s, ${peak} MiB${said === '' ? '' : ` (${said})`}`}`;
}

/** Seconds with as many digits as say something. */
export function formatSeconds(seconds: number): string {
  return seconds >= 100 ? seconds.toFixed(0) : seconds >= 10 ? seconds.toFixed(1) : seconds >= 0.1 ? seconds.toFixed(2) : seconds.toFixed(3);
}

/** The last cell is there only when something is to be said. */
function cellsOf({ title, size, runs, cpu, played, wall, peakMebibytes, said }: Result): readonly string[] {
  const cells = [size === null ? '' : size.toLocaleString('en'), runs === 0 ? '' : `${runs}`, figure(cpu?.median), figure(cpu?.least), played === null ? '' : formatSeconds(played.median), figure(wall?.median), peakMebibytes === null ? '–' : peakMebibytes.toFixed(0)];
  return [title, ...cells, ...(said === null ? [] : [said])];
}

function figure(seconds: number | undefined): string {
  return seconds === undefined ? '–' : formatSeconds(seconds);
}

/** All sizes of a row beside each other, rows in the order in which they came. */
function sorted(results: readonly Result[]): readonly Result[] {
  const order = [...new Set(results.map(({ key }) => key))];
  return results.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key) || (a.size ?? 0) - (b.size ?? 0));
}
