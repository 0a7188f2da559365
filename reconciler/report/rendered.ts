import type { Change, Difference } from '../model/plan.ts';
import type { Catalog, Id, Resource } from '../model/resource.ts';
import { formatDifference } from './changes.ts';
import { formatPatch, type Texts } from './patch.ts';
import { oneLine } from './printable.ts';

const marks: { readonly [verb in Change['verb']]: string } = { create: '+', update: '~', remove: '-', retire: '↓', restore: '↑', forget: '·' };
const mostAttributes = 20;

/** Say in full what changes become of: the lines of files, the attributes of all else. Nothing secret but that it changed. */
export function renderedLines(changes: readonly Change[], texts: ReadonlyMap<Id, Texts>): readonly string[] {
  return changes.flatMap((change) => [`${marks[change.verb]} ${change.resource.kind} ${oneLine(change.resource.name)}`, ...inside(change, texts)]);
}

/** Find what files held by one catalog and are to hold by another; secret ones, and tables of many owners' rows, are left out. */
export function textsBetween(before: Catalog, after: Catalog): ReadonlyMap<Id, Texts> {
  const [old, now] = [readable(before), readable(after)];
  return new Map([...new Set([...old.keys(), ...now.keys()])].map((id) => [id, { actual: old.get(id) ?? null, desired: now.get(id) ?? null }]));
}

function readable({ resources }: Catalog): ReadonlyMap<Id, string> {
  const shown = resources.filter(({ kind, payload }) => payload?.secret !== true && ['file', 'zone'].includes(kind));
  return new Map(shown.flatMap(({ id, payload }) => (payload === undefined ? [] : [[id, payload.text] as const])));
}

function inside(change: Change, texts: ReadonlyMap<Id, Texts>): readonly string[] {
  const { verb, resource, differences } = change;
  if (verb === 'forget') return ['  left where it is, no longer looked after'];
  if (verb === 'retire') return ['  moved aside and kept'];
  if (verb === 'restore') return ['  moved back'];
  const found = texts.get(resource.id);
  const others = attributes(change, found !== undefined);
  const content = found !== undefined && (verb !== 'update' || differences.some(({ attribute }) => attribute === 'content'));
  return [...others.map((text) => `  ${text}`), ...(content ? formatPatch(found, (_, text) => text) : [])];
}

/** The attributes that are worth a line: of what is new or goes only the secret ones, and a table's rows. */
function attributes({ verb, resource, differences }: Change, shown: boolean): readonly string[] {
  const worth = differences.filter((each) => (each.attribute === 'content' ? !shown && isSecret(resource, each) : verb === 'update' || isRow(resource, each)));
  const lines = worth.flatMap((each) => attribute(resource, each, differences));
  return lines.length > mostAttributes ? [...lines.slice(0, mostAttributes), `… and ${lines.length - mostAttributes} more`] : lines;
}

/** One attribute; a row that comes or goes as a whole is told once, with its first column. */
function attribute(resource: Resource, each: Difference, all: readonly Difference[]): readonly string[] {
  if (each.attribute === 'loaded') return ['reads its files again'];
  const row = isSecret(resource, each) || resource.kind !== 'table' ? [] : all.filter((other) => rowOf(other) === rowOf(each));
  const whole = row.length > 1 && (['actual', 'desired'] as const).some((side) => row.every((column) => column[side] === null));
  if (whole) return row[0] === each ? [`${oneLine(rowOf(each))}: ${each.actual === null ? 'a row more' : 'a row less'}`] : [];
  return [isSecret(resource, each) ? `${oneLine(each.attribute)}: ${secret(each)}` : formatDifference(each)];
}

function rowOf({ attribute: name }: Difference): string {
  return name.slice(0, name.lastIndexOf('.'));
}

function isRow({ parts }: Resource, { attribute }: Difference): boolean {
  return parts?.some((part) => attribute.startsWith(`${part.attribute}.`)) ?? false;
}

/** Secrets are known by their digests only, and so is everything in a file that holds one. */
function isSecret({ kind, payload }: Resource, { actual, desired }: Difference): boolean {
  const hides = payload?.secret === true || kind === 'key' || kind === 'secret' || kind === 'table';
  return hides && [actual, desired].some((value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value));
}

function secret({ desired }: Difference): string {
  return desired === null ? '(secret taken away)' : `(secret changed, ${String(desired).slice(0, 'sha256:'.length + 4)}…)`;
}
