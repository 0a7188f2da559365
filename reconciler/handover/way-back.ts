/** What root asks of the other half before a host goes back to an older commit, and what it hears: which commit that is, and what lies between. */
import type { Owner } from '../model/owner.ts';
import { cannot, type Cannot } from './handover.ts';
import { list, object, oneOf, orNull, readJson, whole, word, type Reader, type Reading } from './read.ts';
import { most, oid, owner, plainName, sentence, written } from './words.ts';

const version = 1;
/** More would not be looked at. */
const mostPassed = 100;

/** To which commit, as somebody wrote it, and for whom. */
export interface Search {
  /** null: which are there to choose from? */
  readonly named: string | null;
  readonly owner: Owner | null;
}

/** What came of looking for it. */
export interface WayBack {
  readonly version: typeof version;
  readonly request: string;
  /** What is in force: the bad commit. */
  readonly bad: string;
  /** The commit that was named; null when none was. */
  readonly to: string | null;
  /** Which changes of what holds data would be crossed, a clause each. */
  readonly crossed: readonly string[];
  /** Who goes back. */
  readonly back: readonly Owner[];
  /** Who has documents now and had none then: they stay as they are. */
  readonly later: readonly Owner[];
  /** Who stays although older documents are there, or is held by the way back, a clause each with the reason. */
  readonly staying: readonly string[];
  /** Those to choose from, the newest first, where none was named. */
  readonly passed: readonly Passed[];
}

/** A commit that this host was at. */
export interface Passed {
  readonly oid: string;
  /** Units: unix seconds. */
  readonly time: number;
  readonly author: string;
  readonly subject: string;
}

/** Take what is looked for. */
export const search: Reader<Search> = object({ named: orNull(plainName), owner: orNull(owner) });

const passed: Reader<Passed> = object({ oid, time: whole(0, 8_640_000_000_000), author: sentence, subject: sentence });

const wayBack: Reader<WayBack> = object({
  version: oneOf(version), request: word(/^[0-9a-f-]{1,64}$/), bad: oid, to: orNull(oid), crossed: list(sentence, most.names),
  back: list(owner, most.names), later: list(owner, most.names), staying: list(sentence, most.names), passed: list(passed, mostPassed),
});

/** Write down what came of it. */
export function formatWayBack(found: WayBack | Cannot): string {
  return `${written(found)}\n`;
}

/** Read what came of it. */
export function parseWayBack(text: string): Reading<WayBack | Cannot> {
  return readJson(text, (value) => (typeof value === 'object' && value !== null && 'cannot' in value ? cannot(value) : wayBack(value)));
}
