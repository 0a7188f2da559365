import { nothingKnown, type Handover, type Same } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import type { Search, WayBack } from '../../handover/way-back.ts';
import type { Guarded } from '../../model/guard.ts';
import { ownerName } from '../../model/owner.ts';
import type { Hold } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import type { Resource } from '../../model/resource.ts';
import type { Held, Reader } from '../../reconsider.ts';
import { shortRevision } from '../../report/plan.ts';
import { UsageError } from '../command.ts';
import { keyDigest } from '../host-key.ts';
import type { Place } from '../place.ts';
import { censusIn, heldOn, knownIn, recall, recallFrom, remember } from './copy.ts';
import { copyOn, type Found } from './copy-file.ts';
import type { Fitted } from './fit.ts';
import { Lost } from './errand.ts';
import type { Half } from './half.ts';
import type { Last } from './part.ts';

/** What was handed over, admitted, and whom to ask again about it. */
export interface Given {
  readonly handover: Handover;
  readonly reader: Reader;
  /** Why this is what was handed over last and not now; null when it is new. */
  readonly lost: string | null;
  /** What of it stands in root's own copy, to the byte, and the digest of that; null where it had to be made fit, or there is none. */
  readonly familiar: { readonly copy: string; readonly resources: ReadonlySet<Resource> } | null;
  /** Is nothing in it that guards ask about, beside what zones say, but what they let pass in the last run? */
  readonly isPassed?: boolean;
  /** What was handed over once more, when a guard asked; else the handover itself. To be called when a run is over. */
  inForce(): Handover;
  /** Keep that as root's own copy. Shape: its digest. Errors: MachineError. */
  remember(): Promise<string>;
}

export interface Asking {
  readonly place: Place;
  readonly half: Half;
  /** Units: milliseconds since the epoch. */
  readonly now: number;
  /** Was this host told that there is news? */
  readonly told?: boolean;
}

/** Have the repository read and compiled. Errors: UsageError when that cannot be, or when root will not do what came of it. */
export async function ask(asking: Asking, what: Request['what']): Promise<Given> {
  const base = requestOf(asking.place, { what, now: asking.now, told: asking.told === true });
  const { answer, found } = await compiled(asking, base);
  if ('same' in answer) throw new UsageError('cannot use the answer of croft-compile: it hands over nothing, although nobody said that there was anything');
  return give(asking, { base, found }, answer);
}

/**
 * The same; but where it would be handed over what root has already, by its name, only that is said; and where `last` is what is known of
 * that, what is new since may be all that is handed over. Errors: as of ask; AllNeeded where what is new does not fit.
 */
export async function askUnless(asking: Asking, have: string, last: Last | null): Promise<Given | Same> {
  const base = { ...requestOf(asking.place, { what: 'follow', now: asking.now, told: asking.told === true }), have, part: last !== null };
  const { answer, found } = await compiled(asking, base, last);
  if ('same' in answer) {
    if (answer.same !== have) throw new UsageError('cannot use the answer of croft-compile: it names what nobody asked about');
    return answer;
  }
  return answer.amends === undefined || last === null ? give(asking, { base, found }, answer) : (await import('./part.ts')).givePart(asking.place, answer, last);
}

/** Take root's own copy for what would be handed over: of that name, and to the last byte as it was kept. Else it is asked for after all. Errors: as of ask. */
export async function askAfterAll(asking: Asking, { same, notices, remote, confirmedAt }: Same, digest: string): Promise<Given> {
  const copy = await copyOn(asking.place.machine);
  const last = copy.heading?.digest === digest ? recallFrom(copy, asking.place) : null;
  if (last?.key !== same) return ask(asking, 'follow');
  return give(asking, { base: requestOf(asking.place, { what: 'follow', now: asking.now }), found: copy }, { ...last, notices, remote, confirmedAt });
}

/** Have it compiled; root's own copy is only looked at when all is handed over. Shape: with what it said; null when nobody has looked. */
async function compiled({ place, half }: Asking, request: Request, last: Last | null = null): Promise<Pick<Asked, 'found'> & { readonly answer: Handover | Same }> {
  let found: Found | null = null;
  const answer = await half.compile(request, async (isWhole) => {
    if (!isWhole) return last === null ? nothingKnown : (await import('./facts.ts')).knownFrom(last);
    const copy = await copyOn(place.machine);
    found = { heading: copy.heading, isWhole: copy.isWhole };
    return knownIn(copy, place);
  });
  if ('amends' in answer && !(request.part && answer.amends === request.have)) throw new UsageError('cannot use the answer of croft-compile: it hands over a part of what nobody asked about');
  return { answer, found };
}

/** What was asked, and what root's own copy said then. */
interface Asked {
  readonly base: Request;
  readonly found: Found | null;
}

