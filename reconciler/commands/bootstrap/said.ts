import { oneLine } from '../../report/printable.ts';
import type { Answer } from '../host-errand.ts';

const longest = 300;

/** Show the end of what a host said: no line of it can be taken for one of ours, act on a terminal, or fill it. */
export function lastLines(text: string, count = 20): readonly string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trimEnd()).filter((line) => line !== '');
  const shown = lines.slice(-count).map((line) => oneLine(line.length > longest ? `${line.slice(0, longest)}…` : line));
  return [...(lines.length > count ? ['| …'] : []), ...shown.map((line) => `| ${line}`)];
}

/** Read the answer of a command as one word; null when it is none. */
export function wordOf(answer: Answer | undefined): string | null {
  const text = answer?.out.trim() ?? '';
  return answer?.status === 0 && /^[!-~]{1,100}$/.test(text) ? text : null;
}
