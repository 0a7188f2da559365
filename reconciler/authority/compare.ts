import { compareText } from '../model/source.ts';

/** Lists in which order means nothing. In the others it may: the first of `index` is shown. */
const SETS: ReadonlySet<string> = new Set([
  'admins', 'aliases', 'delegates', 'domains', 'members', 'merge-keys', 'ports', 'records', 'services', 'signing-keys', 'ssh-keys',
]);

/** What a field says that is left out, where it is not an empty list. */
const DEFAULTS: ReadonlyMap<string, unknown> = new Map([['state', 'active']]);

/** No document is deeper than its schema, which is far from this. */
const DEEPEST = 60;

/** Read the fields of a document; of anything else there are none. A Map, so that no field is taken for one that every object has. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

/** Read a list; of anything else there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Read a list of texts, leaving out what is none. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}

/** Name the fields that mean something else on the two sides, in order of their names. How they are written is no part of their meaning. */
export function changedFields(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted(compareText);
  return names.filter((name) => written(name, old.get(name)) !== written(name, now.get(name)));
}

/** Write a value in the one way that all values of the same meaning share. */
export function canonical(value: unknown): string {
  return render(value, '', 0);
}

/** Say what became of a field. Shape: `domains: one more`, `uid: 10001 becomes 10002`. */
export function describeChange(field: string, before: unknown, after: unknown): string {
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before)) return `${field}: ${describeList(listOf(before), listOf(after))}`;
  if (isPlain(before) && isPlain(after)) return `${field}: ${plainly(field, before)} becomes ${plainly(field, after)}`;
  return `${field}: changed`;
}

function describeList(before: readonly unknown[], after: readonly unknown[]): string {
  const [old, now] = [new Set(before.map(canonical)), new Set(after.map(canonical))];
  const counts = [[countMissing(now, old), 'more'], [countMissing(old, now), 'less']] as const;
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count === 1 ? 'one' : count} ${word}`);
  return said.length === 0 ? 'another order' : said.join(', ');
}

function countMissing(from: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...from].filter((each) => !other.has(each)).length;
}

function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function plainly(field: string, value: unknown): string {
  const text = String(value ?? DEFAULTS.get(field) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A field that is left out and one that says what holds anyway mean the same. */
function written(field: string, value: unknown): string {
  return isNothing(value) || value === DEFAULTS.get(field) ? '' : render(value, field, 0);
}

function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function render(value: unknown, field: string, depth: number): string {
  if (depth > DEEPEST) return 'too deep';
  if (Array.isArray(value)) return `[${ordered(value.map((each) => render(each, '', depth + 1)), field).join(',')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
  const entries = [...fieldsOf(value)].filter(([, each]) => !isNothing(each)).toSorted(([a], [b]) => compareText(a, b));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${render(each, name, depth + 1)}`).join(',')}}`;
}

function ordered(items: readonly string[], field: string): readonly string[] {
  return SETS.has(field) ? [...new Set(items)].toSorted(compareText) : items;
}