/** What looks into what was handed over is only loaded where something was. */
async function give(asking: Asking, { base, found }: Asked, handover: Handover): Promise<Given> {
  const { fit } = await import('./fit.ts');
  const { place } = asking;
  const last = async (): Promise<Handover | null> => recall(place);
  const first = await fit(place.machine, handover, last);
  const { whole, here } = first;
  let again: Fitted | null = null;
  const about = { ...base, have: null, part: false, at: handover.trusted };
  const askAgain = async (more: Partial<Request>, turn: number): Promise<Handover> => {
    const { answer: second } = await compiled(asking, { ...about, ...more, id: `${base.id}-${turn}` });
    if ('same' in second) throw new UsageError('cannot use the answer of croft-compile: it hands over nothing, although it was asked for more');
    return second;
  };
  const inPlace = async (second: Handover): Promise<Held> => {
    const fitted = await fit(place.machine, second, last);
    again = { ...fitted, whole: { ...fitted.whole, remote: handover.remote, confirmedAt: handover.confirmedAt } };
    return { state: fitted.here.declared, catalog: fitted.here.catalog, holds: fitted.here.holds };
  };
  return {
    handover: here,
    lost: null,
    familiar: here === handover ? familiarIn(handover, found) : null,
    inForce: () => (again ?? first).whole,
    remember: () => keep(place, again ?? first, found),
    reader: {
      admins: (revision) => orLost(async () => {
        const { admins } = await askAgain({ admins: revision }, 1);
        return admins === null ? null : new Set(admins);
      }, () => null),
      census: async () => censusIn(found ?? (await copyOn(place.machine)), place),
      keepBack: ({ now: _, ...keepBack }) => orLost(async () => {
        const held = await askAgain({ keepBack: { ...keepBack, madeOf: await heldOn(place) } }, 2);
        return held.kept ? inPlace(held) : null;
      }, async (why) => {
        const made = await last();
        return made === null ? null : inPlace(await asMade(whole, made, { guarded: keepBack.guarded, why }));
      }),
    },
  };
}

function familiarIn({ familiar }: Handover, found: Found | null): Given['familiar'] {
  const copy = found?.heading?.digest;
  return familiar === undefined || copy === undefined ? null : { copy, resources: familiar.resources };
}

/** Only where root has admitted all of it, another run need not do that again. */
function keep({ machine, build }: Place, { whole, here }: Fitted, before: Found | null): Promise<string> {
  return remember(machine, whole, { build: whole.catalog === here.catalog ? build : null, before });
}

/** Nobody else is to wait because the other half came to no end with one who is guarded: what root made last of them stays, as it is. */
async function asMade(handover: Handover, { catalog }: Handover, { guarded, why }: { readonly guarded: readonly Guarded[]; readonly why: string }): Promise<Handover> {
  const [{ withMade }, { problemOf }] = [await import('./fit.ts'), await import('../../plan/guard.ts')];
  const owners = new Set(guarded.map(({ owner }) => owner));
  const holds = [...owners].map((owner): Hold => {
    const problems = guarded.filter((each) => each.owner === owner).map(problemOf);
    return { owner, lastGood: null, problems: [...problems, ...problems.slice(0, 1).map((problem) => lostLooking(problem, why))] };
  });
  return { ...withMade(handover, catalog, owners), key: null, holds: [...handover.holds.filter(({ owner }) => !owners.has(owner)), ...holds] };
}

function lostLooking({ owner, source }: Problem, why: string): Problem {
  return { code: 'guard/no-version', message: `cannot look for an older version of ${ownerName(owner)}'s documents that removes nothing: ${why}; what was made last stays`, owner, source };
}

/** Do without an answer of the other half's when it came to no end. */
async function orLost<Answer>(asked: () => Promise<Answer>, otherwise: (why: string) => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await asked();
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return otherwise(error.message);
  }
}

/** Ask; but when the other half comes to no end, what it handed over last stays in force. Errors: UsageError when there is none. */
export async function orRecall<Answer>({ place }: Asking, asked: () => Promise<Answer>): Promise<Answer | Given> {
  try {
    return await asked();
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    const why = `cannot read the repository now: ${error.message}`;
    const last = await recall(place);
    if (last === null) throw new UsageError(`${why}; and nothing was ever handed over on this host`);
    const { fit } = await import('./fit.ts');
    const { here } = await fit(place.machine, last, async () => last);
    const lost = `${why}; what was handed over last stays in force: ${shortRevision(last.catalog.revision)}`;
    return { handover: here, lost, familiar: null, inForce: () => last, remember: () => keep(place, { whole: last, here }, null), reader: { admins: async () => null, census: async () => null, keepBack: async () => null } };
  }
}

/** What this host was made last; only for one that was never made anything, or for another revision, the repository is read. Errors: UsageError. */
export async function inForceOn(asking: Asking): Promise<Handover> {
  const last = asking.place.revision === null ? await recall(asking.place) : null;
  if (last === null) return (await ask(asking, 'recall')).handover;
  const { fit } = await import('./fit.ts');
  return (await fit(asking.place.machine, last, async () => last)).here;
}

/** Have the way back to an older commit looked for. Errors: UsageError when there is none. */
export async function askTheWay({ place, half, now }: Asking, wayBack: Search): Promise<WayBack> {
  return half.wayBack({ ...requestOf(place, { what: 'recall', now }), wayBack });
}

function requestOf(place: Place, { what, now, told = false }: Pick<Request, 'what' | 'now'> & Partial<Pick<Request, 'told'>>): Request {
  const { host, remotes, branch, revision, pin, rollbacks, build } = place;
  return { version: 1, id: `${now}`, what, host, remotes, branch, revision, pin, rollbacks, now, have: null, part: false, croft: build, key: keyDigest(place), told, at: null, admins: null, keepBack: null, wayBack: null };
}
