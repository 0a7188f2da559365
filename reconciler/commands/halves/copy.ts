/** What was handed over last and made true: root's own copy, which stays in force when the other half cannot be asked. It may hold what is secret. */
import { formatAnswer, parseAnswer, type Handover } from '../../handover/handover.ts';
import { anyText, object, readJson, whole } from '../../handover/read.ts';
import { most } from '../../handover/words.ts';
import { digest } from '../../model/digest.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import { handoverPath } from '../../plan/inventory.ts';
import type { Census } from '../../plan/sight.ts';
import type { Place } from '../place.ts';

/** Read it; null when there is none that can be used. */
export async function recall(place: Pick<Place, 'machine' | 'host'>): Promise<Handover | null> {
  return (await recallWhole(place)).handover;
}

/** The same, with the digest of the copy. */
export async function recallWhole({ machine, host }: Pick<Place, 'machine' | 'host'>): Promise<{ readonly handover: Handover | null; readonly copy: string }> {
  const text = await copyOn(machine);
  const read = parseAnswer(text.slice(text.indexOf(between) + between.length, -closing.length));
  return { handover: read.ok && 'catalog' in read.value && read.value.catalog.host === host ? read.value : null, copy: digest(text) };
}

async function copyOn(machine: Machine): Promise<string> {
  const [answer] = await machine.observe([{ ask: 'path', path: handoverPath, want: 'text' }]);
  return (answer?.ask === 'path' ? answer.node?.text : null) ?? '';
}

/** What every run asks of the copy stands before it, in a line of its own: the rest of it is long. Shape: `{"census":{…},` and `"handover":{…}}`. */
const [opening, between, closing] = ['{"census":', ',\n"handover":', '}\n'];
const heading = object({ host: anyText(64), members: whole(0, most.names), hosts: whole(0, most.names), limits: whole(0, most.names) });

function copyOf(handover: Handover): string {
  const { catalog: { host }, declared: { members, hosts, limits } } = handover;
  const { stays: _, ...made } = handover;
  const census = JSON.stringify({ host, members: members.length, hosts: hosts.length, limits: limits.length });
  return `${opening}${census}${between}${formatAnswer({ ...made, request: '0', notices: [], remote: null, confirmedAt: null, admins: null, kept: true }).trimEnd()}${closing}`;
}

/**
 * How many of everything there were when this host was last made true; root's own copy says so without asking anybody. It is written after
 * the inventory, so after a crash it may be of an older commit: what was lost since then is counted once more, under the same names.
 */
export async function lastCensus({ machine, host: own }: Pick<Place, 'machine' | 'host'>): Promise<Census | null> {
  const text = await copyOn(machine);
  const read = readJson(text.slice(opening.length, Math.max(0, text.indexOf(between))), heading);
  if (!read.ok) return null;
  const { host, ...census } = read.value;
  return host === own ? census : null;
}

/** Say at which commits those are who are held on this host. */
export async function heldOn(place: Pick<Place, 'machine' | 'host'>): Promise<ReadonlyMap<Owner, string>> {
  const holds = (await recall(place))?.holds ?? [];
  return new Map(holds.flatMap(({ owner, lastGood }) => (lastGood === null || lastGood === 'directory' ? [] : [[owner, lastGood] as const])));
}

/** Keep what was made true, without what is new in every run; only when it is something else. Shape: the digest of the copy. Errors: MachineError. */
export async function remember(machine: Machine, handover: Handover): Promise<string> {
  const text = copyOf(handover);
  const isKept = (await copyOn(machine)) === text;
  if (!isKept) await machine.perform({ do: 'write', path: handoverPath, text, mode: '0600', owner: 'root', group: 'root', secret: true });
  return digest(text);
}
