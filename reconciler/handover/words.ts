import type { Owner } from '../model/owner.ts';
import type { Hold } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import type { Source } from '../model/source.ts';
import { formatSource } from '../model/source.ts';
import { anyText, list, object, oneOf, orNull, Unfit, whole, word, type Reader } from './read.ts';

/** More than any co-op has of anything; a bound on what is worked on. Of text, too: a group's members are one. */
export const most = { resources: 1_000_000, rows: 1_000_000, names: 200_000, problems: 10_000, notices: 1000, words: 64, characters: 4 * 1024 * 1024 } as const;

const sourceForm = /^([^\p{Cc}]{1,4096}):([0-9]{1,9}):([0-9]{1,9})$/u;

/** Take a line of a file. Shape: `file:line:column`. */
export const source: Reader<Source> = (value) => {
  const [, file, line, column] = sourceForm.exec(typeof value === 'string' ? value : '') ?? [];
  if (file === undefined) throw new Unfit('is no file:line:column');
  return { file, line: Number(line), column: Number(column) };
};

/** Take an owner. */
export const owner: Reader<Owner> = word(/^(?:coop|member:[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,30})$/, 64) as Reader<Owner>;

/** Take whose a directory would be, whatever somebody called it: what is wrong there is told, and must not keep the rest from being read. */
export const whose: Reader<Owner> = word(/^(?:coop|member:[^/]+)$/, 16 * 1024) as Reader<Owner>;

/** Take a commit, or a tree. */
export const oid = word(/^[0-9a-f]{40}$/, 40);

/** Take what people read, whatever it is. It is made printable where it is printed. */
export const sentence = anyText(64 * 1024);

/** Take a name without control characters, such as one of a domain, a member or a guard's object. */
export const plainName = word(/^[^\p{Cc}]{1,1024}$/u, 1024);

/** Take milliseconds since the epoch. */
export const moment = whole(0, 8_640_000_000_000_000);

/** Take a day in UTC. Shape: `2026-11-28`. */
export const calendarDay = word(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, 10);

export const problem: Reader<Problem> = object({ code: word(/^[a-z0-9/-]{1,100}$/), message: sentence, owner: whose, source }, { hint: sentence });

export const hold: Reader<Hold> = object({ owner: whose, problems: list(problem, most.problems), lastGood: orNull(word(/^(?:[0-9a-f]{40}|directory)$/)) }, { sentOut: oneOf(true) });

/** Write a value down as the readers take it: sources as one text each. */
export function written(value: unknown): string {
  return JSON.stringify(worded(value));
}

/** What has no source in it stays what it is; JSON.stringify would ask about each of a million values. */
function worded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  let copy: object | null = null;
  for (const name of Object.keys(value)) {
    const inner: unknown = Reflect.get(value, name);
    if (typeof inner !== 'object' || inner === null) continue;
    const now = name === 'source' && isSource(inner) ? formatSource(inner) : worded(inner);
    if (now === inner) continue;
    copy ??= Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
    Reflect.set(copy, name, now);
  }
  return copy ?? value;
}

function isSource(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && 'file' in value;
}
