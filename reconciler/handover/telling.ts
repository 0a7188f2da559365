/** What the half of croft that is root has the other half tell: how a run went, as a report that everybody may read; and what came of it. */
import type { HostReport, Signer } from '../model/host-report.ts';
import type { Id, Scalar } from '../model/resource.ts';
import type { Tip } from '../model/trusted.ts';
import { pauseStanding, rollbackStanding } from './aside.ts';
import { signer, tip, writtenTip } from './handover.ts';
import { anyText, bool, list, object, oneOf, orNull, readJson, whole, word, type Reader, type Reading } from './read.ts';
import { hold, moment, most, oid, owner, plainName, sentence, written } from './words.ts';

const version = 1;

/** A run that has ended, and who is to hear of it. */
export interface Telling {
  readonly version: typeof version;
  readonly id: string;
  readonly host: string;
  /** Where to tell it; null: nobody answered, or there is no time for it now. */
  readonly remote: string | null;
  /** What the mirror is to record as believed; null: what it did before. */
  readonly tip: Tip | null;
  readonly commit: string;
  readonly hosts: readonly Signer[];
  readonly told: Told;
  /** Units: milliseconds since the epoch. */
  readonly startedAt: number;
  /** Only remember it, because the next run begins at once; tell it; or hear the others as well. */
  readonly what: 'remember' | 'tell' | 'converse';
}

/** How a run went, fit to be read by everybody. */
export interface Told {
  /** Without when its commit came into force: only who told the earlier ones knows. */
  readonly report: HostReport;
  /** The note for the commit's author. */
  readonly note: string;
  readonly whole: boolean;
  /** Units: milliseconds since the epoch. */
  readonly endedAt: number;
}

/** What came of telling. */
export interface Heard {
  readonly version: typeof version;
  readonly id: string;
  readonly notices: readonly string[];
}

const id = word(/^[0-9a-f-]{1,64}$/);
const resourceId = word(/^[a-z]{1,32}:[^\p{Cc}\p{Cs}]{1,4096}$/u) as Reader<Id>;
const seconds = whole(0, 8_640_000_000_000);
const counted = whole(0, most.resources);
const value: Reader<Scalar | null> = (each) => (each === null || typeof each === 'number' || typeof each === 'boolean' ? each : sentence(each));

const report: Reader<HostReport> = object({
  host: plainName, commit: word(/^(?:[0-9a-f]{40}|directory)$/), tree: oid, since: seconds, time: seconds, version: plainName, holds: list(hold, most.names),
  failed: list(object({ id: resourceId, owner, because: sentence }), most.names),
  drift: list(object({ id: resourceId, owner, attribute: anyText(4096), actual: value, desired: value }), most.names),
  pauses: list(pauseStanding, most.names), rollbacks: list(rollbackStanding, most.names),
  counts: object({ holds: counted, failed: counted, drift: counted }), unchanged: counted,
});

const telling: Reader<Telling> = object({
  version: oneOf(version), id, host: plainName, remote: orNull(plainName), tip: orNull(tip), commit: oid, hosts: list(signer, most.names),
  told: object({ report, note: sentence, whole: bool, endedAt: moment }), startedAt: moment, what: oneOf('remember', 'tell', 'converse'),
});

const heard: Reader<Heard> = object({ version: oneOf(version), id, notices: list(sentence, most.notices) });

/** Write down what is to be told. */
export function formatTelling(wish: Telling): string {
  return `${written({ ...wish, tip: wish.tip === null ? null : writtenTip(wish.tip) })}\n`;
}

/** Read what is to be told. */
export function parseTelling(text: string): Reading<Telling> {
  return readJson(text, telling);
}

/** Write down what came of it. */
export function formatHeard(said: Heard): string {
  return `${written(said)}\n`;
}

/** Read what came of it. */
export function parseHeard(text: string): Reading<Heard> {
  return readJson(text, heard);
}
