/**
 * The journal of a transaction: which paths it takes, what was staged for each and what was there before. It stands in a directory of its
 * own from before the first path changes until the last old version is gone, so whoever finds one after a crash knows both ways out:
 * `<unit>.json` is to be put back, `<unit>.kept.json` is good and only to be cleared up. One rename between the two names is the moment
 * at which a transaction becomes what the host is.
 */
import { createHash } from 'node:crypto';
import { renameSync, unlinkSync } from 'node:fs';
import { MachineError } from '../model/machine.ts';
import { entriesAt, readText } from './read.ts';
import { beside, enter, find, leave, look, type Place, type Tree } from './tree.ts';

/** One path of a transaction. The tokens are parts of names beside it. */
export interface Entry {
  readonly path: string;
  /** What was staged for it; null: it goes. */
  readonly token: string | null;
  /** What was there before, by another name; null: nothing was. */
  readonly old: string | null;
}

/** A journal, and whether its transaction is already good. */
export interface Journal {
  readonly entries: readonly Entry[];
  readonly kept: boolean;
}

/** A tree that has a place for journals. */
export interface Journalling extends Tree {
  readonly transactions: string;
}

/** Name the file beside a place that belongs to a token. */
export function nameWith(token: string, name: string): string {
  return `.${name.slice(0, 60)}.croft-${token}`;
}

/** Choose the token of a path's old version: the same each time, so that what a crash left is found. */
export function oldToken(path: string): string {
  return createHash('sha256').update(`old ${path}`).digest('hex').slice(0, 16);
}

/** Say where a unit's journal is. */
export function journalPath({ transactions }: Journalling, unit: string, kept = false): string {
  return `${transactions}/${unit}${kept ? '.kept' : ''}.json`;
}

/** Write a journal down as text. */
export function formatJournal(entries: readonly Entry[]): string {
  return `${JSON.stringify({ version: 1, entries })}\n`;
}

/** Read a unit's journal; null when no transaction is open. Errors: MachineError when one is there that nobody can understand. */
export function readJournal(tree: Journalling, unit: string): Journal | null {
  for (const kept of [true, false]) {
    const path = journalPath(tree, unit, kept);
    const text = readText(tree, path);
    if (text !== null) return { entries: parse(path, text), kept };
  }
  return null;
}

/** Name every file, staged or old, that an open transaction still needs; null when one of the journals says nothing that could be understood. */
export function namedInJournals(tree: Journalling): ReadonlySet<string> | null {
  const found = find(tree, tree.transactions, 'look');
  if ('broken' in found) return new Set();
  const names = at(found, (place) => (look(place)?.isDirectory() ? (entriesAt(place) ?? []) : [])).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  const journals = names.map((name) => understood(readText(tree, `${tree.transactions}/${name}`) ?? ''));
  return journals.includes(null) ? null : new Set(journals.flatMap((entries) => entries ?? []).flatMap(namesOf));
}

/** From here on the transaction is good. */
export function markKept(tree: Journalling, unit: string, sync: (place: Place) => void): void {
  at(enter(tree, journalPath(tree, unit), `cannot keep what ${unit} has`), (place) => {
    renameSync(place.at, beside(place, `${unit}.kept.json`).at);
    sync(place);
  });
}

/** Nothing is open any more. */
export function endJournal(tree: Journalling, unit: string, { kept, sync }: { readonly kept: boolean; readonly sync: (place: Place) => void }): void {
  at(enter(tree, journalPath(tree, unit, kept), `cannot end the transaction of ${unit}`), (place) => {
    if (look(place) !== null) unlinkSync(place.at);
    sync(place);
  });
}

function namesOf({ path, token, old }: Entry): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [token, old].flatMap((each) => (each === null ? [] : [nameWith(each, name)]));
}

function parse(path: string, text: string): readonly Entry[] {
  const entries = understood(text);
  if (entries !== null) return entries;
  throw new MachineError(`cannot understand ${path}, the journal of an open transaction: look at the files beside those that croft owns, put right what is half done, and remove it`);
}

function understood(text: string): readonly Entry[] | null {
  try {
    const value = JSON.parse(text) as { readonly version?: unknown; readonly entries?: unknown } | null;
    return value?.version === 1 && Array.isArray(value.entries) && value.entries.every(isEntry) ? value.entries : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { path, token, old }: { readonly path?: unknown; readonly token?: unknown; readonly old?: unknown } = value;
  return typeof path === 'string' && path.startsWith('/') && [token, old].every((each) => each === null || (typeof each === 'string' && /^[0-9a-f]{16}$/.test(each)));
}

function at<T>(place: Place, work: (place: Place) => T): T {
  try {
    return work(place);
  } finally {
    leave(place);
  }
}
