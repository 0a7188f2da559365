/**
 * A table that many owners share (accounts, mail maps): one file, written whole, but compared row by row, so that each difference has its
 * owner and its line of YAML. A row that nobody declared is a difference like a missing one. Everything that is no plain row (comments, a
 * second row for the same key) is `other-lines`. Columns with password hashes are known only by digest.
 */
import { columnsOf, encodedTable, isRow, isSecret, parseTable, type Layout, type Table, type TableRow } from '../formats/tables.ts';
import { digest } from '../model/digest.ts';
import type { Node } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { compareText, type Source } from '../model/source.ts';
import type { Part, Provenance, Resource, Scalar, State } from '../model/resource.ts';
import { access, type AccessWish } from './access.ts';
import { nodeOf } from './answer.ts';
import { absolute, payload, placeSteps, standing, writeStep } from './place.ts';
import { resource } from './resource.ts';

/** One row, whose it is, and where it was declared; single columns may have been written elsewhere. */
export interface Row extends TableRow {
  readonly owner: Owner;
  readonly source: Source;
  readonly sources?: { readonly [column: string]: Source };
}

/** A table's rows, in any order, and who may read it. */
export interface TableContent extends AccessWish {
  readonly layout: Layout;
  readonly rows: readonly Row[];
  readonly check?: readonly string[];
}

/**
 * Want a table of exactly these rows; with secrets in it, 0640 unless said otherwise.
 * Shape: { type, mode, owner, group, layout, '<key>.<column>': value, 'other-lines': '' }. Errors: throws for what the layout cannot hold.
 */
export function table(path: string, content: TableContent, provenance: Provenance): Resource {
  const { layout, check } = content;
  const rows = [...content.rows].sort((a, b) => compareText(a.key, b.key));
  const { text, table: written } = encodedTable(layout, rows);
  const secret = columnsOf(layout).some((column) => isSecret(layout, column));
  const desired = Object.freeze(stateIn(written, layout, { type: 'file', ...access(content, secret ? '0640' : '0644') }));
  const parts = rows.flatMap(partsOf).sort(longestFirst);
  const bytes = payload({ text, secret, ...(check === undefined ? {} : { check }) });
  return resource({ kind: 'table', name: absolute(path) }, { desired, payload: bytes, parts }, provenance);
}

/**
 * Want a table with some rows as they are on the host, whether they are there or not, and whose each is. A row that was made by hand and
 * could not be written again is not kept.
 */
export function keepRows(resource: Resource, actual: string, kept: ReadonlyMap<string, Owner>): Resource {
  const layout = layoutOf(resource.desired);
  if (layout === undefined || resource.desired === null || resource.payload === undefined) return resource;
  const wanted = parseTable(layout, resource.payload.text).rows;
  const before = parseTable(layout, actual).rows;
  const there = before.filter(({ key }) => kept.has(key));
  const lasting = there.filter((row) => isRow(layout, row));
  const others = wanted.filter(({ key }) => !kept.has(key) || (there.some((row) => row.key === key) && !lasting.some((row) => row.key === key)));
  const rows = [...listingStill(others, before, new Set([...kept.values()].map(ownerName))), ...lasting];
  const known = new Set(resource.parts?.map(({ attribute }) => attribute));
  const more = lasting.flatMap(({ key }): readonly Part[] => (known.has(key) ? [] : [{ attribute: key, owner: kept.get(key) ?? 'coop', source: resource.source }]));
  return withRows(resource, rows, [...(resource.parts ?? []), ...more]);
}

/** Want a table with more rows, where there are none of these keys yet: some owners' of the same table as it was, and their names among others in it. */
export function addRows(resource: Resource, { desired, payload, parts = [] }: Resource, owners: ReadonlySet<Owner>): Resource {
  const own = rowsIn(resource);
  if (payload === undefined || desired?.['layout'] !== resource.desired?.['layout']) return resource;
  const names = new Set([...owners].map(ownerName));
  const whose = new Map(parts.map(({ attribute, owner }) => [attribute, owner]));
  const taken = new Set(own.map(({ key }) => key));
  const before = rowsIn({ desired, payload });
  const more = before.filter(({ key }) => !taken.has(key) && owners.has(whose.get(key) ?? 'coop'));
  const rows = [...listingStill(own, before, names), ...more];
  const keys = more.map(({ key }) => key);
  const theirs = parts.filter(({ attribute, owner }) => owners.has(owner) && keys.some((key) => attribute === key || attribute.startsWith(`${key}.`)));
  return withRows(resource, rows, [...(resource.parts ?? []), ...theirs]);
}

/** Want a table without the rows of some keys, and without these names among others in it. */
export function dropRows(resource: Resource, names: ReadonlySet<string>): Resource {
  const rows = rowsIn(resource).filter(({ key }) => !names.has(key)).map((row) => listing(row, (listed) => listed.filter((name) => !names.has(name))));
  return withRows(resource, rows, (resource.parts ?? []).filter(({ attribute }) => !names.has(attribute.split('.')[0] ?? '')));
}

/** Name whom a group's row lists (group(5)). */
export function namesIn(row: TableRow | undefined): readonly string[] {
  return (row?.columns['members'] ?? '').split(',').filter((name) => name !== '');
}

