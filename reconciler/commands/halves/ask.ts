import { refusals } from '../../admission/admit.ts';
import { formatAnswer, parseAnswer, type Handover } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import type { Search, WayBack } from '../../handover/way-back.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import type { Census } from '../../plan/guards.ts';
import { circleIn } from '../../plan/order.ts';
import { formatProblem } from '../../model/problem.ts';
import type { Reader } from '../../reconsider.ts';
import { shortRevision } from '../../report/plan.ts';
import { count } from '../../report/words.ts';
import { UsageError } from '../command.ts';
import type { Place } from '../place.ts';
import { Lost, type Half } from './half.ts';

/** What was handed over, admitted, and whom to ask again about it. */
export interface Given {
  readonly handover: Handover;
  readonly reader: Reader;
  /** Why this is what was handed over last and not now; null when it is new. */
  readonly lost: string | null;
  /** What was handed over once more, when a guard asked; else the handover itself. To be called when a run is over. */
  inForce(): Handover;
}

/** What was handed over last and made true: root's own copy. It may hold what is secret. */
const handoverPath = '/var/lib/croft/handover.json';
/** More would not be read. */
const mostRefusals = 10;

export interface Asking {
  readonly place: Place;
  readonly half: Half;
  /** Units: milliseconds since the epoch. */
  readonly now: number;
}

/** Have the repository read and compiled. Errors: UsageError when that cannot be, or when root will not do what came of it. */
export async function ask({ place, half, now }: Asking, what: Request['what']): Promise<Given> {
  const base = requestOf(place, { what, now });
  const handover = await half.compile(base);
  assertAdmitted(handover);
  let again: Handover | null = null;
  const about = { ...base, at: handover.trusted };
  const askAgain = async (more: Partial<Request>, turn: number): Promise<Handover> => {
    const second = await half.compile({ ...about, ...more, id: `${base.id}-${turn}` });
    assertAdmitted(second);
    return second;
  };
  return {
    handover,
    lost: null,
    inForce: () => again ?? handover,
    reader: {
      admins: async (revision) => {
        const { admins } = await askAgain({ admins: revision }, 1);
        return admins === null ? null : new Set(admins);
      },
      census: (revision) => censusAt(place, revision),
      keepBack: async ({ now: _, ...keepBack }) => {
        const held = await askAgain({ keepBack: { ...keepBack, madeOf: await heldOn(place) } }, 2);
        if (!held.kept) return null;
        again = { ...held, remote: handover.remote, confirmedAt: handover.confirmedAt };
        return { state: held.declared, catalog: held.catalog, holds: held.holds };
      },
    },
  };
}

/** The same; but when the other half comes to no end, what it handed over last stays in force. Errors: UsageError when there is none. */
export async function askOrRecall(asking: Asking, what: Request['what']): Promise<Given> {
  try {
    return await ask(asking, what);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    const why = `cannot read the repository now: ${error.message}`;
    const last = await recall(asking.place);
    if (last === null) throw new UsageError(`${why}; and nothing was ever handed over on this host`);
    assertAdmitted(last);
    const lost = `${why}; what was handed over last stays in force: ${shortRevision(last.catalog.revision)}`;
    return { handover: last, lost, inForce: () => last, reader: { admins: async () => null, census: async () => null, keepBack: async () => null } };
  }
}

/** What this host was made last; only for one that was never made anything, or for another revision, the repository is read. Errors: UsageError. */
export async function inForceOn(asking: Asking): Promise<Handover> {
  const last = asking.place.revision === null ? await recall(asking.place) : null;
  return last ?? (await ask(asking, 'recall')).handover;
}

/** Read what was handed over last and made true on this host; null when there is none that can be used. */
export async function recall({ machine, host }: Pick<Place, 'machine' | 'host'>): Promise<Handover | null> {
  const [answer] = await machine.observe([{ ask: 'path', path: handoverPath, want: 'text' }]);
  const read = parseAnswer((answer?.ask === 'path' ? answer.node?.text : null) ?? '');
  return read.ok && !('cannot' in read.value) && read.value.catalog.host === host ? read.value : null;
}

/** How many of everything there were when this host was last made true; root's own copy says so without asking anybody. */
async function censusAt(place: Place, revision: string): Promise<Census | null> {
  const last = await recall(place);
  if (last?.catalog.revision !== revision) return null;
  const { members, hosts, limits } = last.declared;
  return { members: members.length, hosts: hosts.length, limits: limits.length };
}

/** Say at which commits those are who are held on this host. */
async function heldOn(place: Place): Promise<ReadonlyMap<Owner, string>> {
  const holds = (await recall(place))?.holds ?? [];
  return new Map(holds.flatMap(({ owner, lastGood }) => (lastGood === null || lastGood === 'directory' ? [] : [[owner, lastGood] as const])));
}

/** Keep what was made true, without what is new in every run; only when it is something else. Errors: MachineError. */
export async function remember(machine: Machine, handover: Handover): Promise<void> {
  const text = formatAnswer({ ...handover, request: '0', notices: [], remote: null, confirmedAt: null, admins: null, kept: true });
  const [answer] = await machine.observe([{ ask: 'path', path: handoverPath, want: 'text' }]);
  if (answer?.ask === 'path' && answer.node?.text === text) return;
  await machine.perform({ do: 'write', path: handoverPath, text, mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** Have the way back to an older commit looked for. Errors: UsageError when there is none. */
export async function askTheWay({ place, half, now }: Asking, wayBack: Search): Promise<WayBack> {
  return half.wayBack({ ...requestOf(place, { what: 'recall', now }), wayBack });
}

/** Say what root will not do, before anything was done. Errors: UsageError. */
export function assertAdmitted({ catalog }: Handover): void {
  const refused = refusals(catalog);
  const circle = refused.length === 0 ? circleIn(catalog.resources) : null;
  if (circle !== null) throw new UsageError(`cannot do what croft-compile handed over, and nothing was done: ${circle} would have to come after itself`);
  if (refused.length === 0) return;
  const more = refused.length > mostRefusals ? [`and ${count(refused.length - mostRefusals, 'more thing')}`] : [];
  throw new UsageError(['cannot do what croft-compile handed over, and nothing was done:', ...refused.slice(0, mostRefusals).map(formatProblem), ...more].join('\n'));
}

function requestOf({ host, remotes, branch, revision, pin, rollbacks }: Place, { what, now }: Pick<Request, 'what' | 'now'>): Request {
  return { version: 1, id: `${now}`, what, host, remotes, branch, revision, pin, rollbacks, now, at: null, admins: null, keepBack: null, wayBack: null };
}
