/**
 * What is beside a part of a catalog (Catalog.beside), as far as a plan must know it: the directories that are read as a whole and in which
 * something of the part is, what else is in these, and what all else comes to that a unit of the part reads. It is as croft left it, and the
 * inventory says how that was.
 */
import { inputsIn } from '../model/inputs.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Catalog, Id, Resource, State } from '../model/resource.ts';
import { fingerprint, recall } from '../model/state.ts';
import { AllNeeded } from './all-needed.ts';
import { leftBeginning } from './entries.ts';
import { readsOf, resourceOf } from './entry.ts';
import { circleIn, kindNames, parentOf } from './order.ts';

/** What is beside a part. */
export interface Beside {
  /** What is looked at with the part, since making that moves it. */
  readonly around: readonly Resource[];
  /** What else is to be in a directory of these or of the part, by its path. */
  readonly alsoIn: ReadonlyMap<string, ReadonlySet<string>>;
}

const nothing: Beside = { around: [], alsoIn: new Map() };

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
  const whole = [...resources, ...around].filter(({ kind, desired }) => kind === 'directory' && desired?.['extra'] !== undefined).map(({ name }) => name);
  return { around, alsoIn: new Map(whole.map((directory) => [directory, entriesIn(directory, entries)])) };
}

/** Name what is listed in a directory, or below it, and was not to be gone. */
function entriesIn(directory: string, entries: Inventory['entries']): ReadonlySet<string> {
  const from = directory.length + 1;
  const found = new Set<string>();
  for (const kind of kindNames) {
    for (const { name, wasGone } of leftBeginning(entries, `${kind}:${directory}/`)) {
      const end = name.indexOf('/', from);
      if (!wasGone) found.add(end < 0 ? name.slice(from) : name.slice(from, end));
    }
  }
  return found;
}

/**
 * Let each unit of a part know what all that it reads comes to, of which only the part will be told: all was loaded, so that what it had loaded
 * tells of the rest. Errors: AllNeeded where it reads elsewhere than it did, and where what it had, with the part as it is to be, is not what the
 * catalog says that it comes to.
 */
export function recallLoaded({ resources, accounted }: { readonly resources: readonly Resource[]; readonly accounted: readonly Resource[] }, { entries }: Inventory): void {
  const desired = new Map(resources.map((each) => [each.id, each.desired]));
  for (const unit of resources) {
    if (unit.load === undefined || unit.desired === null) continue;
    const inputs = inputsIn(accounted, unit);
    const { left: had = null, reads } = entries.get(unit.id) ?? {};
    const left = inputs.flatMap(({ id, kind }) => (desired.has(id) ? [{ id, kind, desired: stateLeft(entries.get(id)) }] : []));
    const isKnown = reads === readsOf(unit.load) && recall(inputs, had?.['loaded'], left) && fingerprint(inputs, desired) === unit.desired['loaded'];
    if (!isKnown) throw new AllNeeded(`nobody knows what else ${unit.name} reads`);
  }
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
  const left = stateLeft(entry);
  return entry === undefined || left === null ? [] : [resourceOf(id, entry, left)];
}

/** null: nothing is there. */
function stateLeft(entry: InventoryEntry | undefined): State | null {
  return entry === undefined || entry.left === null || Object.keys(entry.left).length === 0 ? null : entry.left;
}
