/**
 * What nobody knows any more: the rows and lines of an owner of whom nothing can be used, where root's own copy of what it made is lost. The
 * files that hold them would be made without them, and no guard asks about whoever is held. The inventory tells who had anything.
 */
import type { Machine } from '../../model/machine.ts';
import { ownerName, type Owner } from '../../model/owner.ts';
import type { Hold, Inventory } from '../../model/plan.ts';
import { formatProblem } from '../../model/problem.ts';
import { readInventory } from '../../plan/inventory.ts';
import { some } from '../../report/words.ts';
import { UsageError } from '../command.ts';
import { copyPaths } from './copy-file.ts';
import { recorded } from './record.ts';

/** Whoever has more to put right finds the rest with croft check. */
const mostTold = 10;

/** Leave the host as it is rather than lose what is theirs (law 4). Errors: UsageError where this host had anything of theirs, or nobody knows whether. */
export async function refuseToLose(machine: Machine, { owners, holds }: { readonly owners: ReadonlySet<Owner>; readonly holds: readonly Hold[] }): Promise<void> {
  const inventory = await readInventory(machine);
  const [known, isLost] = [ownersIn(inventory), inventory.lost || (inventory.revision === null && (await recorded(machine)) !== null)];
  const theirs = [...owners].filter((owner) => isLost || known.has(owner));
  if (theirs.length === 0) return;
  const problems = theirs.slice(0, mostTold).flatMap((owner) => holds.find((hold) => hold.owner === owner)?.problems.slice(0, 1) ?? []);
  throw new UsageError([
    `cannot keep what this host has of ${some(theirs.map(ownerName))}, so nothing was done: no version of their documents can be used, and ${copyPaths.join(' or ')}, which say what was made of them, is missing, damaged, or of another croft; put their documents right, send them out, or put both files back from one backup`,
    ...problems.map(formatProblem),
  ].join('\n'));
}

function ownersIn({ entries }: Inventory): ReadonlySet<Owner> {
  return new Set([...entries.values()].flatMap(({ owner, rows = {} }) => [owner, ...Object.values(rows)]));
}
