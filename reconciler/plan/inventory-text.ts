/**
 * An inventory as text: a line with the digest of all that follows, one with what is no entry, and then one an entry, sorted by id. What is
 * there to the byte as it was written was whole when it was, so that no more of a line is read than what it is about. A great one is amended:
 * a text of its own has the lines that are other ones, and of what is gone the id alone, and names what it amends by its digest.
 */
import { amended } from '../model/amended.ts';
import { digest } from '../model/digest.ts';
import { emptyLedger, guardNames, type GuardName, type Ledger } from '../model/guard.ts';
import type { Inventory } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { entriesIn, idOn, linesOf, sinceOf, type Lines, type Since } from './entries.ts';
import { fieldsOf, isEntry, isResourceName, isText } from './entry.ts';

const version = 3;
/** This, too, is lines, of a croft that knew no amendments. */
const plainVersion = 2;
const formerVersion = 1;
/** Shorter ones are always written as a whole, and so is one of which more than one of so many differs. Units: characters. */
const fewest = 256 * 1024;
const share = 4;

/** Write an inventory down. */
export function formatInventory(inventory: Inventory): string {
  const body = `${[aboutOf(inventory), ...linesOf(inventory.entries).values()].join('\n')}\n`;
  return `${headOf({ version, digest: digest(body) })}${body}`;
}

/** Write down how one differs from what is written down as a whole; null where that is not known, or not worth the while. */
export function formatAmendment(inventory: Inventory): string | null {
  const since = sinceOf(inventory.entries);
  if (since === null || since.length < fewest) return null;
  const lines = [...since.lines].map(([id, line]) => line ?? JSON.stringify([id]));
  const body = `${[aboutOf(inventory), ...lines].join('\n')}\n`;
  return body.length * share > since.length ? null : `${headOf({ version, of: since.of, digest: digest(body) })}${body}`;
}

/** Read one, with what was amended in it since; null when either is not what was written. */
export function parseInventory(text: string, amendment?: string): Inventory | null {
  const { head: { digest: of }, body, about, lines } = linesIn(text);
  const isSound = [version, plainVersion].some((each) => text === `${headOf({ version: each, digest: digest(body) })}${body}`);
  const since = { of: String(of), length: text.length };
  if (!isSound || !isKnown(lines.keys())) return null;
  const whole = aboutIn(parsed(about), () => entriesIn(lines, { since: { ...since, lines: new Map() } }));
  return amendment === undefined ? whole : amendedBy(amendment, { whole, lines, since });
}

/** What is read of an inventory. */
interface Whole {
  readonly whole: Inventory | null;
  readonly lines: Lines;
  readonly since: Omit<Since, 'lines'>;
}

/** What amends another one counts for nothing: that was written as a whole before it could be taken away. */
function amendedBy(text: string, { whole, lines, since }: Whole): Inventory | null {
  const { head, body, about, lines: others } = linesIn(text);
  if (text !== `${headOf({ version, of: String(head['of']), digest: digest(body) })}${body}` || !isKnown(others.keys())) return null;
  if (head['of'] !== since.of) return whole;
  const differing = new Map([...others].map(([id, line]) => [id, line === JSON.stringify([id]) ? null : line]));
  return aboutIn(parsed(about), () => entriesIn(amended(lines, differing), { since: { ...since, lines: differing } }));
}

interface Read {
  readonly head: { readonly [field: string]: unknown };
  readonly body: string;
  readonly about: string;
  readonly lines: Lines;
}

function linesIn(text: string): Read {
  const start = text.indexOf('\n') + 1;
  const body = text.slice(start);
  const [about = '', ...lines] = body.slice(0, -1).split('\n');
  const byId = new Map<Id, string>();
  for (const line of lines) byId.set(idOn(line), line);
  return { head: fieldsOf(parsed(text.slice(0, start))), body, about, lines: byId };
}

function aboutOf({ revision, ledger }: Inventory): string {
  const isEmpty = JSON.stringify(ledger) === JSON.stringify(emptyLedger);
  return JSON.stringify({ revision, ...(isEmpty ? {} : { ledger }) });
}

/** Read one as former crofts wrote it: one value of JSON, whose every entry is looked at; null when anything about it is wrong. */
export function parseFormer(text: string): Inventory | null {
  const written = parsed(text);
  const { version: form, entries } = fieldsOf(written);
  return form === formerVersion && Array.isArray(entries) && entries.every(isEntry) ? aboutIn(written, () => new Map(entries)) : null;
}

function headOf(head: { readonly version: number; readonly of?: string; readonly digest: string }): string {
  return `${JSON.stringify(head)}\n`;
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
