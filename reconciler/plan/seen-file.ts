/**
 * What was in files when they were last read, and their stamps then, as git's index has it: a run that looks at everything need not read what
 * has not moved since. It is kept in a file of root's own (own-file.ts), a line for each: the digest, the stamp's numbers, the path. Without
 * it all is read.
 */
import { isSameStamp, type Known, type Machine } from '../model/machine.ts';
import { bodyIn, headed, keepOwn, ownText } from './own-file.ts';
import { isYoung } from './stillness.ts';
import type { Watch } from './watch.ts';

const seenPath = '/var/lib/croft/seen';
const what = 'seen 1';

/** Read what was in files, by path. */
export async function recollectSeen(machine: Machine, build: string): Promise<ReadonlyMap<string, Known>> {
  const text = await ownText(machine, seenPath);
  return text === null ? new Map() : parseSeen(text, build);
}

/** Keep it for the next run that looks at everything; only when it is something else. Errors: MachineError. */
export async function keepSeen(machine: Machine, build: string, { seen, known, resting }: Watch): Promise<void> {
  const stands = (path: string, before: Known): boolean => {
    const now = seen.get(path);
    return now === undefined || (now.want === 'stat' && isSameStamp(now.stamp, before.stamp));
  };
  const others = resting === null ? [] : [...known].filter(([path, before]) => stands(path, before));
  const read = [...seen].flatMap(([path, { want, node, stamp, at }]): readonly (readonly [string, Known])[] =>
    (want === 'secret' || node === null || !('digest' in node) || isYoung(node.changedAt, at) || path.includes('\n') ? [] : [[path, asKnown(known.get(path), stamp) ?? { stamp, digest: node.digest }]]));
  const next = new Map([...others, ...read]);
  const isKept = next.size === known.size && [...next].every(([path, now]) => now === known.get(path) || now.stamp.at(-1) === known.get(path)?.stamp.at(-1));
  if (!isKept) await keepOwn(machine, seenPath, formatSeen(next, build));
}

function asKnown(before: Known | undefined, stamp: Known['stamp']): Known | null {
  return before !== undefined && isSameStamp(before.stamp, stamp) ? before : null;
}

/** What was read, with the line that it was read from. */
type Recollected = Known & { readonly line?: string };

/** Write it down. */
export function formatSeen(seen: ReadonlyMap<string, Recollected>, build: string): string {
  return headed([...seen].map(([path, each]) => `${each.line ?? `${each.digest} ${each.stamp.join(' ')} ${path}`}\n`).join(''), { what, build });
}

/** Read it; nothing when it is damaged, or another croft's. */
export function parseSeen(text: string, build: string): ReadonlyMap<string, Known> {
  const body = bodyIn(text, { what, build }) ?? '';
  const seen = new Map<string, Known>();
  // There are thousands: each was written by formatSeen, to the byte, and no number has a slash in it.
  for (const line of body.split('\n').slice(0, -1)) seen.set(line.slice(line.indexOf('/')), knownOn(line));
  return seen;
}

/** Of thousands few are asked for. */
function knownOn(line: string): Recollected {
  let stamp: Known['stamp'] | null = null;
  const end = line.indexOf(' ');
  return {
    line,
    digest: line.slice(0, end),
    get stamp() { return (stamp ??= line.slice(end + 1, line.indexOf('/') - 1).split(' ').map(Number)); },
  };
}
