/**
 * A file that only root reads or writes, and that is good for one croft: a line that says what it is, of which croft, and the digest of all
 * that follows. Whatever is not exactly so is nothing.
 */
import { digest } from '../model/digest.ts';
import type { Machine } from '../model/machine.ts';

/** Read such a file. Shape: null where there is none that only root can have written. */
export async function ownText(machine: Machine, path: string): Promise<string | null> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  const node = answer?.ask === 'path' ? answer.node : null;
  return node?.text === undefined || node.owner !== 'root' || node.mode !== '0600' ? null : node.text;
}

/** Write such a file. Errors: MachineError. */
export function keepOwn(machine: Machine, path: string, text: string): Promise<void> {
  return machine.perform({ do: 'write', path, text, mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** What a file is, with the number of its form, and whose. */
export interface Title {
  readonly what: string;
  readonly build: string;
}

/** Put the line before a body that says what it is. */
export function headed(body: string, title: Title): string {
  return `${headOf(body, title)}${body}`;
}

/** Take the body behind such a line; null when it is damaged, something else, or another croft's. */
export function bodyIn(text: string, title: Title): string | null {
  const end = text.indexOf('\n') + 1;
  const body = text.slice(end);
  return text.slice(0, end) === headOf(body, title) ? body : null;
}

function headOf(body: string, { what, build }: Title): string {
  return `croft ${what} ${build} ${digest(body)}\n`;
}
