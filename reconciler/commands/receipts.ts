/**
 * The end of a change by hand that was announced: at its time a run puts back what git says. Before anything is touched what is there is
 * copied to a place of root's, and a receipt is begun; when it was seen to be as git says, the receipt says so and the announcement goes.
 * Both are named after the announcement, so whatever ends a run in between, the next one goes on with the same.
 */
import type { Pause, Receipt } from '../model/aside.ts';
import { digest } from '../model/digest.ts';
import type { Machine } from '../model/machine.ts';
import type { Change, Outcome } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import type { Planned } from '../plan/plan.ts';

const [receipts, copies] = ['/var/lib/croft/receipts', '/var/lib/croft/by-hand'] as const;
const root = { owner: 'root', group: 'root' } as const;

/** A change by hand whose time is over, and what is known of it. */
export interface Returning {
  readonly pause: Pause;
  readonly receipt: Receipt;
}

/** Keep what is about to be put back. Errors: MachineError; then nothing is put back in this run. */
export async function beginReturn(machine: Machine, planned: Planned, lapsed: readonly Pause[]): Promise<readonly Returning[]> {
  if (lapsed.length === 0) return [];
  for (const path of ['/var/lib/croft', receipts, copies]) await machine.perform({ do: 'directory', path, mode: path === '/var/lib/croft' ? '0755' : '0700', ...root });
  const begun: Returning[] = [];
  for (const pause of lapsed) {
    const receipt = (await earlier(machine, pause)) ?? (await fresh(machine, planned, pause));
    await write(machine, pause, receipt);
    begun.push({ pause, receipt });
  }
  return begun;
}

/** Say what became of it. Shape: the receipts; those that are not returned are to be tried again. */
export async function endReturn(machine: Machine, returning: readonly Returning[], { outcomes, now }: { readonly outcomes: readonly Outcome[]; readonly now: number }): Promise<readonly Receipt[]> {
  const unfinished = new Set(outcomes.flatMap(({ id, result }) => (result === 'done' ? [] : [id])));
  const ended: Receipt[] = [];
  for (const { pause, receipt } of returning) {
    const after = unfinished.has(receipt.id) ? receipt : { ...receipt, returned: now };
    if (after !== receipt) await write(machine, pause, after);
    ended.push(after);
  }
  return ended;
}

/** Shape: `20261123T140300Z-1f2e3d4c`. */
function nameOf({ scope, since, until }: Pause): string {
  const stamp = new Date(until * 1000).toISOString().replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '');
  return `${stamp}-${digest(`${scope} ${since}`).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}

async function write(machine: Machine, pause: Pause, receipt: Receipt): Promise<void> {
  await machine.perform({ do: 'write', path: `${receipts}/${nameOf(pause)}.json`, text: `${JSON.stringify(receipt, null, 1)}\n`, mode: '0600', ...root });
}

/** What a run that did not end has written down already. */
async function earlier(machine: Machine, pause: Pause): Promise<Receipt | null> {
  const text = await textAt(machine, `${receipts}/${nameOf(pause)}.json`);
  try {
    const receipt = JSON.parse(text ?? 'null') as Receipt | null;
    return receipt?.id === pause.scope && Array.isArray(receipt.was) ? receipt : null;
  } catch {
    return null;
  }
}

async function fresh(machine: Machine, { plan, resources }: Planned, pause: Pause): Promise<Receipt> {
  const { who, why, since, until } = pause;
  const id = pause.scope as Id;
  const change = plan.changes.find(({ resource }) => resource.id === id);
  const owner = change?.resource.owner ?? resources.find((resource) => resource.id === id)?.owner ?? 'coop';
  const copy = change === undefined ? null : await copied(machine, change, `${copies}/${nameOf(pause)}`);
  return { id, owner, who, why, since, until, was: change === undefined ? [] : told(change), copy, returned: null };
}

/** What is secret is told by its name only, and so is what a tombstone may have been. */
function told({ resource: { kind, desired, payload }, differences }: Change): Receipt['was'] {
  const isSecret = payload?.secret === true || kind === 'key' || desired === null;
  return differences.map(({ attribute, actual, desired: wanted }) => ({ attribute, actual: isSecret ? null : actual, desired: isSecret ? null : wanted }));
}

async function copied(machine: Machine, { resource }: Change, path: string): Promise<string | null> {
  const text = resource.name.startsWith('/') ? await textAt(machine, resource.name) : null;
  if (text === null) return null;
  await machine.perform({ do: 'write', path, text, mode: '0600', secret: true, ...root });
  return path;
}

async function textAt(machine: Machine, path: string): Promise<string | null> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  return answer?.ask === 'path' ? (answer.node?.text ?? null) : null;
}
