import type { Pause, Rollback } from '../model/aside.ts';
import type { Machine } from '../model/machine.ts';
import type { Owner } from '../model/owner.ts';
import { noAttempts, type Attempts } from './backoff.ts';

/** Where a host keeps what its admins said, and what failed. */
const [pausesPath, rollbacksPath, attemptsPath] = ['/var/lib/croft/pauses.json', '/var/lib/croft/rollbacks.json', '/var/lib/croft/attempts.json'] as const;

/** What was kept, and whether it could not be understood. */
export interface Kept<Value> {
  readonly value: readonly Value[];
  readonly lost: boolean;
}

/** Read what is paused on a host. What cannot be understood is no pause, and `lost` says so. */
export async function readPauses(machine: Machine): Promise<Kept<Pause>> {
  return readList(machine, pausesPath, isPause);
}

/** Keep what is paused, in one atomic write. Errors: MachineError. */
export async function writePauses(machine: Machine, pauses: readonly Pause[]): Promise<void> {
  await keep(machine, pausesPath, { text: JSON.stringify(pauses, null, 1), mode: '0644' });
}

/** Read to which commits a host went back. */
export async function readRollbacks(machine: Machine): Promise<Kept<Rollback>> {
  return readList(machine, rollbacksPath, isRollback);
}

/** Keep to which commits a host went back, in one atomic write. Errors: MachineError. */
export async function writeRollbacks(machine: Machine, rollbacks: readonly Rollback[]): Promise<void> {
  await keep(machine, rollbacksPath, { text: JSON.stringify(rollbacks, null, 1), mode: '0644' });
}

/** Read what failed. What is lost is tried at once. */
export async function readAttempts(machine: Machine): Promise<Attempts> {
  const value = parsed(await textAt(machine, attemptsPath));
  return isAttempts(value) ? value : noAttempts;
}

/** Keep what failed, where it is anything new; a host on which nothing ever failed has no such file. Errors: MachineError. */
export async function writeAttempts(machine: Machine, after: Attempts): Promise<void> {
  const before = await readAttempts(machine);
  const isNothing = after.resources.length === 0 && after.remotes.length === 0 && before === noAttempts && after.kicked === 0;
  if (!isNothing && JSON.stringify(before) !== JSON.stringify(after)) await keep(machine, attemptsPath, { text: JSON.stringify(after), mode: '0600' });
}

async function keep(machine: Machine, path: string, { text, mode }: { readonly text: string; readonly mode: string }): Promise<void> {
  await machine.perform({ do: 'directory', path: '/var/lib/croft', mode: '0755', owner: 'root', group: 'root' });
  await machine.perform({ do: 'write', path, text: `${text}\n`, mode, owner: 'root', group: 'root' });
}

async function readList<Value>(machine: Machine, path: string, isOne: (value: unknown) => value is Value): Promise<Kept<Value>> {
  const text = await textAt(machine, path);
  if (text === null) return { value: [], lost: false };
  const list = parsed(text);
  const known = Array.isArray(list) ? list.filter(isOne) : [];
  return { value: known, lost: !Array.isArray(list) || known.length < list.length };
}

async function textAt(machine: Machine, path: string): Promise<string | null> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  return answer?.ask === 'path' ? (answer.node?.text ?? null) : null;
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

type Fields = { readonly [field: string]: unknown };

function isPause(value: unknown): value is Pause {
  return isWord(value) && isText(value['scope']) && isListOf(value['units'], isText) && isTime(value['until']) && typeof value['byHand'] === 'boolean';
}

/** Is this a rollback, whoever wrote it down? */
export function isRollback(value: unknown): value is Rollback {
  return isWord(value) && (value['owner'] === null || isOwner(value['owner'])) && isOid(value['to']) && isOid(value['bad']) && (value['until'] === null || isTime(value['until']));
}

function isAttempts(value: unknown): value is Attempts {
  return isFields(value) && isText(value['version']) && isTime(value['kicked'])
    && isListOf(value['remotes'], (one) => isAttempt(one) && isText(one['remote']))
    && isListOf(value['resources'], (one) => isAttempt(one) && [one['id'], one['because'], one['wish']].every(isText) && (one['found'] === null || isText(one['found'])));
}

function isAttempt(value: unknown): value is Fields {
  return isFields(value) && isTime(value['failures']) && isTime(value['next']);
}

function isWord(value: unknown): value is Fields {
  return isFields(value) && isText(value['who']) && isText(value['why']) && isTime(value['since']);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 42;
}

function isOid(value: unknown): boolean {
  return isText(value) && /^[0-9a-f]{40}$/.test(value);
}

function isOwner(value: unknown): value is Owner {
  return isText(value) && (value === 'coop' || value.startsWith('member:'));
}
