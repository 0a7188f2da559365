/**
 * Between plan and converge: what would destroy too much is not done. What a member's own removals would do is kept back by holding that
 * member at the newest version that removes nothing (law 4: everybody else goes on); what concerns the host or the co-op stops the run.
 * Finding that version takes the documents, which this half never reads: it asks (reconsider.ts), and judges what it gets once more.
 */
import type { Declared } from './model/declared.ts';
import type { Guarded } from './model/guard.ts';
import type { Machine } from './model/machine.ts';
import type { Inventory } from './model/plan.ts';
import type { Catalog, Id } from './model/resource.ts';
import { keyHolders } from './plan/before.ts';
import { expired, guard } from './plan/guard.ts';
import type { Sight } from './plan/guards.ts';
import { retirements } from './plan/retirements.ts';
import type { Planned } from './plan/plan.ts';
import { survey, type Trade } from './reconcile.ts';
import type { Reader } from './reconsider.ts';

/** A host that was looked at for a commit. Units: milliseconds since the epoch. */
export interface Surveyed {
  readonly state: Declared;
  readonly planned: Planned;
  readonly now: number;
  /** Where this host fetches the repository from. */
  readonly remotes?: readonly string[];
}

/** What of it may be done. */
export interface Restrained {
  readonly planned: Planned;
  readonly guarded: readonly Guarded[];
  /** Nothing may be done on this host at all. */
  readonly stopped: boolean;
  readonly notices: readonly string[];
}

/** Keep back what would destroy too much. Looks at the host, and touches nothing. */
export async function restrain(machine: Machine, surveyed: Surveyed, { reader, kinds }: Pick<Trade, 'kinds'> & { readonly reader: Reader }): Promise<Restrained> {
  const { state, planned, now } = surveyed;
  const grace = { graceDays: state.cluster.graceDays, now };
  const ended = expired(state.allowances, now);
  const notices = [...ended, ...retirements(planned, grace)];
  const sight = await sightOf(machine, surveyed, reader);
  const guarded = guard(sight, now);
  const whole = { planned, guarded, notices };
  if (guarded.length === 0) return { ...whole, stopped: false };
  if (guarded.some(({ owner }) => owner === 'coop')) return { ...whole, stopped: true };
  const held = await reader.keepBack({ ...sight, guarded, now });
  if (held === null || guard({ ...sight, ...held }, now).length > 0) return { ...whole, stopped: true };
  const { lost: _, ...again } = await survey(machine, held, { kinds });
  return { planned: again, guarded, notices: [...ended, ...retirements(again, grace)], stopped: false };
}

async function sightOf(machine: Machine, { state, planned: { catalog, inventory, plan }, now, remotes = [] }: Surveyed, reader: Reader): Promise<Sight> {
  const { revision } = inventory;
  const before = revision === null || revision === catalog.revision ? null : await reader.census(revision);
  const known = { before, remotes, zones: await zonesOn(machine, catalog, inventory) };
  const sight = { catalog, inventory, state, holds: plan.holds, admins: keyHolders(inventory.entries.keys()), ...known };
  const isDoubtful = guard(sight, now).some(({ code }) => code === 'guard/admins' || code === 'guard/lock-out');
  return isDoubtful ? { ...sight, admins: revision === null ? null : await reader.admins(revision) } : sight;
}

/** Read the zone files that are to say something else. */
async function zonesOn(machine: Machine, { resources }: Catalog, { entries }: Inventory): Promise<ReadonlyMap<Id, string>> {
  const moved = resources.filter(({ kind, id, desired }) => kind === 'zone' && entries.get(id)?.left?.['content'] !== desired?.['content'] && entries.has(id));
  const answers = await machine.observe(moved.map(({ name }) => ({ ask: 'path', path: name, want: 'text' })));
  return new Map(answers.flatMap((answer, index) => {
    const [id, text] = [moved[index]?.id, answer.ask === 'path' ? answer.node?.text : undefined];
    return id === undefined || text === undefined ? [] : [[id, text] as const];
  }));
}
