/**
 * What was handed over last and made true: root's own copy, which stays in force when the other half cannot be asked. It may hold what is
 * secret. What stands in it to the byte is what the croft that wrote it has read and admitted, so that one need not do it again.
 * Shape: a heading with what every run asks of it, in a line of its own; then the lines that were handed over.
 */
import { amendedLines, formatAnswer, headingOf, nothingKnown, parseAnswer, type Handover, type HandoverLines } from '../../handover/handover.ts';
import { lineOf, lineOfDeclared } from '../../handover/lines.ts';
import { anyText, object, orNull, readJson, whole, word } from '../../handover/read.ts';
import { most } from '../../handover/words.ts';
import { digest } from '../../model/digest.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import { formerHandoverPath, handoverPath } from '../../plan/inventory.ts';
import { censusOf, type Census } from '../../plan/sight.ts';
import type { Place } from '../place.ts';
import { renewed } from './former-copy.ts';

/** What of a place its copy needs. */
type Home = Pick<Place, 'machine' | 'host' | 'build'>;

interface Heading {
  readonly census: Census & { readonly host: string };
  /** The croft that admitted all of it; null: nobody has. */
  readonly build: string | null;
  /** Of all that follows. */
  readonly digest: string;
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
const heading = object(about);
const amending = object({ ...about, of: sum });

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
  const [read, lines] = [readJson(text.slice(0, end), heading), text.slice(end)];
  const isSound = read.ok && digest(lines) === read.value.digest;
  const amendment = isSound && found !== undefined ? await amendmentOn(machine) : null;
  if (read.ok && amendment?.of === read.value.digest) return { heading: amendment.heading, isWhole: true, lines: amendedLines(lines, amendment.lines) };
  return { heading: read.ok ? read.value : null, isWhole: isSound && found !== undefined, lines: isSound ? lines : '' };
}

/** What differs from the copy since that was written whole. */
interface Amendment {
  /** The digest of that. */
  readonly of: string;
  readonly heading: Heading;
  /** A heading, the facts, and the resources that are new or other ones. */
  readonly lines: string;
}

async function amendmentOn(machine: Machine): Promise<Amendment | null> {
  const text = (await textOn(machine, amendmentPath)) ?? '';
  const end = text.indexOf('\n') + 1;
  const [read, lines] = [readJson(text.slice(0, end), amending), text.slice(end)];
  if (!read.ok || digest(lines) !== read.value.digest) return null;
  const { of, ...rest } = read.value;
  return { of, heading: rest, lines };
}

async function textOn(machine: Machine, path: string): Promise<string | undefined> {
  const [answer] = await machine.observe([{ ask: 'path', path, want: 'text' }]);
  return answer?.ask === 'path' ? answer.node?.text : undefined;
}

/** Take what a copy says as known: nothing, where another croft has admitted it, or it is damaged. */
export function knownIn({ heading: found, lines }: Copy, { host, build }: Pick<Home, 'host' | 'build'>): HandoverLines {
  if (build === null || found?.build !== build || found.census.host !== host) return nothingKnown;
  const [, declared = '', ...resources] = lines.split('\n').slice(0, -1);
  return { declared, resources };
}

/** Read what was made last; null when there is nothing that can be used. */
export async function recall(home: Home): Promise<Handover | null> {
  return recallFrom(await copyOn(home.machine), home);
}

/** Read it out of the copy. */
export function recallFrom(copy: Copy, home: Omit<Home, 'machine'>): Handover | null {
  const read = parseAnswer(copy.lines, knownIn(copy, home));
  return read.ok && 'catalog' in read.value && read.value.catalog.host === home.host ? read.value : null;
}

/**
 * Say how many of everything there were when this host was last made true, without asking anybody. The copy is written after the
 * inventory, so after a crash it may be of an older commit: what was lost since then is counted once more, under the same names.
 */
export function censusIn({ heading: found }: Found, { host: own }: Pick<Home, 'host'>): Census | null {
  if (found === null) return null;
  const { host, ...counts } = found.census;
  return host === own ? counts : null;
}

/** Say at which commits those are who are held on this host. */
export async function heldOn(home: Home): Promise<ReadonlyMap<Owner, string>> {
  const holds = (await recall(home))?.holds ?? [];
  return new Map(holds.flatMap(({ owner, lastGood }) => (lastGood === null || lastGood === 'directory' ? [] : [[owner, lastGood] as const])));
}

/** Keep what was made true, without what is new in every run; only when it is something else. `build`: the croft that has admitted all of it. Shape: the digest of what is kept. Errors: MachineError. */
export async function remember(machine: Machine, handover: Handover, { build, before }: { readonly build: string | null; readonly before: Found | null } = { build: null, before: null }): Promise<string> {
  const lines = formatAnswer(asKept(handover));
  const written: Heading = { census: countedIn(handover), build, digest: digest(lines) };
  if (!isKept(before ?? (await copyOn(machine)), written)) await keep(machine, `${JSON.stringify(written)}\n${lines}`);
  return written.digest;
}

/**
 * Keep what differs from the copy, beside it, as long as that is little. `last`: the digest of the copy as it is now. Shape: the digest of what
 * is kept. Errors: MachineError.
 */
export async function amend(machine: Machine, handover: Handover, { build, last }: { readonly build: string | null; readonly last: string }): Promise<string> {
  const { catalog: { resources, beside = 0 } } = handover;
  const before = await amendmentOn(machine);
  const { amends: _, ...made } = asKept(handover);
  const { beside: __, ...catalog } = made.catalog;
  const head = headingOf({ ...made, catalog }, resources.length + beside);
  const fresh = [head, lineOfDeclared(handover.declared), ...resources.map(lineOf), ''].join('\n');
  const [of, lines] = before?.heading.digest === last ? [before.of, amendedLines(before.lines, fresh)] : [last, fresh];
  const written: Heading = { census: countedIn(handover), build, digest: digest(lines) };
  await write(machine, amendmentPath, `${JSON.stringify({ ...written, of })}\n${lines}`);
  const [answer] = await machine.observe([{ ask: 'path', path: handoverPath, want: 'stat' }]);
  if (answer?.ask !== 'path' || lines.length * share < (answer.node?.sizeBytes ?? 0)) return written.digest;
  const copy = await copyOn(machine);
  if (copy.heading?.digest !== written.digest) return written.digest;
  const whole: Heading = { ...written, digest: digest(copy.lines) };
  await keep(machine, `${JSON.stringify(whole)}\n${copy.lines}`);
  return whole.digest;
}

/** Without what is new in every run. */
function asKept({ stays: _, ...handover }: Handover): Handover {
  return { ...handover, request: '0', notices: [], remote: null, confirmedAt: null, admins: null, kept: true };
}

function countedIn({ catalog: { host }, declared }: Handover): Heading['census'] {
  return { host, ...censusOf(declared) };
}

function isKept({ heading: found, isWhole }: Found, written: Heading): boolean {
  return isWhole && JSON.stringify(found) === JSON.stringify(written);
}

async function keep(machine: Machine, text: string): Promise<void> {
  await write(machine, handoverPath, text);
  const old = [formerHandoverPath, amendmentPath];
  const answers = await machine.observe(old.map((path) => ({ ask: 'path', path, want: 'stat' })));
  for (const [index, path] of old.entries()) {
    const answer = answers[index];
    if (answer?.ask === 'path' && answer.node !== null) await machine.perform({ do: 'remove', path });
  }
}

async function write(machine: Machine, path: string, text: string): Promise<void> {
  await machine.perform({ do: 'write', path, text, mode: '0600', owner: 'root', group: 'root', secret: true });
}
