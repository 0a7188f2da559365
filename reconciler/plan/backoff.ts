/**
 * What failed is tried again for ever, but not every minute: after one minute, two, four … at most an hour. Anything new begins at once:
 * another wish, another part of what stands beside it, another state of the host, another croft, or a person who asks for it. Until then the failure stays in every report with
 * the time of the next attempt. A remote that does not answer waits in the same way, five minutes at most, so that it does not cost each
 * run its patience.
 */
import { digest } from '../model/digest.ts';
import { groupBy } from '../model/group.ts';
import { inputsIn } from '../model/inputs.ts';
import type { Outcome } from '../model/plan.ts';
import type { Id, Resource } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { fingerprint, isRead } from '../model/state.ts';
import { withBeside } from './beside.ts';
import type { Planned } from './plan.ts';

/** Something that failed and is tried again later. Units: unix seconds. */
export interface Attempt {
  readonly failures: number;
  readonly next: number;
}

/** A resource that failed. */
export interface ResourceAttempt extends Attempt {
  readonly id: Id;
  readonly because: string;
  /** Digest of what was wanted, of it and of what is tried together with it. */
  readonly wish: string;
  /** Digest of what was on the host when the next run looked; null until one did. */
  readonly found: string | null;
}

/** A remote that did not answer; by digest, since its URL may hold a password. */
export interface RemoteAttempt extends Attempt {
  readonly remote: string;
}

/** All that failed. */
export interface Attempts {
  /** Which croft it was that failed. */
  readonly version: string;
  readonly resources: readonly ResourceAttempt[];
  readonly remotes: readonly RemoteAttempt[];
  /** When this host was last told to look for news, as its clock said then; 0: never. Units: milliseconds since the epoch. */
  readonly kicked: number;
}

/** Nothing has failed. */
export const noAttempts: Attempts = { version: '', resources: [], remotes: [], kicked: 0 };

const first = 60;
/** Units: seconds. */
const longest = 60 * 60;

/** Say how long to wait after so many failures in a row. Units: seconds. */
export function waitAfter(failures: number, most = longest): number {
  return Math.min(most, first * 2 ** Math.min(failures - 1, 20));
}

/** Is it too early to try again? A clock that was put back makes nobody wait for longer than the longest time. Units: `now` in unix seconds. */
export function isEarly({ next }: Attempt, now: number): boolean {
  return now < next && next - now <= longest;
}

/** What a run leaves for a later one, and what it is to remember of the others that failed before. */
export interface Deferred {
  readonly outcomes: ReadonlyMap<Id, Outcome>;
  readonly waiting: readonly ResourceAttempt[];
  /** Failures that are tried again in this run. */
  readonly again: readonly ResourceAttempt[];
}

/** Find what failed a moment ago and would only fail again. Units: `now` in unix seconds. */
export function defer(planned: Planned, attempts: Attempts, { now, version }: { readonly now: number; readonly version: string }): Deferred {
  const changes = new Map(planned.plan.changes.map((change) => [change.resource.id, change.resource]));
  const known = attempts.version === version ? attempts.resources : [];
  const wishOf = wisher(planned);
  const kept = known.flatMap((attempt) => {
    const resource = changes.get(attempt.id);
    if (resource === undefined || attempt.wish !== wishOf(resource)) return [];
    const found = foundAt(planned, resource);
    return attempt.found === null || attempt.found === found ? [{ resource, attempt: { ...attempt, found } }] : [];
  });
  const waiting = kept.filter(({ attempt }) => isEarly(attempt, now));
  return {
    outcomes: new Map(waiting.map(({ resource, attempt }) => [resource.id, outcomeOf(resource, attempt)])),
    waiting: waiting.map(({ attempt }) => attempt),
    again: kept.flatMap(({ attempt }) => (isEarly(attempt, now) ? [] : [attempt])),
  };
}

function outcomeOf({ id, owner, source }: Resource, attempt: ResourceAttempt): Outcome {
  return { id, owner, source, result: 'failed', because: later(attempt.because, attempt) };
}

