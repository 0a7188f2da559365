import type { Owner } from '../../model/owner.ts';
import { compareText, type Source } from '../../model/source.ts';
import { count } from '../words.ts';

/** One thing that was declared, changed or taken back, in the words of the person who did it. */
export interface Told {
  readonly owner: Owner;
  readonly mark: 'add' | 'change' | 'remove';
  /** What it is, as members call it: `site`, `mailbox`. */
  readonly what: string;
  readonly name: string;
  /** What is so from now on, or what changes. Empty where the name says it all. */
  readonly says: string;
  /** Single things inside of it, one a line. */
  readonly details: readonly string[];
  readonly source: Source;
}

/** How one sort of thing is told. */
export interface Telling<T> {
  readonly what: string;
  readonly name: (thing: T) => string;
  readonly owner: (thing: T) => Owner;
  readonly source: (thing: T) => Source;
  /** What is worth saying of a new one. */
  readonly whole: (thing: T) => string;
  /** What may change in it. */
  readonly fields: readonly Field<T>[];
  readonly details?: (before: T | null, after: T | null) => readonly string[];
}

/** Says how an aspect of a thing changed; null when it did not. */
export type Field<T> = (before: T, after: T) => string | null;

/** Tell the difference between two lists, in the order of names. */
export function tell<T>(telling: Telling<T>, before: readonly T[], after: readonly T[]): readonly Told[] {
  const key = (thing: T): string => `${telling.name(thing)} ${telling.owner(thing)}`;
  const [old, now] = [new Map(before.map((thing) => [key(thing), thing])), new Map(after.map((thing) => [key(thing), thing]))];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort(compareText);
  return keys.flatMap((each) => told(telling, old.get(each) ?? null, now.get(each) ?? null) ?? []);
}

function told<T>(telling: Telling<T>, before: T | null, after: T | null): Told | null {
  const thing = after ?? before;
  if (thing === null) return null;
  const changes = before === null || after === null ? [] : telling.fields.flatMap((field) => field(before, after) ?? []);
  const details = telling.details?.(before, after) ?? [];
  if (before !== null && after !== null && changes.length + details.length === 0) return null;
  const mark = before === null ? 'add' : after === null ? 'remove' : 'change';
  const says = mark === 'add' ? telling.whole(thing) : changes.join(', ');
  return { owner: telling.owner(thing), mark, what: telling.what, name: telling.name(thing), says, details, source: telling.source(thing) };
}

/** Tell one value. Shape: `shell zsh → bash`. */
export function value<T>(label: string, of: (thing: T) => string | number | null, unit = ''): Field<T> {
  return (before, after) => (of(before) === of(after) ? null : `${label} ${of(before) ?? 'none'} → ${of(after) ?? 'none'}${unit}`);
}

/** Tell a list of names by what came and what went. Shape: `aliases +www.ada.example -old.ada.example`. */
export function names<T>(label: string, of: (thing: T) => readonly (string | number)[]): Field<T> {
  return (before, after) => {
    const [old, now] = [of(before).map(String), of(after).map(String)];
    const came = now.filter((name) => !old.includes(name)).map((name) => `+${name}`);
    const changes = [...came, ...old.filter((name) => !now.includes(name)).map((name) => `-${name}`)];
    return changes.length === 0 ? null : `${label} ${changes.join(' ')}`;
  };
}

/** Tell what is too long to be shown by its number alone. Shape: `+2 redirects, -1 redirect`. */
export function number<T>(noun: string, of: (thing: T) => readonly unknown[]): Field<T> {
  return (before, after) => {
    const [old, now] = [of(before).map((each) => JSON.stringify(each)), of(after).map((each) => JSON.stringify(each))];
    const changes = numbers(noun, now.filter((each) => !old.includes(each)).length, old.filter((each) => !now.includes(each)).length);
    if (changes !== null) return changes;
    return old.join() === now.join() ? null : `${noun}s in another order`;
  };
}

/** Count what came and what went; null for nothing. */
export function numbers(noun: string, came: number, went: number): string | null {
  const counts = [...(came > 0 ? [`+${count(came, noun)}`] : []), ...(went > 0 ? [`-${count(went, noun)}`] : [])];
  return counts.length === 0 ? null : counts.join(', ');
}

/** Tell that something changed that is not to be shown. */
export function unshown<T>(label: string, of: (thing: T) => unknown): Field<T> {
  return (before, after) => (JSON.stringify(of(before)) === JSON.stringify(of(after)) ? null : `${label} changed`);
}
