/**
 * What root itself remembers of what this host believes, beside the mirror, which belongs to another user: the commit, and the ones it was
 * at before. It is written after a host was made so, and never from what anybody else kept: so whoever takes the other half over can hand
 * over lies for as long as he holds it, but cannot make a host go back, or forget where it was.
 */
import { list, readJson } from '../../handover/read.ts';
import { tip as tipReader, tipOf, writtenTip, type Handover } from '../../handover/handover.ts';
import { oid, written } from '../../handover/words.ts';
import type { Machine } from '../../model/machine.ts';
import type { Tip } from '../../model/trusted.ts';
import { UsageError } from '../command.ts';

const recordPath = '/var/lib/croft/trusted.json';
/** Going back further than these is still refused by the other half, as long as nobody has taken it over. */
const mostBefore = 500;

/** What root believes. */
export interface Recorded {
  readonly tip: Tip;
  /** The commits that were left behind, the newest last. */
  readonly before: readonly string[];
}

const before = list(oid, mostBefore);

/** Read what root believes. What cannot be read counts as lost: the other record, in the mirror, stands then, and is told. */
export async function recorded(machine: Machine): Promise<Recorded | null> {
  const [answer] = await machine.observe([{ ask: 'path', path: recordPath, want: 'text' }]);
  const text = (answer?.ask === 'path' ? answer.node?.text : null) ?? '';
  const read = readJson(text, (value) => {
    const { before: left = [], ...rest } = Object(value) as { readonly before?: unknown };
    return { tip: tipReader(JSON.parse(written(rest))), before: before(left) };
  });
  return read.ok ? read.value : null;
}

/** Let the other half read what root believes, also where an older croft wrote it for root alone. Errors: MachineError. */
export async function share(machine: Machine): Promise<void> {
  const [answer] = await machine.observe([{ ask: 'path', path: recordPath, want: 'stat' }]);
  if (answer?.ask !== 'path' || answer.node === null || answer.node.mode === '0644') return;
  await machine.perform({ do: 'access', path: recordPath, mode: '0644', owner: 'root', group: 'root' });
}

/** Refuse what would bring a host back behind what it believes. Errors: UsageError. */
export function assertForward(known: Recorded | null, handover: Handover): void {
  if (known === null) return;
  const { commit } = handover.trusted;
  const undo = `to accept it on this host all the same, remove ${recordPath} and /var/lib/croft/repository.git/croft-tip`;
  if (known.before.includes(commit)) throw new UsageError(`cannot go back to commit ${commit}: this host left it behind, and is at ${known.tip.oid}; ${undo}`);
  if (handover.confirmedAt === null && commit !== known.tip.oid) throw new UsageError(`cannot go to commit ${commit}: nothing new was confirmed, and this host is at ${known.tip.oid}; ${undo}`);
}

/** Believe what was handed over from now on. Errors: MachineError. */
export async function record(machine: Machine, known: Recorded | null, handover: Pick<Handover, 'trusted' | 'confirmedAt'>): Promise<void> {
  const next = tipOf(handover);
  if (next === null) return;
  const left = known === null || known.tip.oid === next.oid ? (known?.before ?? []) : [...known.before, known.tip.oid].slice(-mostBefore);
  const text = `${JSON.stringify({ ...writtenTip(next), ...(left.length === 0 ? {} : { before: left }) })}\n`;
  await machine.perform({ do: 'write', path: recordPath, text, mode: '0644', owner: 'root', group: 'root' });
}
