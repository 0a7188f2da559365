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
import { AllNeeded } from './plan/all-needed.ts';
import { keyHoldersOn } from './plan/before.ts';
import { formersOn } from './plan/former-guards.ts';
import { guard, idle, passing } from './plan/guard.ts';
import { retirements } from './plan/retirements.ts';
import { handoverPath } from './plan/inventory.ts';
import type { Planned } from './plan/plan.ts';
import { censusIn, type Sight } from './plan/sight.ts';
import { survey, type Trade } from './reconcile.ts';
import type { Reader } from './reconsider.ts';

/** A host that was looked at for a commit. Units: milliseconds since the epoch. */
export interface Surveyed {
  readonly state: Declared;
  readonly planned: Planned;
  readonly now: number;
  /** Where this host fetches the repository from. */
  readonly remotes?: readonly string[];
  /** Its inventory could not be read. */
  readonly lost?: boolean;
  /** Did guards let all of it pass before, but for what zones say? */
  readonly isPassed?: boolean;
}

/** What of it may be done. */
export interface Restrained {
  readonly planned: Planned;
  readonly guarded: readonly Guarded[];
  /** Nothing may be done on this host at all. */
  readonly stopped: boolean;
  readonly notices: readonly string[];
}

/** Keep back what would destroy too much. Looks at the host, and touches nothing. Errors: AllNeeded where it was only a part, and something would. */
export async function restrain(machine: Machine, surveyed: Surveyed, { reader, kinds }: Pick<Trade, 'kinds'> & { readonly reader: Reader }): Promise<Restrained> {
  const { state, planned, now, lost = false } = surveyed;
  const grace = { graceDays: state.cluster.graceDays, now };
  const { sight, notices: unknown } = await sightOf(machine, surveyed, reader);
  const told = [...idle(state.allowances, now), ...unknown];
  const guarded = guard(sight, now);
  const whole = { planned, guarded, notices: [...told, ...retirements(planned, grace)] };
  const isPart = planned.catalog.beside !== undefined;
  const passed = guarded.length === 0 ? passing(sight, { now, lost }) : null;
  // What is a danger may be less of one, or another, among all that is beside a part.
  if (isPart && passed?.notices.length !== 0) throw new AllNeeded('a guard looks at all that there is');
  if (passed !== null) {
    const { ledger, notices } = passed;
    return { ...whole, planned: { ...planned, ledger }, notices: [...notices, ...whole.notices], stopped: false };
  }
  if (guarded.some(({ owner }) => owner === 'coop')) return { ...whole, stopped: true };
  const held = await reader.keepBack({ ...sight, guarded, now });
  if (held === null || guard({ ...sight, ...held }, now).length > 0) return { ...whole, stopped: true };
  const { lost: _, ...again } = await survey(machine, held, { kinds });
  const { ledger, notices } = passing({ ...sight, ...held }, { now, lost });
  return { planned: { ...again, ledger }, guarded, notices: [...notices, ...told, ...retirements(again, grace)], stopped: false };
}

const uncounted = `how many members, hosts and classes of limits there were is not known: ${handoverPath} is missing or cannot be read – the guard shrunken goes by what the inventory names`;

/** What of a host guards look at; and what of that is not known. */
async function sightOf(machine: Machine, { state, planned: { catalog, inventory, plan }, now, remotes = [], isPassed = false }: Surveyed, reader: Reader): Promise<{ readonly sight: Sight; readonly notices: readonly string[] }> {
  const { revision } = inventory;
  const isNew = revision !== null && revision !== catalog.revision;
  const census = isNew ? await reader.census(revision) : null;
  const known = { before: isNew ? (census ?? censusIn(inventory)) : null, remotes, zones: await zonesOn(machine, catalog, inventory), formers: await formersOn(machine, { catalog, inventory }) };
  const sight = { catalog, inventory, state, holds: plan.holds, admins: keyHoldersOn(inventory), isPassed, ...known };
  const isDoubtful = guard(sight, now).some(({ code }) => code === 'guard/admins' || code === 'guard/lock-out');
  const notices = isNew && census === null ? [uncounted] : [];
  if (!isDoubtful) return { sight, notices };
  return { sight: { ...sight, admins: revision === null ? null : await reader.admins(revision) }, notices };
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
