import type { Machine } from '../../model/machine.ts';
import type { Resource } from '../../model/resource.ts';
import { survey } from '../../reconcile.ts';
import { restrain, type Restrained } from '../../restrain.ts';
import type { Given } from '../halves/ask.ts';
import { trade } from '../look.ts';

/** A run that has looked. Units: milliseconds since the epoch. */
export interface Looking {
  readonly machine: Machine;
  readonly remotes: readonly string[];
  readonly now: number;
  /** What a run left as it is desired, and what has not moved since; undefined: nothing is known of anything. */
  readonly unmoved?: ReadonlySet<Resource> | undefined;
}

/** What of a plan may be done, and whether croft knows what it made. */
export type Weighed = Restrained & { readonly lost: boolean };

/** Compare what was handed over with the host, and keep back what would destroy too much. */
export async function weigh({ machine, remotes, now, unmoved }: Looking, { handover: { catalog, declared, holds }, reader, isPassed = false }: Given): Promise<Weighed> {
  const { lost, ...planned } = await survey(machine, { catalog, holds, unmoved }, trade);
  const restrained = await restrain(machine, { state: declared, planned, now, remotes, lost, isPassed }, { ...trade, reader });
  return { ...restrained, lost, notices: [...restrained.notices, ...(lost ? ['the inventory is missing or cannot be read: nothing is pruned in this run, each allowance of now counts as spent, and for a day guards go by shares alone, for nobody knows what went'] : [])] };
}
