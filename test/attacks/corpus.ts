import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Owner } from '../../reconciler/model/owner.ts';

/** One attack, or one benign control. Ids with an X are our own; the others were collected before croft was written. */
export interface Row {
  readonly id: string;
  /** What is tried, in one line. */
  readonly what: string;
  /** Path below desired-state/ of the document it is planted in; `{}` in it is the payload. */
  readonly document?: string;
  /** The field, parts joined by dots. A record is found by its type. A part `{}` is the payload as a key, and `value` stands behind it. */
  readonly at?: string;
  readonly payload?: unknown;
  readonly value?: unknown;
  /** Written plain in the payload's place, for what is no text. */
  readonly source?: string;
  /** In the payload's place: so many addresses outside. */
  readonly targets?: number;
  /** A whole document instead of a field, repeated so often, in another encoding. */
  readonly text?: string;
  readonly repeat?: number;
  readonly encoding?: BufferEncoding;
  /** Further documents; null takes one away. */
  readonly with?: { readonly [path: string]: string | null };
  /** An entry of ada's directory in a git tree. */
  readonly entry?: Entry;
  /** `refused <code>`; `encoded`: rendered in the shape of its plain twin; `accepted`: so, and as it is; `survives`: proven elsewhere. */
  readonly expect: string;
  /** Whose problem it is, in which file and on which lines, when not of the planted place. */
  readonly owner?: Owner;
  readonly file?: string;
  readonly lines?: readonly number[] | 'any';
  /** How the value stands in what is rendered, and how its plain twin does. */
  readonly written?: readonly string[];
  readonly twin?: readonly string[];
  /** Is it kept in the desired state as it is? */
  readonly shown?: boolean;
  /** The test that proves a survival: a file, and its name or a part of it. */
  readonly see?: { readonly in: string; readonly says: string };
}

export interface Entry {
  readonly name: string;
  readonly mode: string;
  /** A second entry, a file. */
  readonly beside?: string;
  /** The object is a file, whatever the mode says. */
  readonly file?: boolean;
  readonly bytes?: number;
}

const folder = join(import.meta.dirname, 'rows');

/** Read the whole corpus. */
export function corpus(): readonly Row[] {
  return readdirSync(folder).filter((name) => name !== 'later.yaml').sort().flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')) as readonly Row[]);
}

/** Read which attacks no kind of document can express yet, by what they wait for. */
export function later(): { readonly [waitsFor: string]: readonly string[] } {
  return parse(readFileSync(join(folder, 'later.yaml'), 'utf8')) as { readonly [waitsFor: string]: readonly string[] };
}

/** Name a row for a test. */
export function titled(row: Row): readonly [string, Row] {
  return [`${row.id} ${row.what}`, row];
}