/** Groups' rows that go on listing these names wherever they did before: a member whose account stays is bound by what binds members. */
function listingStill(rows: readonly TableRow[], before: readonly TableRow[], names: ReadonlySet<string>): readonly TableRow[] {
  const listed = new Map(before.map((row) => [row.key, namesIn(row)]));
  return rows.map((row) => {
    const lost = (listed.get(row.key) ?? []).filter((name) => names.has(name) && !namesIn(row).includes(name));
    return lost.length === 0 ? row : listing(row, (those) => [...those, ...lost].toSorted(compareText));
  });
}

function listing(row: TableRow, change: (names: readonly string[]) => readonly string[]): TableRow {
  return Object.hasOwn(row.columns, 'members') ? { ...row, columns: { ...row.columns, members: change(namesIn(row)).join(',') } } : row;
}

/** Read the rows that are desired. */
export function rowsIn({ desired, payload }: Pick<Resource, 'desired' | 'payload'>): readonly TableRow[] {
  const layout = layoutOf(desired);
  return layout === undefined || payload === undefined ? [] : parseTable(layout, payload.text).rows;
}

/** Want a table of other rows. One that is the same stays the same value. */
function withRows(resource: Resource, rows: readonly TableRow[], parts: readonly Part[]): Resource {
  const layout = layoutOf(resource.desired);
  if (layout === undefined || resource.desired === null || resource.payload === undefined) return resource;
  const written = encodedTable(layout, rows.toSorted((a, b) => compareText(a.key, b.key)));
  return written.text === resource.payload.text ? resource : remade(resource, layout, { ...written, parts });
}

/** What a table is to say, and whose each row of it is. */
export interface Remade {
  readonly text: string;
  readonly table: Table;
  readonly parts: readonly Part[];
}

/** Want a table that says something else. */
export function remade(resource: Resource, layout: Layout, { text, table: written, parts }: Remade): Resource {
  const { type, mode, owner, group } = resource.desired ?? {};
  const desired = Object.fromEntries(Object.entries({ type, mode, owner, group, ...stateIn(written, layout) }).filter((entry): entry is [string, Scalar] => entry[1] !== undefined));
  return { ...resource, desired, payload: { ...resource.payload, text }, parts: [...parts].sort(longestFirst) };
}

function longestFirst(a: Part, b: Part): number {
  return b.attribute.length - a.attribute.length || compareText(a.attribute, b.attribute);
}

/** Look at tables and write them whole. */
export const tableKind: Kind = {
  name: 'table',
  whenDropped: 'remove',
  probe: (resources) => resources.map(({ name }) => ({ ask: 'path', path: name, want: 'text' })),
  read: (answers, resources) => new Map(resources.map((resource, index) => [resource.id, read(resource, nodeOf(answers[index]))])),
  steps: (resource, { actual }) => placeSteps(resource, actual, (desired) => writeStep(resource, desired)),
};

/** A dropped table is no longer known by its layout; it is a file like any other. One that is as desired is told by what is desired itself. */
function read({ desired }: Resource, node: Node | null): State | null {
  const state = standing(node);
  if (node?.type !== 'file') return state;
  const text = node.text ?? '';
  const layout = layoutOf(desired);
  if (layout === undefined) return { ...state, content: digest(text) };
  const table = parseTable(layout, text);
  return desired !== null && saysThat(desired, { state, layout, table }) ? desired : stateIn(table, layout, state);
}

/** Tell what sort of table is desired; undefined: none. */
export function layoutOf(desired: State | null): Layout | undefined {
  return layouts.find((name) => name === desired?.['layout']);
}

const layouts: readonly Layout[] = ['passwd', 'group', 'shadow', 'map', 'dovecot-users'];

/** Is a desired state, to the last attribute, that of a table which was read? A state of as many attributes as rows is looked into sooner than made. */
function saysThat(desired: State, { state, layout, table: { rows, others } }: { readonly state: State | null; readonly layout: Layout; readonly table: Table }): boolean {
  const columns = columnsOf(layout);
  const heading = { ...state, layout, 'other-lines': '' };
  return others.length === 0
    && Object.keys(desired).length === Object.keys(heading).length + rows.length * columns.length
    && Object.entries(heading).every(([attribute, value]) => desired[attribute] === value)
    && columns.every((column) => {
      const valueOf = isSecret(layout, column) ? digest : (value: string): string => value;
      return rows.every((row) => desired[`${row.key}.${column}`] === valueOf(row.columns[column] ?? ''));
    });
}

function stateIn({ rows, others }: Table, layout: Layout, access: State | null = null): State {
  const columns = columnsOf(layout).map((column) => ({ column, secret: isSecret(layout, column) }));
  const state: { [attribute: string]: Scalar } = { ...access, layout };
  for (const row of rows) {
    for (const { column, secret } of columns) {
      const value = row.columns[column] ?? '';
      state[`${row.key}.${column}`] = secret ? digest(value) : value;
    }
  }
  state['other-lines'] = others.length === 0 ? '' : digest(others.join('\n'));
  return state;
}

/** Longest first where they are used: the key `ada.example` must not answer for `ada.example.coop.example`. */
function partsOf({ key, owner, source, sources = {} }: Row): readonly Part[] {
  const columns = Object.entries(sources).map(([column, where]) => ({ attribute: `${key}.${column}`, owner, source: where }));
  return [{ attribute: key, owner, source }, ...columns];
}
