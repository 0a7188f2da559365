/**
 * What is beside a part of a catalog (Catalog.beside), as far as a plan must know it: the directories that are read as a whole and in which
 * something of the part is, and all that a unit of the part reads, or that is in such a directory. It is as croft left it, and the inventory
 * says how that was.
 */
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Catalog, Id, Resource } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { AllNeeded } from './all-needed.ts';
import { idsBeginning } from './entries.ts';
import { resourceOf } from './entry.ts';
import { circleIn, kindNames, parentOf } from './order.ts';

/** What is beside a part. */
export interface Beside {
  /** What is looked at with the part, since making that moves it. */
  readonly around: readonly Resource[];
  /** What need not be looked at. */
  readonly others: readonly Resource[];
}

const nothing: Beside = { around: [], others: [] };

/** Find it. Errors: AllNeeded, where the inventory does not list all that there is. */
export function besideOf({ resources, beside }: Catalog, { entries }: Inventory): Beside {
  if (beside === undefined) return nothing;
  const ids = new Set(resources.map(({ id }) => id));
  const isListed = (id: Id): boolean => ids.has(id) || entries.has(id);
  const come = resources.filter(({ id }) => !entries.has(id)).length;
  if (entries.size + come !== resources.length + beside || !resources.every(({ needs }) => needs.every(isListed))) throw new AllNeeded('the inventory lists something else');
  const directories = [...new Set(resources.map(({ name }): Id => `directory:${parentOf(name)}`))];
  const around = directories.flatMap((id) => (ids.has(id) ? [] : leftOf(id, entries.get(id)))).filter(({ desired }) => desired?.['extra'] !== undefined);
  for (const { id } of around) ids.add(id);
  if (circleIn([...resources, ...around]) !== null) throw new AllNeeded('something would come after itself');
  const reads = [...resources.flatMap(({ load }) => load?.reads ?? []), ...[...resources, ...around].filter(({ kind }) => kind === 'directory').map(({ name }) => `${name}/`)];
  return { around, others: idsRead(entries, reads).flatMap((id) => (ids.has(id) ? [] : leftOf(id, entries.get(id)))) };
}

/** Name everything that is read, of whichever kind, in order. */
function idsRead(entries: Inventory['entries'], reads: readonly string[]): readonly Id[] {
  const found = new Set<Id>();
  for (const path of reads) {
    for (const kind of kindNames) {
      const own: Id = `${kind}:${path.replace(/\/$/, '')}`;
      if (entries.has(own)) found.add(own);
      if (path.endsWith('/')) for (const id of idsBeginning(entries, `${kind}:${path}`)) found.add(id);
    }
  }
  return [...found].sort(compareText);
}

/** Add to what is known all else that is beside a part, as it was left, with whose its rows are. */
export function withBeside(known: readonly Resource[], { catalog: { beside }, inventory: { entries } }: { readonly catalog: Catalog; readonly inventory: Inventory }): readonly Resource[] {
  if (beside === undefined) return known;
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...[...entries].flatMap(([id, entry]) => (ids.has(id) || entry.left === null ? [] : leftOf(id, entry).map((each) => withRows(each, entry))))];
}

function withRows(resource: Resource, { rows, source }: InventoryEntry): Resource {
  return rows === undefined ? resource : { ...resource, parts: Object.entries(rows).map(([attribute, owner]) => ({ attribute, owner, source })) };
}

/** Shape: nothing where nothing is listed, or nothing was to be there. Errors: AllNeeded where it was never seen as desired. */
function leftOf(id: Id, entry: InventoryEntry | undefined): readonly Resource[] {
  if (entry?.left === null) throw new AllNeeded(`${id} was never seen as desired`);
  return entry === undefined || Object.keys(entry.left).length === 0 ? [] : [resourceOf(id, entry, entry.left)];
}
