/**
 * Tables of one line per key, as programs read them whole: passwd(5), group(5) and shadow(5) with `:` between columns; Dovecot's
 * passwd-file, where the last column may hold colons; and Postfix maps of type texthash (`key value`, postmap(1)). None of them knows
 * quoting, so a value that would end its column or its line cannot be written at all: encoding refuses it. What was written is parsed
 * back and compared. What a reader would not take for one plain row (comments, continuations, a second row for a key) is kept apart.
 */
/** The tables that croft writes. */
export type Layout = 'passwd' | 'group' | 'shadow' | 'map' | 'dovecot-users';

/** One row; a column left out is empty. */
export interface TableRow {
  readonly key: string;
  readonly columns: { readonly [name: string]: string };
}

/** What a text says, with every column of every row; other lines as they stand. */
export interface Table {
  readonly rows: readonly TableRow[];
  readonly others: readonly string[];
}

interface Shape {
  readonly key: RegExp;
  /** Columns after the key, with what may stand in each. */
  readonly columns: { readonly [name: string]: RegExp };
  /** Columns that are compared by digest. */
  readonly secret: readonly string[];
}

const account = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const text = /^[^:\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;
const extra = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;
const number = /^(?:0|[1-9][0-9]{0,9})$/;
const optional = /^(?:0|[1-9][0-9]{0,9})?$/;
const path = /^(?:\/[!-9;-~]*)?$/;
/** Never empty: an empty password opens the account to anybody. */
const password = /^[!-9;-~]+$/;

const shapes: { readonly [layout in Layout]: Shape } = {
  passwd: { key: account, columns: { password, uid: number, gid: number, gecos: text, home: path, shell: path }, secret: [] },
  group: { key: account, columns: { password, gid: number, members: /^(?:[A-Za-z_][A-Za-z0-9_.-]*(?:,[A-Za-z_][A-Za-z0-9_.-]*)*)?$/ }, secret: [] },
  shadow: {
    key: account,
    columns: { password, lastchange: optional, min: optional, max: optional, warn: optional, inactive: optional, expire: optional, reserved: /^$/ },
    secret: ['password'],
  },
  'dovecot-users': {
    key: /^[a-z0-9][!-9;-~]*$/,
    // Dovecot takes a `[` in a password for the mark of an old hash type.
    columns: { password: /^[!-9;-Z\\-~]+$/, uid: optional, gid: optional, gecos: text, home: path, shell: path, extra },
    secret: ['password'],
  },
  // Postfix folds keys to lower case; `#` begins a comment, `"` a quoted key.
  map: { key: /^[!$-@[-~][!$-@[-~]*$/, columns: { value: /^[^\s\p{Cc}\p{Cs}](?:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*[^\s\p{Cc}\p{Cs}])?$/u }, secret: [] },
};

const columnNames: { readonly [layout in Layout]: readonly string[] } = {
  passwd: namesIn('passwd'), group: namesIn('group'), shadow: namesIn('shadow'), map: namesIn('map'), 'dovecot-users': namesIn('dovecot-users'),
};

function namesIn(layout: Layout): readonly string[] {
  return Object.keys(shapes[layout].columns);
}

/** Name a layout's columns after the key, in their order. */
export function columnsOf(layout: Layout): readonly string[] {
  return columnNames[layout];
}

/** Is this column compared by digest and never printed? */
export function isSecret(layout: Layout, column: string): boolean {
  return shapes[layout].secret.includes(column);
}

/** Can a row stand in such a table? One that somebody wrote by hand may not. */
export function isRow(layout: Layout, { key, columns }: TableRow): boolean {
  const shape = shapes[layout];
  return shape.key.test(key) && Object.entries(shape.columns).every(([name, grammar]) => grammar.test(columns[name] ?? ''));
}

/** Write rows as a table. Errors: throws for a value that its column cannot hold, an unknown column, a key given twice: bugs. */
export function encodeTable(layout: Layout, rows: readonly TableRow[]): string {
  return encodedTable(layout, rows).text;
}

/** Write rows as a table, and say what is read in it. Errors: as of encodeTable. */
export function encodedTable(layout: Layout, rows: readonly TableRow[]): { readonly text: string; readonly table: Table } {
  for (const row of rows) assertFit(layout, row);
  const text = rows.map((row) => `${line(layout, row)}\n`).join('');
  const table = parseTable(layout, text);
  if (!isSame(layout, table, rows)) throw new Error(`cannot encode a ${layout} table: it would be read as something else`);
  return { text, table };
}

/** Is what was read what was meant, row by row and column by column? */
function isSame(layout: Layout, { rows, others }: Table, meant: readonly TableRow[]): boolean {
  const names = columnsOf(layout);
  return others.length === 0 && rows.length === meant.length && rows.every(({ key, columns }, index) => {
    const row = meant[index];
    return row?.key === key && names.every((name) => columns[name] === (row.columns[name] ?? ''));
  });
}

/** Read a table as its program does. Never fails: what is no plain row, or a second one for a key, is among the others. */
export function parseTable(layout: Layout, written: string): Table {
  const rows = new Map<string, TableRow>();
  const others: string[] = [];
  for (const one of linesOf(written)) {
    const row = layout === 'map' ? mapRow(one) : colonRow(layout, one);
    if (row === null || rows.has(row.key)) others.push(one);
    else rows.set(row.key, row);
  }
  return { rows: [...rows.values()], others };
}

function linesOf(written: string): readonly string[] {
  return written === '' ? [] : (written.endsWith('\n') ? written.slice(0, -1) : written).split('\n');
}

function assertFit(layout: Layout, { key, columns }: TableRow): void {
  const shape = shapes[layout];
  const unknown = Object.keys(columns).find((name) => !Object.hasOwn(shape.columns, name));
  if (unknown !== undefined) throw new Error(`cannot encode ${layout} row ${JSON.stringify(key)}: there is no column ${JSON.stringify(unknown)}`);
  if (!shape.key.test(key)) throw new Error(`cannot encode ${layout} key ${JSON.stringify(key)}`);
  const wrong = columnsOf(layout).find((name) => shape.columns[name]?.test(columns[name] ?? '') !== true);
  if (wrong !== undefined) {
    const value = isSecret(layout, wrong) ? 'that' : JSON.stringify(columns[wrong] ?? '');
    throw new Error(`cannot encode ${layout} row ${JSON.stringify(key)}: ${wrong} cannot hold ${value}`);
  }
}

function line(layout: Layout, { key, columns }: TableRow): string {
  return [key, ...columnsOf(layout).map((name) => columns[name] ?? '')].join(layout === 'map' ? ' ' : ':');
}

/** A line that begins with white space continues the one before; with `#` it is a comment. */
function mapRow(one: string): TableRow | null {
  const found = /^(?<key>[^\s#][^\s]*)[ \t]+(?<value>[^\s](?:.*[^\s])?)[ \t]*$/s.exec(one)?.groups;
  return found === undefined ? null : { key: found['key'] ?? '', columns: { value: found['value'] ?? '' } };
}

/** `+` and `-` in front are NIS's, `#` is a comment. Only Dovecot's last column may hold colons. */
function colonRow(layout: Layout, one: string): TableRow | null {
  const names = columnsOf(layout);
  const [key = '', ...cells] = one.split(':');
  const last = names.length - 1;
  const values = layout === 'dovecot-users' && cells.length > names.length ? [...cells.slice(0, last), cells.slice(last).join(':')] : cells;
  if (key === '' || /^[\s#+-]/.test(key) || values.length !== names.length) return null;
  const found: { [name: string]: string } = {};
  for (const [index, name] of names.entries()) found[name] = values[index] ?? '';
  return { key, columns: found };
}
