import { fingerprint } from '../model/digest.ts';
import { compareText } from '../model/source.ts';

/** Lists in which order means nothing. In the others it may: the first of `index` is shown. */
const SETS: ReadonlySet<string> = new Set([
  'admins', 'aliases', 'delegates', 'domains', 'members', 'merge-keys', 'ports', 'records', 'services', 'signing-keys', 'ssh-keys',
]);

/** What a field says that is left out, where it is not an empty list. */
const DEFAULTS: ReadonlyMap<string, unknown> = new Map([['state', 'active']]);

/** What it means that a section is taken out, where that is more than its values say. */
const GONE: ReadonlyMap<string, string> = new Map([['trust', 'SWITCHED OFF: from then on whoever can push is believed']]);

/** Of the values that come or go in one list: a preview lists them all. */
const MOST_VALUES = 10;
/** A domain name is never cut: what it ends with says whose it is. */
const LONGEST_VALUE = 260;

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

/** Say what became of a field, by its values. Shape: `domains: +bank.example`, `uid: 10001 becomes 10002`, `trust: approvals: 2 becomes 1`. */
export function describeChange(field: string, before: unknown, after: unknown): string {
  if (Array.isArray(before ?? after) && Array.isArray(after ?? before)) return `${field}: ${describeList(listOf(before), listOf(after))}`;
  if (isPlain(before) && isPlain(after)) return `${field}: ${plainly(field, before)} becomes ${plainly(field, after)}`;
  return `${field}: ${describeSection(field, before, after)}`;
}

/** A section that was there and is not, or another way round, or says something else inside. */
function describeSection(field: string, before: unknown, after: unknown): string {
  if (after === undefined) return GONE.get(field) ?? `taken away (${valueWords(before)})`;
  if (before === undefined) return `new (${valueWords(after)})`;
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const changed = changedFields(before, after);
  return changed.length === 0 ? 'changed' : changed.map((each) => describeChange(each, old.get(each), now.get(each))).join(', ');
}

function describeList(before: readonly unknown[], after: readonly unknown[]): string {
  const said = [...missing(after, before).map((each) => `+${each}`), ...missing(before, after).map((each) => `-${each}`)];
  if (said.length === 0) return 'another order';
  return said.length > MOST_VALUES ? `${said.slice(0, MOST_VALUES).join(' ')} and ${said.length - MOST_VALUES} more` : said.join(' ');
}

/** The values of a list that the other one does not have. */
function missing(from: readonly unknown[], other: readonly unknown[]): readonly string[] {
  const known = new Set(other.map(canonical));
  return [...new Map(from.map((each) => [canonical(each), each]))].filter(([key]) => !known.has(key)).map(([, each]) => (isPlain(each) ? valueWords(each) : `(${valueWords(each)})`));
}

/** Say a value in one line. A public key is told as ssh-keygen -l does, with its comment. */
function valueWords(value: unknown, depth = 0): string {
  if (depth > DEEPEST) return 'too deep';
  if (Array.isArray(value)) return value.map((each) => valueWords(each, depth + 1)).join(' ');
  if (isPlain(value)) return cut(keyWords(String(value ?? 'nothing')), LONGEST_VALUE);
  return cut([...fieldsOf(value)].map(([name, each]) => `${name} ${valueWords(each, depth + 1)}`).join(', '), 2 * LONGEST_VALUE);
}

function keyWords(text: string): string {
  const [, blob = '', comment = ''] = /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ (AAAA[0-9A-Za-z+/]+={0,2})(?: (.*))?$/s.exec(text) ?? [];
  return blob === '' ? text : `${fingerprint(Buffer.from(blob, 'base64'))}${comment === '' ? '' : ` ${comment}`}`;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function plainly(field: string, value: unknown): string {
  return cut(keyWords(String(value ?? DEFAULTS.get(field) ?? 'nothing')), LONGEST_VALUE);
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
