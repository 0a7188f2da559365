/**
 * Whether a host said what stands below its name. Whoever may push may write anything there, so a report counts only when the host's own
 * key, as the co-op declares it, signed it, and when it says itself whose it is: else one host's report would do for another's.
 * What it does not prove is that it is the newest: an old report stays signed. Its time and the other hosts' reports tell that.
 */
import { fingerprint } from '../model/digest.ts';
import { label } from '../model/grammar/names.ts';
import type { PauseStanding, RollbackStanding } from '../model/aside.ts';
import type { HostReport, Judged } from '../model/host-report.ts';
import type { Problem } from '../model/problem.ts';
import { named } from './refused.ts';
import { verifySignature } from './sshsig.ts';

/** The file of a report's commit that holds it. */
export const reportFile = 'report.json';

/** More than any host writes. Units: bytes. */
export const mostReportBytes = 1024 * 1024;

/** What is claimed to be the report of a host. */
export interface Claimed {
  readonly host: string;
  readonly content: Uint8Array;
  readonly signature: string | null;
  readonly payload: Uint8Array;
}

/** Tell whether a host said this. Shape: `key` is a line as in a .pub file. */
export function judgeReport({ host, content, signature, payload }: Claimed, key: string): Judged {
  if (signature === null) return disbelieved('it is not signed');
  const signed = verifySignature({ armored: signature, payload, namespace: 'git' });
  if (!signed.ok) return disbelieved(`its signature does not count: ${signed.why}`);
  const own = blobOf(key);
  if (signed.blob !== own) return disbelieved(`it is signed with ${signed.fingerprint}, and the key of ${host} is ${fingerprint(Buffer.from(own, 'base64'))}`);
  const report = parseHostReport(content);
  if (report === null) return disbelieved('what it says is no report that this croft understands');
  return report.host === host ? { believed: true, report } : disbelieved(`it is the report of ${named(report.host)}`);
}

/** Read a report; null for anything else than one. Fields that a later croft may add are passed over. */
export function parseHostReport(content: Uint8Array): HostReport | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
    // A host that is not upgraded yet has neither to say.
    const whole = isRecord(value) ? { pauses: [], rollbacks: [], ...value } : value;
    return isHostReport(whole) ? known(whole) : null;
  } catch {
    return null;
  }
}

/** What is shown of a report is what this croft knows the meaning of. */
function known({ host, commit, tree, since, time, version, holds, failed, drift, pauses, rollbacks, counts, unchanged }: HostReport): HostReport {
  return {
    host, commit, tree, since, time, version, unchanged,
    holds: holds.map(({ owner, lastGood, problems }) => ({ owner, lastGood, problems: problems.map(knownProblem) })),
    failed: failed.map(({ id, owner, because }) => ({ id, owner, because })),
    drift: drift.map(({ id, owner, attribute, actual, desired }) => ({ id, owner, attribute, actual, desired })),
    pauses: pauses.map(knownPause), rollbacks: rollbacks.map(knownRollback),
    counts: { holds: counts.holds, failed: counts.failed, drift: counts.drift },
  };
}

function knownPause({ scope, units, who, why, since, until, byHand, overdue, waiting, closing }: PauseStanding): PauseStanding {
  return { scope, units, who, why, since, until, byHand, overdue, waiting, closing };
}

function knownRollback({ owner, to, bad, who, why, since, until, overdue, owners }: RollbackStanding): RollbackStanding {
  return { owner, to, bad, who, why, since, until, overdue, owners };
}

function knownProblem({ code, message, hint, owner, source: { file, line, column } }: Problem): Problem {
  return { code, message, ...(hint !== undefined && { hint }), owner, source: { file, line, column } };
}

function disbelieved(why: string): Judged {
  return { believed: false, why };
}

/** The key itself, without type and comment; decoded and encoded again, since base64 has more than one way to say the same. */
export function blobOf(key: string): string {
  return Buffer.from(key.split(' ')[1] ?? '', 'base64').toString('base64');
}

function isHostReport(value: unknown): value is HostReport {
  return isRecord(value)
    && isText(value['host']) && label(value['host']) !== null
    && isOid(value['commit']) && isOid(value['tree'])
    && isCount(value['since']) && isCount(value['time']) && isText(value['version']) && isCount(value['unchanged'])
    && isListOf(value['holds'], isHold) && isListOf(value['failed'], isFailure) && isListOf(value['drift'], isDrift)
    && isListOf(value['pauses'], isPause) && isListOf(value['rollbacks'], isRollback)
    && isRecord(value['counts']) && [value['counts']['holds'], value['counts']['failed'], value['counts']['drift']].every(isCount);
}

function isHold(value: unknown): boolean {
  return isRecord(value) && isOwner(value['owner']) && (value['lastGood'] === null || isText(value['lastGood'])) && isListOf(value['problems'], isProblem);
}

function isPause(value: unknown): boolean {
  return isRecord(value) && isWord(value) && isText(value['scope']) && isListOf(value['units'], isText) && isCount(value['until'])
    && typeof value['byHand'] === 'boolean' && isCount(value['waiting']) && isCount(value['closing']);
}

function isRollback(value: unknown): boolean {
  return isRecord(value) && isWord(value) && (value['owner'] === null || isOwner(value['owner'])) && isOid(value['to']) && isOid(value['bad'])
    && (value['until'] === null || isCount(value['until'])) && isListOf(value['owners'], isOwner);
}

function isWord(value: { readonly [field: string]: unknown }): boolean {
  return isText(value['who']) && isText(value['why']) && isCount(value['since']) && typeof value['overdue'] === 'boolean';
}

function isProblem(value: unknown): boolean {
  return isRecord(value) && isText(value['code']) && isText(value['message']) && ['undefined', 'string'].includes(typeof value['hint'])
    && isOwner(value['owner']) && isSource(value['source']);
}

function isSource(value: unknown): boolean {
  return isRecord(value) && isText(value['file']) && [value['line'], value['column']].every((place) => isCount(place) && place > 0);
}

function isFailure(value: unknown): boolean {
  return isRecord(value) && isId(value['id']) && isOwner(value['owner']) && isText(value['because']);
}

function isDrift(value: unknown): boolean {
  return isRecord(value) && isId(value['id']) && isOwner(value['owner']) && isText(value['attribute']) && isValue(value['actual']) && isValue(value['desired']);
}

function isRecord(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Units of time are counts too. The bound keeps a date within what a Date can hold. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 41;
}

function isOid(value: unknown): boolean {
  return isText(value) && /^[0-9a-f]{40}$/.test(value);
}

/** Whoever is held may have a directory with a name that no member can have. */
function isOwner(value: unknown): boolean {
  return isText(value) && (value === 'coop' || value.startsWith('member:'));
}

function isId(value: unknown): boolean {
  return isText(value) && /^[a-z]+:/.test(value);
}

function isValue(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
