/**
 * What nobody knows any more: the rows and lines of an owner of whom nothing can be used, where root's own copy of what it made is lost. The
 * files that hold them would be made without them, and no guard asks about whoever is held. The inventory tells who had anything.
 */
import type { Machine } from '../../model/machine.ts';
import { ownerName, type Owner } from '../../model/owner.ts';
import type { Hold, Inventory } from '../../model/plan.ts';
import { formatProblem } from '../../model/problem.ts';
import { handoverPath, readInventory } from '../../plan/inventory.ts';
import { UsageError } from '../command.ts';

/** Leave the host as it is rather than lose what is theirs (law 4). Errors: UsageError where this host had anything of theirs, or nobody knows whether. */
export async function refuseToLose(machine: Machine, { owners, holds }: { readonly owners: ReadonlySet<Owner>; readonly holds: readonly Hold[] }): Promise<void> {
  const inventory = await readInventory(machine);
  const known = ownersIn(inventory);
  const [first, ...others] = [...owners].filter((owner) => inventory.lost || known.has(owner));
  if (first === undefined) return;
  const problem = holds.find(({ owner }) => owner === first)?.problems[0];
  throw new UsageError([
    `cannot keep what this host has of ${[first, ...others].map(ownerName).join(', ')}, so nothing was done: none of their documents can be used, and ${handoverPath}, which says what was made of them, is missing or damaged; put their documents right, or that file back from a backup`,
    ...(problem === undefined ? [] : [formatProblem(problem)]),
  ].join('\n'));
}

function ownersIn({ entries }: Inventory): ReadonlySet<Owner> {
  return new Set([...entries.values()].flatMap(({ owner, rows = {} }) => [owner, ...Object.values(rows)]));
}
