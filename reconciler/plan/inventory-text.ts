/**
 * An inventory as text: a line with the digest of all that follows, one with what is no entry, and then one an entry, sorted by id. What is
 * there to the byte as it was written was whole when it was, so that no more of a line is read than what it is about.
 */
import { digest } from '../model/digest.ts';
import { emptyLedger, guardNames, type GuardName, type Ledger } from '../model/guard.ts';
import type { Inventory } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { entriesIn, idOn, linesOf } from './entries.ts';
import { fieldsOf, isEntry, isResourceName, isText } from './entry.ts';

const version = 2;
const formerVersion = 1;

/** Write an inventory down. */
export function formatInventory({ revision, ledger, entries }: Inventory): string {
  const isEmpty = JSON.stringify(ledger) === JSON.stringify(emptyLedger);
  const about = JSON.stringify({ revision, ...(isEmpty ? {} : { ledger }) });
  const body = `${[about, ...linesOf(entries).values()].join('\n')}\n`;
  return `${headOf(body)}\n${body}`;
}

/** Read one; null when it is not what was written. */
export function parseInventory(text: string): Inventory | null {
  const [start, end] = [text.indexOf('\n') + 1, text.length - 1];
  const body = text.slice(start);
  if (text.slice(0, start) !== `${headOf(body)}\n`) return null;
  const [about = '', ...lines] = body.slice(0, end - start).split('\n');
  const byId = new Map<Id, string>();
  for (const line of lines) byId.set(idOn(line), line);
  return isKnown(byId.keys()) ? aboutIn(parsed(about), () => entriesIn(byId)) : null;
}

/** Read one as former crofts wrote it: one value of JSON, whose every entry is looked at; null when anything about it is wrong. */
export function parseFormer(text: string): Inventory | null {
  const written = parsed(text);
  const { version: form, entries } = fieldsOf(written);
  return form === formerVersion && Array.isArray(entries) && entries.every(isEntry) ? aboutIn(written, () => new Map(entries)) : null;
}

function headOf(body: string): string {
  return JSON.stringify({ version, digest: digest(body) });
}

/** Another croft may have written what this one has no name for. */
function isKnown(ids: Iterable<Id>): boolean {
  for (const id of ids) if (!isResourceName(id)) return false;
  return true;
}

function aboutIn(written: unknown, entries: () => Inventory['entries']): Inventory | null {
  const { revision, ledger = emptyLedger } = fieldsOf(written);
  return (revision === null || typeof revision === 'string') && isLedger(ledger) ? { revision, entries: entries(), ledger } : null;
}

/** Whoever counts on what is damaged lets more pass than there is to pass. */
function isLedger(ledger: unknown): ledger is Ledger {
  const { gone, spent, since } = fieldsOf(ledger);
  return Array.isArray(gone) && gone.every(isGone) && Array.isArray(spent) && spent.every(isSpent) && (since === null || isCount(since));
}

function isGone(one: unknown): boolean {
  const { guard, id, owner, file, at } = fieldsOf(one);
  return isGuardName(guard) && [id, owner, file].every(isText) && isCount(at);
}

function isSpent(one: unknown): boolean {
  const { guard, object, reason, until, count, going } = fieldsOf(one);
  return isGuardName(guard) && [object, reason].every(isText) && isText(until) && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(until) && (count === null || isCount(count))
    && Array.isArray(going) && going.every(isText);
}

function isGuardName(value: unknown): boolean {
  return guardNames.includes(value as GuardName);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
