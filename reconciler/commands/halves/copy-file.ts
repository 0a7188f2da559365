/**
 * Where root's own copy of what was handed over lies: as a whole in a great file, a heading in a line of its own and then the lines that were
 * handed over; and in a small one beside it what is new since that was written, which names what it amends by its digest. Both are root's
 * alone. What amends another one counts for nothing: that was written as a whole before it could be emptied. It is emptied and not taken
 * away, so that where it is missing somebody else took it, or no run came so far: without it the great one may be of an older time, which is not to come back.
 */
import { amendedLines } from '../../handover/handover.ts';
import { anyText, object, oneOf, orNull, readJson, whole, word } from '../../handover/read.ts';
import { most } from '../../handover/words.ts';
import { digest } from '../../model/digest.ts';
import type { Machine } from '../../model/machine.ts';
import { formerHandoverPath, handoverPath } from '../../plan/inventory.ts';
import type { Census } from '../../plan/sight.ts';
import { renewed } from './former-copy.ts';

/** What a copy says of itself. */
export interface Heading {
  readonly census: Census & { readonly host: string };
  /** The croft that admitted all of it; null: nobody has. */
  readonly build: string | null;
  /** Of all that follows. */
  readonly digest: string;
  /** Did some of it come in parts, so that nobody has looked for circles in all of it? */
  readonly isOfParts?: true;
}

/** What every run asks of the copy. */
export interface Found {
  /** null: there is none, or none that can be read. */
  readonly heading: Heading | null;
  /** Is it where it belongs, and to the byte as it was written? */
  readonly isWhole: boolean;
}

/** The copy. */
export interface Copy extends Found {
  /** The lines that were handed over; empty where they are not what was written. */
  readonly lines: string;
}

const census = object({ host: anyText(64), members: whole(0, most.names), hosts: whole(0, most.names), limits: whole(0, most.names) });
const sum = word(/^sha256:[0-9a-f]{64}$/);
const about = { census, build: orNull(anyText(1024)), digest: sum };
const perhaps = { isOfParts: oneOf(true) } as const;
/** `hasBeside`: there is a small one, be it empty. An older croft took that away. */
const headings = object(about, { ...perhaps, hasBeside: oneOf(true) });
const amending = object({ ...about, of: sum }, perhaps);

const amendmentPath = '/var/lib/croft/handover.new';
/** Where all of it lies. */
export const copyPaths: readonly string[] = [handoverPath, amendmentPath];
/** When what differs is more than one of so many, all of it is written. */
const share = 4;

/** Find the copy, with what was new since it was written. */
export async function copyOn(machine: Machine): Promise<Copy> {
  const found = await textOn(machine, handoverPath);
  const text = found ?? renewed((await textOn(machine, formerHandoverPath)) ?? '');
  const end = text.indexOf('\n') + 1;
  const [read, lines] = [readJson(text.slice(0, end), headings), text.slice(end)];
  if (!read.ok) return { heading: null, isWhole: false, lines: '' };
  const { hasBeside = false, ...heading } = read.value;
  const isSound = digest(lines) === heading.digest;
  const amendment = isSound && found !== undefined ? await amendmentOn(machine) : null;
  if (amendment === 'damaged' || (amendment === null && hasBeside)) return { heading, isWhole: false, lines: '' };
  if (amendment !== null && amendment.of === heading.digest && amendment.lines !== '') return { heading: amendment.heading, isWhole: true, lines: amendedLines(lines, amendment.lines) };
  return { heading, isWhole: isSound && found !== undefined, lines: isSound ? lines : '' };
}

/** What differs from the copy since that was written whole. */
interface Amendment {
  /** The digest of that. */
  readonly of: string;
  readonly heading: Heading;
  /** A heading, the facts, and the resources that are new or other ones; empty where nothing differs. */
  readonly lines: string;
}

/** Find what differs; null: nobody wrote that anything may. */
async function amendmentOn(machine: Machine): Promise<Amendment | 'damaged' | null> {
  const text = await textOn(machine, amendmentPath);
  if (text === undefined) return null;
  const end = text.indexOf('\n') + 1;
  const [read, lines] = [readJson(text.slice(0, end), amending), text.slice(end)];
  if (!read.ok || digest(lines) !== read.value.digest) return 'damaged';
  const { of, ...heading } = read.value;
  return { of, heading, lines };
}

async function textOn(machine: Machine, path: string): Promise<string | undefined> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  return answer?.ask === 'path' ? answer.node?.text : undefined;
}

/** Keep a copy as a whole, and nothing beside it. Errors: MachineError. */
export async function keepWhole(machine: Machine, heading: Heading, lines: string): Promise<void> {
  await write(machine, handoverPath, `${JSON.stringify({ ...heading, hasBeside: true })}\n${lines}`);
  await write(machine, amendmentPath, `${JSON.stringify({ ...heading, digest: digest(''), of: heading.digest })}\n`);
  const [former] = await machine.observe([{ ask: 'path', path: formerHandoverPath, want: 'stat' }]);
  if (former?.ask === 'path' && former.node !== null) await machine.perform({ do: 'remove', path: formerHandoverPath });
}

async function write(machine: Machine, path: string, text: string): Promise<void> {
  await machine.perform({ do: 'write', path, text, mode: '0600', owner: 'root', group: 'root', secret: true });
}

/**
 * Keep what differs from the copy beside it, as long as that is little. `last`: the digest of the copy as it is now; `fresh`: a heading, facts,
 * and the resources that are other ones. Shape: the digest of what is kept. Errors: MachineError.
 */
export async function keepBeside(machine: Machine, about: Omit<Heading, 'digest' | 'isOfParts'>, { fresh, last }: { readonly fresh: string; readonly last: string }): Promise<string> {
  const found = await amendmentOn(machine);
  const before = found === 'damaged' ? null : found;
  const [of, lines] = before?.heading.digest === last ? [before.of, amendedLines(before.lines, fresh)] : [last, fresh];
  const written: Heading = { ...about, digest: digest(lines), isOfParts: true };
  await write(machine, amendmentPath, `${JSON.stringify({ ...written, of })}\n${lines}`);
  const [answer] = await machine.observe([{ ask: 'path', path: handoverPath, want: 'stat' }]);
  const isLittle = answer?.ask !== 'path' || lines.length * share < (answer.node?.sizeBytes ?? 0);
  const copy = isLittle ? null : await copyOn(machine);
  if (copy === null || copy.heading?.digest !== written.digest) return written.digest;
  const all: Heading = { ...written, digest: digest(copy.lines) };
  await keepWhole(machine, all, copy.lines);
  return all.digest;
}
