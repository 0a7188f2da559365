/**
 * What was in files when they were last read, and their stamps then, as git's index has it: a run that looks at everything need not read what
 * has not moved since. A line for each: the digest, the stamp's numbers, the path. Before them a line that says what this is, of which
 * croft, and the digest of all that follows. Only root reads or writes it; whatever is not exactly so is nothing, and then all is read.
 */
import { digest } from '../model/digest.ts';
import type { Known, Machine } from '../model/machine.ts';
import { isYoung } from './stillness.ts';
import type { Watch } from './watch.ts';

const seenPath = '/var/lib/croft/seen';
const shape = /^(sha256:[0-9a-f]{64}) ([0-9. ]+) (\/.*)$/;

/** Read what was in files, by path. */
export async function recollectSeen(machine: Machine, build: string): Promise<ReadonlyMap<string, Known>> {
  const [answer] = await machine.observe([{ ask: 'path', path: seenPath, want: 'text' }]);
  const node = answer?.ask === 'path' ? answer.node : null;
  return node?.text === undefined || node.owner !== 'root' || node.mode !== '0600' ? new Map() : parseSeen(node.text, build);
}

/** Keep it for the next run that looks at everything; only when it is something else. Errors: MachineError. */
export async function keepSeen(machine: Machine, build: string, { seen, known }: Watch): Promise<void> {
  const next = new Map([...seen].flatMap(([path, { want, node, stamp, at }]): readonly (readonly [string, Known])[] =>
    (want !== 'digest' || node?.digest === undefined || isYoung(node.changedAt, at) || path.includes('\n') ? [] : [[path, { stamp, digest: node.digest }]])));
  const isKept = next.size === known.size && [...next].every(([path, { stamp }]) => known.get(path)?.stamp.at(-1) === stamp.at(-1));
  if (!isKept) await machine.perform({ do: 'write', path: seenPath, text: formatSeen(next, build), mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** Write it down. */
export function formatSeen(seen: ReadonlyMap<string, Known>, build: string): string {
  const body = [...seen].map(([path, { digest: content, stamp }]) => `${content} ${stamp.join(' ')} ${path}\n`).join('');
  return `${headOf(build, body)}${body}`;
}

/** Read it; nothing when it is damaged, or another croft's. */
export function parseSeen(text: string, build: string): ReadonlyMap<string, Known> {
  const end = text.indexOf('\n') + 1;
  const body = text.slice(end);
  if (text.slice(0, end) !== headOf(build, body)) return new Map();
  return new Map(body.split('\n').flatMap((line) => {
    const [, content, stamp, path] = shape.exec(line) ?? [];
    return content === undefined || stamp === undefined || path === undefined ? [] : [[path, { digest: content, stamp: stamp.split(' ').map(Number) }]];
  }));
}

function headOf(build: string, body: string): string {
  return `croft seen 1 ${build} ${digest(body)}\n`;
}
