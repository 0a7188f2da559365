import { groupBy } from '../model/group.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import type { Change, Difference } from '../model/plan.ts';
import type { Id, Scalar } from '../model/resource.ts';
import { compareText, formatSource, type Source } from '../model/source.ts';
import type { Paint } from './paint.ts';
import { formatPatch, type Texts } from './patch.ts';
import { oneLine } from './printable.ts';

/** One owner's share of a list of changes. A change of a shared table is shown to each owner whose rows it touches. */
export interface Share {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

/** Divide changes among the owners they concern: members by name, the co-op last. */
export function shares(changes: readonly Change[]): readonly Share[] {
  const owned = changes.flatMap((change) => [...differencesByOwner(change)].map(([owner, differences]) => ({ owner, change: { ...change, differences } })));
  const byOwner = [...groupBy(owned, ({ owner }) => owner)].sort(([a], [b]) => Number(a === 'coop') - Number(b === 'coop') || compareText(a, b));
  return byOwner.map(([owner, theirs]) => ({ owner, changes: theirs.map(({ change }) => change) }));
}

function differencesByOwner({ resource, differences }: Change): ReadonlyMap<Owner, readonly Difference[]> {
  const byOwner = groupBy(differences, ({ owner }) => owner);
  return byOwner.size === 0 ? new Map([[resource.owner, []]]) : byOwner;
}

const marks: { readonly [verb in Change['verb']]: string } = { create: '+', update: '~', remove: '-', retire: '↓', restore: '↑', forget: '·' };
const colours = { create: 'green', update: 'yellow', remove: 'red', retire: 'yellow', restore: 'green', forget: 'dim' } as const;

/** How many attributes of one change are worth reading; the rest is counted. */
const shown = 8;

/** Print one owner's changes: a line each with its source, then the attributes that differ, then the lines where they are known. */
export function formatShare({ owner, changes }: Share, paint: Paint, texts: ReadonlyMap<Id, Texts> = new Map()): string {
  const lines = changes.flatMap((change) => [`  ${heading(change, paint)}`, ...[...attributes(change), ...patch(change, texts, paint)].map((line) => `      ${line}`)]);
  return [paint('bold', ownerName(owner)), ...lines].join('\n');
}

/** A table's rows are told as attributes, each to its owner; of everything else the lines are shown. */
function patch({ resource, differences }: Change, texts: ReadonlyMap<Id, Texts>, paint: Paint): readonly string[] {
  const found = texts.get(resource.id);
  const changed = resource.desired === null || differences.some(({ attribute }) => attribute === 'content');
  return found === undefined || !changed ? [] : formatPatch(found, paint);
}

function heading(change: Change, paint: Paint): string {
  const { verb, resource } = change;
  return `${paint(colours[verb], `${marks[verb]} ${resource.kind} ${oneLine(resource.name)}`)}  ${paint('dim', formatSource(placeOf(change)))}`;
}

/** The line behind a change: the row's own where all its differences come from one place, else the resource's. */
function placeOf({ resource, differences }: Change): Source {
  const [first, ...others] = differences;
  const same = first !== undefined && others.every(({ source }) => source.file === first.source.file);
  return same ? first.source : resource.source;
}

function attributes({ verb, resource, differences }: Change): readonly string[] {
  if (verb === 'forget') return ['left where it is, no longer looked after'];
  if (verb === 'retire') return ['moved aside and kept, nothing in it is touched; reverting the commit brings it back'];
  if (verb === 'restore') return ['moved back as it was put aside'];
  if (verb === 'remove') return [];
  if (verb === 'create') return differences.some(({ cause }) => cause === 'drift') ? ['missing on the host: drift'] : [];
  const lines = resource.kind === 'table' ? rows(differences) : differences.map(formatDifference);
  return lines.length > shown ? [...lines.slice(0, shown), `… and ${lines.length - shown} more`] : lines;
}

/** A table's differences: a row that is there or missing as a whole is one line, else each of its columns that differs. */
function rows(differences: readonly Difference[]): readonly string[] {
  const byRow = groupBy(differences, ({ attribute }) => attribute.slice(0, attribute.lastIndexOf('.')));
  return [...byRow].flatMap(([row, columns]) => {
    const drifted = columns.some(({ cause }) => cause === 'drift') ? ' (drift)' : '';
    if (row === '' || columns.length < 2) return columns.map(formatDifference);
    if (columns.every(({ actual }) => actual === null)) return [`${oneLine(row)}: row missing${drifted}`];
    return columns.every(({ desired }) => desired === null) ? [`${oneLine(row)}: row that nobody declares${drifted}`] : columns.map(formatDifference);
  });
}

/** Print one attribute's difference. Shape: `ada.shell: /bin/zsh → /bin/bash (drift)`. */
export function formatDifference({ attribute, actual, desired, cause }: Difference): string {
  return `${oneLine(attribute)}: ${formatValue(actual)} → ${formatValue(desired)}${cause === 'drift' ? ' (drift)' : ''}`;
}

function formatValue(value: Scalar | null): string {
  if (value === null) return 'none';
  const text = oneLine(String(value)).replace(/^(sha256|sum):([0-9a-f]{8})(?:[0-9a-f]{56}|[0-9a-f]{120})$/, '$1:$2…');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text === '' ? "''" : text;
}
