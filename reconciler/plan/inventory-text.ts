/**
 * An inventory as text: a line with the digest of the next one; that one, with what is no entry, and where each block of lines begins, under a
 * digest of its own (entry-blocks.ts); and then the lines, one an entry, sorted by id. What is there to the byte as it was written was whole when
 * it was, so that no more of a line is read than what it is about. A great one is amended: a text of its own has the lines that are other ones,
 * and of what is gone the id alone, and names what it amends by its digest.
 */
import { bookOf, changed, growth } from '../model/book.ts';
import { digest } from '../model/digest.ts';
import { emptyLedger, guardNames, type GuardName, type Ledger } from '../model/guard.ts';
import type { Excerpts } from '../model/machine.ts';
import type { Inventory } from '../model/plan.ts';
import type { Id } from '../model/resource.ts';
import { entriesIn, linesOf, sinceOf, type Lines, type Written } from './entries.ts';
import { areKnown, blocksOf, idOn, linesAmong, readBlock, type Block } from './entry-blocks.ts';
import { fieldsOf, isEntry, isText } from './entry.ts';

const version = 4;
/** Of crofts that knew no blocks: one digest of all lines. The older one knew no amendments either. */
const plainVersions = [3, 2];
const formerVersion = 1;
/** Shorter ones are always written as a whole, and so is one of which more than one of so many differs. Units: characters. */
export const leastAmended = 256 * 1024;
const share = 4;

/** Write an inventory down. */
export function formatInventory(inventory: Inventory): string {
  const { blocks, text } = blocksOf(linesOf(inventory.entries).book.within(''));
  const about = `${JSON.stringify({ ...aboutOf(inventory), blocks })}\n`;
  return `${headOf({ version, digest: digest(about) })}${about}${text}`;
}

/** Write down how one differs from what is written down as a whole; null where that is not known, or not worth the while. */
export function formatAmendment(inventory: Inventory): string | null {
  const since = sinceOf(inventory.entries);
  if (since === null || since.length < leastAmended) return null;
  const lines = [...since.lines].map(([id, line]) => line ?? JSON.stringify([id]));
  const body = `${[JSON.stringify({ ...aboutOf(inventory), size: inventory.entries.size }), ...lines].join('\n')}\n`;
  return body.length * share > since.length ? null : `${headOf({ version, of: since.of, digest: digest(body) })}${body}`;
}

/** What amends an inventory, and whether only a few of its lines will be asked for. */
interface Asked {
  readonly amendment?: string | undefined;
  /** Then the others are not looked into. */
  readonly isPart?: boolean;
}

/** Read one, with what was amended in it since; null when either is not what was written, as far as it was looked into. Of a former croft's, or one that is not all ASCII, there are no excerpts: it is read as a text. */
export function parseInventory(text: Excerpts, { amendment, isPart = false }: Asked = {}): Inventory | null {
  const read = blocksIn(text, isPart) ?? (typeof text === 'string' ? plainIn(text) : null);
  if (read === null) return null;
  const { about, lines } = read;
  return amendment === undefined ? inventoryIn(about, lines, read) : amendedBy(amendment, read);
}

/** What is read of a text. */
interface Text extends Written {
  readonly about: unknown;
  readonly lines: Lines;
  /** That of a former croft is written as a whole the next time. */
  readonly isFormer: boolean;
}

function inventoryIn(about: unknown, lines: Lines, { of, length, isFormer }: Text): Inventory | null {
  return aboutIn(about, () => entriesIn(lines, { written: isFormer ? null : { of, length } }));
}

/** Read one in blocks. */
function blocksIn(text: Excerpts, isPart: boolean): Text | null {
  const head = lineFrom(text, 0);
  const second = lineFrom(text, head.length);
  const from = head.length + second.length;
  const [of, about] = [digest(second), parsed(second)];
  if (head !== headOf({ version, digest: of })) return null;
  // Under its digest it is what was written.
  const { blocks } = fieldsOf(about) as { readonly blocks: readonly Block[] };
  const { length } = text;
  if (blocks.reduce((sum, block) => sum + block[2], from) !== length) return null;
  const count = blocks.reduce((sum, [, own]) => sum + own, 0);
  const lines = isPart ? { book: linesAmong(blocks, text, from), count } : allIn(blocks, text.slice(from));
  return lines === null ? null : { of, length, about, lines, isFormer: false };
}

/** Read a line with its end; where there is none, all that is left. */
function lineFrom(text: Excerpts, start: number): string {
  for (let length = 4096; ; length *= 8) {
    const read = text.slice(start, start + length);
    const end = read.indexOf('\n') + 1;
    if (end > 0 || start + length >= text.length) return end > 0 ? read.slice(0, end) : read;
  }
}

/** Look into all blocks. */
function allIn(blocks: readonly Block[], text: string): Lines | null {
  const lines = new Map<Id, string>();
  let at = 0;
  for (const block of blocks) {
    const those = readBlock(block, text.slice(at, at + block[2]));
    if (those === null) return null;
    for (const [id, line] of those) lines.set(id, line);
    at += block[2];
  }
  return inMemory(lines);
}

function inMemory(lines: ReadonlyMap<Id, string>): Lines {
  return { book: bookOf(lines), count: lines.size };
}

/** Read one of a former croft. */
function plainIn(text: string): Text | null {
  const { body } = partsOf(text);
  const of = digest(body);
  if (!plainVersions.some((each) => text === `${headOf({ version: each, digest: of })}${body}`)) return null;
  const { about, lines } = linesOfBody(body);
  return areKnown(lines.keys()) ? { of, length: text.length, about: parsed(about), lines: inMemory(lines), isFormer: true } : null;
}

/** What amends another one counts for nothing: that was written as a whole before it could be taken away. */
function amendedBy(text: string, read: Text): Inventory | null {
  const { lines: { book, count } } = read;
  const { head, body } = partsOf(text);
  const form = [version, ...plainVersions].find((each) => text === `${headOf({ version: each, of: String(head['of']), digest: digest(body) })}${body}`);
  if (form === undefined) return null;
  const { about, lines: others } = linesOfBody(body);
  if (!areKnown(others.keys())) return null;
  if (head['of'] !== read.of) return inventoryIn(read.about, read.lines, read);
  const changes = new Map([...others].map(([id, line]) => [id, line === JSON.stringify([id]) ? null : line]));
  const said = parsed(about);
  const { size } = fieldsOf(said);
  // To count them is to look where each of them was.
  const all = { book: changed(book, changes), count: form === version && isCount(size) ? size : count + growth(book, changes) };
  return inventoryIn(said, all, read);
}

function partsOf(text: string): { readonly head: { readonly [field: string]: unknown }; readonly body: string } {
  const start = text.indexOf('\n') + 1;
  return { head: fieldsOf(parsed(text.slice(0, start))), body: text.slice(start) };
}

/** Errors: a line that is no entry, so this is for what is under its digest alone. */
function linesOfBody(body: string): { readonly about: string; readonly lines: ReadonlyMap<Id, string> } {
  const [about = '', ...lines] = body.slice(0, -1).split('\n');
  const byId = new Map<Id, string>();
  for (const line of lines) byId.set(idOn(line), line);
  return { about, lines: byId };
}

function aboutOf({ revision, ledger }: Inventory): object {
  const isEmpty = JSON.stringify(ledger) === JSON.stringify(emptyLedger);
  return { revision, ...(isEmpty ? {} : { ledger }) };
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

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