/** Remember what failed in a run. Units: `now` in unix seconds. */
export function failedIn(outcomes: readonly Outcome[], { planned, deferred, now }: { readonly planned: Planned; readonly deferred: Deferred; readonly now: number }): readonly ResourceAttempt[] {
  const resources = new Map(planned.resources.map((resource) => [resource.id, resource]));
  const wishOf = wisher(planned);
  const before = new Map(deferred.again.map((attempt) => [attempt.id, attempt.failures]));
  const anew = outcomes.flatMap(({ id, result, because = '' }): readonly ResourceAttempt[] => {
    const resource = resources.get(id);
    if (result !== 'failed' || resource === undefined || deferred.outcomes.has(id)) return [];
    const failures = (before.get(id) ?? 0) + 1;
    return [{ id, failures, next: now + waitAfter(failures), because, wish: wishOf(resource), found: null }];
  });
  return [...deferred.waiting, ...anew];
}

/** Say of each failure when it is tried again. */
export function withNext(outcomes: readonly Outcome[], attempts: readonly ResourceAttempt[], deferred: Deferred): readonly Outcome[] {
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  return outcomes.map((outcome) => {
    const attempt = byId.get(outcome.id);
    return attempt === undefined || outcome.result !== 'failed' || deferred.outcomes.has(outcome.id) ? outcome : { ...outcome, because: later(attempt.because, attempt) };
  });
}

/** Say what failed, how often, and when it is tried again. */
export function later(because: string, { failures, next }: Attempt): string {
  return `${because === '' ? '' : `${because}; `}${failures === 1 ? '' : `failed ${failures} times, `}next attempt at ${moment(next)}`;
}

/** Shape: `2026-11-23 14:03:22 UTC`. Units: unix seconds. */
function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, '2026-11-23T14:03:22'.length).replace('T', ' ')} UTC`;
}

/**
 * Digest what is wanted of a resource. What a unit has to load is in its wish: what its inputs are to be. What a unit reads is tried together
 * with the rest of its document, and with all that the co-op has among what that unit reads: when these are new, it may go well.
 */
function wisher(planned: Planned): (resource: Resource) => string {
  const { accounted } = planned;
  let [all, documents]: [readonly Resource[] | null, ReadonlyMap<string, readonly Resource[]> | null] = [null, null];
  const everything = (): readonly Resource[] => (all ??= withBeside(accounted, planned));
  const units = accounted.filter(({ load }) => load !== undefined);
  const shared = new Map<Id, string>();
  const sharedBy = (unit: Resource): string => {
    const known = shared.get(unit.id) ?? digest(JSON.stringify([...wishes(inputsIn(everything(), unit).filter(({ owner }) => owner === 'coop')), unit.load]));
    shared.set(unit.id, known);
    return known;
  };
  return (resource) => {
    const { owner, load, payload } = resource;
    documents ??= byDocument(everything());
    const beside = load === undefined ? units.filter((unit) => isRead(unit.load?.reads ?? [], resource)).map(sharedBy) : [];
    const document = beside.length === 0 || owner === 'coop' ? [] : wishes(documents.get(documentOf(resource)) ?? []);
    return digest(JSON.stringify([wanted(resource), payload ?? null, load ?? null, document, beside]));
  };
}

/** Whatever else there is, and stands between them: what is not to be there is not listed, since of what is beside a part that is all that is known. */
function wishes(resources: readonly Resource[]): readonly unknown[] {
  return resources.filter(({ desired }) => desired !== null).toSorted((one, other) => compareText(one.id, other.id)).map(wanted);
}

function byDocument(resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> {
  return groupBy(resources, documentOf);
}

function documentOf({ owner, source }: Resource): string {
  return `${owner} ${source.file}`;
}

function wanted({ id, desired }: Resource): readonly unknown[] {
  return [id, desired === null ? null : Object.entries(desired).toSorted()];
}

/** How a resource is on the host, for a unit with what it would read. */
function foundAt({ accounted, observed }: Planned, resource: Resource): string {
  const reads = resource.load === undefined ? null : fingerprint(inputsIn(accounted, resource), observed);
  return digest(JSON.stringify([Object.entries(observed.get(resource.id) ?? {}).toSorted(), reads]));
}
