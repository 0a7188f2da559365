import { nothingAside, type PauseStanding, type RollbackStanding } from '../model/aside.ts';
import type { HostReport, ReportedDrift, ReportedFailure } from '../model/host-report.ts';
import { ownerName } from '../model/owner.ts';
import type { Change, Hold, Outcome } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { scopeName } from './aside.ts';
import { isWhole, type Run } from './run.ts';
import { oneLine } from './printable.ts';
import { list } from './words.ts';

/** What a run itself does not know of its report. */
export interface Frame {
  readonly tree: string;
  /** Units: unix seconds. */
  readonly since: number;
  readonly version: string;
}

/** Longer lists are cut; the counts say what is left out. */
const mostEntries = 200;
/** Of one hold. */
const mostProblems = 5;
const longestText = 1000;
/** Half of what readers take. */
const mostCharacters = 256 * 1024;

/** Make the report of a run that everybody may read: nothing secret, and never too long to be read. */
export function hostReportOf(run: Run, { tree, since, version }: Frame): HostReport {
  const { plan, outcomes, endedAt, aside = nothingAside } = run;
  const [pauses, rollbacks] = [aside.pauses.map(shortPause), aside.rollbacks.map(shortRollback)];
  const failed = failuresOf(run);
  const drift = driftOf(plan.changes);
  const counts = { holds: plan.holds.length, failed: outcomes.filter(isUnfinished).length, drift: drift.length };
  const time = Math.floor(endedAt / 1000);
  const { host, revision: commit, unchanged } = plan;
  return fitting({ host, commit, tree, since, time, version, holds: plan.holds.map(shortened), failed, drift, pauses, rollbacks, counts, unchanged });
}

/** What a report says, without when it was said: equal text, nothing new. */
export function withoutTime(report: HostReport): string {
  const { time: _, ...said } = report;
  return JSON.stringify(said);
}

/** Answer a commit's author. Shape: `live on dynamic 14:03:22` in UTC, with who and what is left out. */
export function liveNote(run: Run): string {
  const at = new Date(run.endedAt).toISOString().slice('2026-11-23T'.length, '2026-11-23T14:03:22'.length);
  const live = `live on ${run.plan.host} ${at}`;
  return isWhole(run) && exceptions(run).length === 0 ? live : `${live}, except: ${exceptions(run).join('; ')}`;
}

function exceptions({ plan, outcomes, aside = nothingAside }: Run): readonly string[] {
  const paused = aside.pauses.flatMap(({ scope, waiting }) => (waiting === 0 ? [] : [oneLine(scopeName(scope))]));
  const older = aside.rollbacks.flatMap(({ owners }) => owners.map((owner) => oneLine(ownerName(owner))));
  const held = plan.holds.map(({ owner }) => oneLine(ownerName(owner)));
  const unfinished = outcomes.filter(isUnfinished).map(({ id, owner }) => `${oneLine(id)} of ${oneLine(ownerName(owner))}`);
  return [...(held.length === 0 ? [] : [`held ${few(held)}`]), ...(unfinished.length === 0 ? [] : [`failed ${few(unfinished)}`]), ...(paused.length === 0 ? [] : [`paused ${few(paused)}`]), ...(older.length === 0 ? [] : [`rolled back ${few(older)}`])];
}

function few(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : list(names);
}

function isUnfinished({ result }: Outcome): boolean {
  return result !== 'done';
}

/** What a program said about a secret may quote it. What croft says of one that it cannot open is its own words, and its owner must read them. */
function failuresOf({ plan, outcomes }: Run): readonly ReportedFailure[] {
  const secret = new Set(plan.changes.filter(isSecret).map(({ resource }) => resource.id));
  return outcomes.filter(isUnfinished).map(({ id, owner, result, because }) => {
    const told = secret.has(id) && !id.startsWith('secret:') ? 'it is about a secret: the journal of the host says why' : (because ?? 'nothing was said');
    return { id, owner, because: cut(`${result === 'blocked' ? 'not tried: ' : ''}${told}`) };
  });
}

function driftOf(changes: readonly Change[]): readonly ReportedDrift[] {
  return changes.flatMap((change) => {
    const told = isSecret(change) ? () => null : cutValue;
    const { id } = change.resource;
    const found = change.differences.filter(({ cause }) => cause === 'drift');
    return found.map(({ attribute, actual, desired, owner }) => ({ id, owner, attribute: cut(attribute), actual: told(actual), desired: told(desired) }));
  });
}

/** What is to go away does not say whether it was secret. */
function isSecret({ resource: { kind, desired, payload } }: Change): boolean {
  return payload?.secret === true || kind === 'key' || kind === 'secret' || desired === null;
}

function shortened({ owner, lastGood, problems }: Hold): Hold {
  return { owner, lastGood, problems: problems.slice(0, mostProblems).map(withoutHint) };
}

function shortPause(pause: PauseStanding): PauseStanding {
  return { ...pause, scope: cut(pause.scope), who: cut(pause.who), why: cut(pause.why) };
}

function shortRollback(rollback: RollbackStanding): RollbackStanding {
  return { ...rollback, who: cut(rollback.who), why: cut(rollback.why) };
}

function withoutHint({ code, message, owner, source }: Problem): Problem {
  return { code, message: cut(message), owner, source: { ...source, file: cut(source.file) } };
}

function cutValue<Value>(value: Value): Value | string {
  return typeof value === 'string' ? cut(value) : value;
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Names in lists may be as long as whoever chose them likes, so in the end it is the whole that counts. */
function fitting(report: HostReport, most = mostEntries): HostReport {
  const { holds, failed, drift, pauses, rollbacks } = report;
  const cutRollbacks = rollbacks.slice(0, most).map((each) => ({ ...each, owners: each.owners.slice(0, most) }));
  const smaller = { ...report, pauses: pauses.slice(0, most), rollbacks: cutRollbacks, holds: holds.slice(0, most), failed: failed.slice(0, most), drift: drift.slice(0, most) };
  return most === 0 || JSON.stringify(smaller).length <= mostCharacters ? smaller : fitting(report, Math.floor(most / 2));
}
