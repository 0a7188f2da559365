/**
 * What was handed over last and made true: root's own copy, which stays in force when the other half cannot be asked. It may hold what is
 * secret. What stands in it to the byte is what the croft that wrote it has read and admitted, so that one need not do it again.
 * Shape: a heading with what every run asks of it, in a line of its own; then the lines that were handed over.
 */
import { formatAnswer, nothingKnown, parseAnswer, type Handover, type HandoverLines } from '../../handover/handover.ts';
import { anyText, object, orNull, readJson, whole, word } from '../../handover/read.ts';
import { most } from '../../handover/words.ts';
import { digest } from '../../model/digest.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import { formerHandoverPath, handoverPath } from '../../plan/inventory.ts';
import type { Census } from '../../plan/sight.ts';
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
const heading = object({ census, build: orNull(anyText(1024)), digest: word(/^sha256:[0-9a-f]{64}$/) });

/** Find the copy. */
export async function copyOn(machine: Machine): Promise<Copy> {
  const found = await textOn(machine, handoverPath);
  const text = found ?? renewed((await textOn(machine, formerHandoverPath)) ?? '');
  const end = text.indexOf('\n') + 1;
  const [read, lines] = [readJson(text.slice(0, end), heading), text.slice(end)];
  const isSound = read.ok && digest(lines) === read.value.digest;
  return { heading: read.ok ? read.value : null, isWhole: isSound && found !== undefined, lines: isSound ? lines : '' };
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
  const { catalog: { host }, declared: { members, hosts, limits } } = handover;
  const { stays: _, ...made } = handover;
  const lines = formatAnswer({ ...made, request: '0', notices: [], remote: null, confirmedAt: null, admins: null, kept: true });
  const written: Heading = { census: { host, members: members.length, hosts: hosts.length, limits: limits.length }, build, digest: digest(lines) };
  if (!isKept(before ?? (await copyOn(machine)), written)) await keep(machine, `${JSON.stringify(written)}\n${lines}`);
  return written.digest;
}

function isKept({ heading: found, isWhole }: Found, written: Heading): boolean {
  return isWhole && JSON.stringify(found) === JSON.stringify(written);
}

async function keep(machine: Machine, text: string): Promise<void> {
  await machine.perform({ do: 'write', path: handoverPath, text, mode: '0600', owner: 'root', group: 'root', secret: true });
  const [answer] = await machine.observe([{ ask: 'path', path: formerHandoverPath, want: 'stat' }]);
  if (answer?.ask === 'path' && answer.node !== null) await machine.perform({ do: 'remove', path: formerHandoverPath });
}
