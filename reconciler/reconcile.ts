/**
 * The whole way of a commit onto a host, on one screen: read → hold → compile → observe → plan → converge. What of the commit counts was
 * judged before (trust/); what would destroy too much is kept back between plan and converge (restrain.ts).
 * Everything is handed in; nothing here does I/O of its own. Plan and reconcile are the same code up to the last step.
 */
import { compile } from './compile/compile.ts';
import { converge, type Progress } from './converge/converge.ts';
import { closeKept, type OlderThan } from './desired/close-kept.ts';
import { settle } from './desired/hold.ts';
import type { ReadCache } from './desired/read.ts';
import type { Standing } from './desired/standing.ts';
import type { DesiredState, Host } from './model/desired.ts';
import type { Machine } from './model/machine.ts';
import type { Owner } from './model/owner.ts';
import type { Hold, Outcome } from './model/plan.ts';
import type { Catalog, Id, Resource } from './model/resource.ts';
import type { Service } from './model/service.ts';
import type { Snapshot } from './model/snapshot.ts';
import { compareText } from './model/source.ts';
import { readInventory } from './plan/inventory.ts';
import type { Kinds } from './plan/observe.ts';
import { makePlan, type Planned } from './plan/plan.ts';

/** A commit to make true: its documents, and (read only when somebody must be held) those of the commits before it. */
export interface Wanted {
  readonly head: Snapshot;
  readonly ancestors: () => AsyncIterable<Snapshot>;
  /** What was read before, of whichever commit. */
  readonly readings?: ReadCache;
  /** Who changed what nobody entitled signed: it is in none of these documents. */
  readonly refused?: readonly Hold[];
  /** Whose documents in `head` are older than in the newest commit: a guard keeps back what that one removes, or an admin went back. */
  readonly kept?: OlderThan;
}

/** What a host is made of and what members can ask for. */
export interface Trade {
  readonly kinds: Kinds;
  readonly services: readonly Service[];
}

/** One commit, understood for one host. `state` and `catalog` are null when nothing in history could be used. */
export interface Understood {
  readonly state: DesiredState | null;
  readonly host: Host | null;
  readonly catalog: Catalog | null;
  readonly holds: readonly Hold[];
  /** Of whom is known that they are held just so in the next commit, too; null where that is not sure. */
  readonly standing: Standing | null;
}

/** Read, validate and resolve a commit, holding whoever has problems, and compile one host's catalog of it. */
export async function understand(wanted: Wanted, hostName: string, { services }: Trade): Promise<Understood> {
  const { state: settled, holds: invalid, standing } = await settle(wanted.head, wanted.ancestors, wanted.readings);
  const state = settled === null || wanted.kept === undefined ? settled : closeKept(settled, wanted.kept);
  const holds = together([...invalid, ...(wanted.refused ?? [])]);
  const host = state?.hosts.find(({ name }) => name === hostName) ?? null;
  return { state, host, catalog: state === null || host === null ? null : compile(state, host, services), holds, standing: standing === null ? null : { ...standing, holds: together(standing.holds) } };
}

/** Whoever has more mistakes than these reads no further; and what is handed over has its bounds. */
const mostProblems = 1000;
const more = 'hold/more';

/** Make one hold an owner, whatever there is against them. */
export function together(holds: readonly Hold[]): readonly Hold[] {
  const byOwner = new Map<Owner, Hold>();
  for (const hold of holds) {
    const other = byOwner.get(hold.owner);
    byOwner.set(hold.owner, other === undefined ? hold : { ...other, problems: [...other.problems, ...hold.problems] });
  }
  return [...byOwner.values()].map(withoutMany).toSorted((a, b) => compareText(a.owner, b.owner));
}

/** Does somebody have more problems than are told? */
export function isCut({ problems }: Hold): boolean {
  return problems.at(-1)?.code === more;
}

function withoutMany(hold: Hold): Hold {
  const { problems } = hold;
  const next = problems[mostProblems];
  if (next === undefined || (isCut(hold) && problems.length === mostProblems + 1)) return hold;
  const rest = { owner: next.owner, source: next.source, code: more, message: `and ${problems.length - mostProblems} more problems, from here on – croft check tells all` };
  return { ...hold, problems: [...problems.slice(0, mostProblems), rest] };
}

/** Look at the host, but for what is known not to have moved, and say what it lacks. Touches nothing. */
export async function survey(machine: Machine, understood: { readonly catalog: Catalog; readonly holds: readonly Hold[]; readonly unmoved?: ReadonlySet<Resource> | undefined }, { kinds }: Pick<Trade, 'kinds'>): Promise<Planned & { readonly lost: boolean }> {
  const { lost, ...inventory } = await readInventory(machine, understood.catalog.beside !== undefined);
  return { ...(await makePlan(machine, { ...understood, inventory, kinds })), lost };
}

/** Make it so. `deferred`: what failed a moment ago, and is not tried again yet. Units: `now` in milliseconds since the epoch. */
export async function perform(machine: Machine, planned: Planned, trade: Pick<Trade, 'kinds'> & { readonly now: number; readonly progress?: Progress; readonly deferred?: ReadonlyMap<Id, Outcome> }): Promise<readonly Outcome[]> {
  for (const path of ['/var/lib/croft', '/var/lib/croft/loaded']) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
  return converge(machine, planned, trade);
}
