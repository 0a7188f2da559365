import { encodedTable, type Layout, type TableRow } from '../../formats/tables.ts';
import { groupBy } from '../../model/group.ts';
import type { Part, Resource } from '../../model/resource.ts';
import { same } from '../../model/same.ts';
import { compareText } from '../../model/source.ts';
import { layoutOf, namesIn, remade, rowsIn } from '../table.ts';

/** A row, and whose it and its columns are. */
interface Held {
  readonly row: TableRow;
  readonly parts: readonly Part[];
}

/**
 * Want a table in which some owners' rows are as in one table and no longer as in another, each of these being all that they and the co-op
 * have in it. null: that cannot be told, since a row is not what it was, or one of the co-op's changes in more than the names that it lists.
 */
export function exchangeRows(resource: Resource, was: Resource, now: Resource): Resource | null {
  const layout = layoutOf(resource.desired);
  if (layout === undefined || layoutOf(was.desired) !== layout || layoutOf(now.desired) !== layout) return null;
  const [own, before, after] = [heldIn(resource, layout), heldIn(was, layout), heldIn(now, layout)];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, next] = [before.get(key), after.get(key)];
    if (same(old, next)) continue;
    const held = exchanged(own.get(key), old, next);
    if (held === undefined) return null;
    if (held === null) own.delete(key);
    else own.set(key, held);
  }
  const sorted = [...own.values()].sort((a, b) => compareText(a.row.key, b.row.key));
  return remade(resource, layout, { ...encodedTable(layout, sorted.map(({ row }) => row)), parts: sorted.flatMap(({ parts }) => parts) });
}

/** Shape: null where the row goes; undefined where nobody can tell what becomes of it. */
function exchanged(there: Held | undefined, old: Held | undefined, next: Held | undefined): Held | null | undefined {
  const isShared = [old, next].some((held) => held?.parts.some(({ owner }) => owner === 'coop') === true);
  if (!isShared) return same(there, old) ? (next ?? null) : undefined;
  if (there === undefined || old === undefined || next === undefined || !same(listingNobody(old), listingNobody(next))) return undefined;
  const [left, come] = [new Set(namesIn(old.row)), new Set(namesIn(next.row))];
  const names = new Set([...namesIn(there.row).filter((name) => !left.has(name)), ...come]);
  return listing(there, [...names].sort(compareText).join(','));
}

/** A row of the co-op's that lists members has more in it than what some of them come to: these alone are exchanged. */
function listingNobody(held: Held): Held {
  return listing(held, '');
}

function listing({ row, parts }: Held, members: string): Held {
  return { row: { ...row, columns: { ...row.columns, members } }, parts };
}

function heldIn(resource: Resource, layout: Layout): Map<string, Held> {
  const parts = groupBy(resource.parts ?? [], ({ attribute }) => keyOf(attribute, layout));
  return new Map(rowsIn(resource).map((row) => [row.key, { row, parts: parts.get(row.key) ?? [] }]));
}

/** Only rows of accounts have columns with a line of their own, and no account has a dot in its name; other keys are addresses and domains. */
function keyOf(attribute: string, layout: Layout): string {
  return layout === 'map' || layout === 'dovecot-users' ? attribute : (attribute.split('.')[0] ?? '');
}
