/**
 * Readers of flat, typed data: each takes a value out of a JSON text that somebody else wrote and answers it as what it has to be, or
 * refuses the whole. They know no defaults, repair nothing, take nothing that they were not told of, and call nothing that they read:
 * what they are given may come from a process that a member has taken over. Bounds on lengths and counts are part of every reader.
 */

/** Takes a value for what it has to be. Errors: Unfit. */
export type Reader<Value> = (value: unknown) => Value;

type Read<Each> = Each extends Reader<infer Value> ? Value : never;

/** What was handed over is not what it has to be; `at` says where, outermost first. */
export class Unfit extends Error {
  readonly at: readonly (string | number)[];

  constructor(message: string, at: readonly (string | number)[] = []) {
    super(message);
    this.name = 'Unfit';
    this.at = at;
  }
}

/** What came of reading: the value, or a sentence on what is wrong with it. */
export type Reading<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string };

/** Read a JSON text. Whatever it is, this answers. */
export function readJson<Value>(written: string, reader: Reader<Value>): Reading<Value> {
  return readingOf(() => reader(JSON.parse(written)));
}

/** Read what is more than one JSON text. Whatever it is, this answers. */
export function readingOf<Value>(read: () => Value): Reading<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, why: `${error.at.slice(0, 8).map(shown).join(' › ')}${error.at.length === 0 ? 'it' : ''} ${error.message}` };
    // Of a text that is no JSON the parser quotes a part, which may be anything; of one that nests too deep the stack ends.
    if (error instanceof SyntaxError) return { ok: false, why: 'it is no JSON, or cut off' };
    if (error instanceof RangeError) return { ok: false, why: 'it nests too deep' };
    throw error;
  }
}

function shown(step: string | number): string {
  return typeof step === 'number' ? `[${step}]` : JSON.stringify(step.slice(0, 80));
}

/** Names that a plain object has already. */
const taken: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Take an object with exactly these fields, and perhaps the optional ones. */
export function object<Fields extends Readers>(fields: Fields): Reader<Whole<Fields>>;
export function object<Fields extends Readers, Optional extends Readers>(fields: Fields, optional: Optional): Reader<Whole<Fields> & Maybe<Optional>>;
export function object(fields: Readers, optional: Readers = {}): Reader<{ readonly [name: string]: unknown }> {
  const needed = Object.keys(fields);
  const allowed: ReadonlyMap<string, Reader<unknown>> = new Map([...Object.entries(fields), ...Object.entries(optional)]);
  return (value) => {
    const given = plain(value);
    const names = namesOf(given, allowed.size);
    const found: { [name: string]: unknown } = {};
    each(names, (name) => {
      const reader = allowed.get(name);
      if (reader === undefined) throw new Unfit('is not known');
      found[name] = reader(given[name]);
    });
    for (const name of needed) if (!Object.hasOwn(found, name)) throw new Unfit('is missing', [name]);
    return found;
  };
}

interface Readers {
  readonly [name: string]: Reader<unknown>;
}
type Whole<Fields extends Readers> = { readonly [Name in keyof Fields]: Read<Fields[Name]> };
type Maybe<Fields extends Readers> = { readonly [Name in keyof Fields]?: Read<Fields[Name]> };

/** Take an object whose names are free, each within a pattern. */
export function record<Value>(name: RegExp, inner: Reader<Value>, most: number): Reader<{ readonly [name: string]: Value }> {
  return (value) => {
    const given = plain(value);
    const found: { [name: string]: Value } = {};
    each(namesOf(given, most), (key) => {
      if (taken.has(key) || !name.test(key)) throw new Unfit('is no name for it');
      found[key] = inner(given[key]);
    });
    return found;
  };
}

/** Take a list. */
export function list<Value>(inner: Reader<Value>, most: number): Reader<readonly Value[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Unfit('is no list');
    if (value.length > most) throw new Unfit(`is too long: ${value.length} where ${most} fit`);
    const given: readonly unknown[] = value;
    const found: Value[] = [];
    each(given.keys(), (index) => found.push(inner(given[index])));
    return found;
  };
}

/** Take a list of two. */
export function pair<First, Second>(first: Reader<First>, second: Reader<Second>): Reader<readonly [First, Second]> {
  return (value) => {
    if (!Array.isArray(value) || value.length !== 2) throw new Unfit('is no pair');
    const [one, other]: readonly unknown[] = value;
    return [within(0, () => first(one)), within(1, () => second(other))];
  };
}

/** Take a text within a pattern. */
export function word(pattern: RegExp, mostCharacters = 4096): Reader<string> {
  return (value) => {
    if (typeof value !== 'string') throw new Unfit('is no text');
    if (value.length > mostCharacters) throw new Unfit(`is too long: ${value.length} characters where ${mostCharacters} fit`);
    if (!pattern.test(value)) throw new Unfit('is not of the form that it must have');
    return value;
  };
}

/** Take any text at all. */
export function anyText(mostCharacters: number): Reader<string> {
  return word(/^/, mostCharacters);
}

/** Take one of a few values. */
export function oneOf<const Value extends string | number | boolean>(...values: readonly Value[]): Reader<Value> {
  return (value) => {
    const found = values.find((each) => each === value);
    if (found === undefined) throw new Unfit(`is none of ${values.join(', ')}`);
    return found;
  };
}

/** Take a whole number. */
export function whole(least: number, most: number): Reader<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) throw new Unfit(`is no whole number from ${least} to ${most}`);
    return value;
  };
}

/** Take a yes or a no. */
export const bool: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Unfit('is neither true nor false');
  return value;
};

/** Take null, or what another reader takes. */
export function orNull<Value>(inner: Reader<Value>): Reader<Value | null> {
  return (value) => (value === null ? null : inner(value));
}

function plain(value: unknown): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unfit('is no object');
  return value as { readonly [name: string]: unknown };
}

function namesOf(value: object, most: number): readonly string[] {
  const names = Object.keys(value);
  if (names.length > most) throw new Unfit(`has too many entries: ${names.length} where ${most} fit`);
  return names;
}

/** Read at each step in turn; what is wrong is told with the step. One guard for all of them, for there may be hundreds of thousands. */
export function each<Step extends string | number>(steps: Iterable<Step>, work: (step: Step) => unknown): void {
  let at: Step | null = null;
  try {
    for (const step of steps) {
      at = step;
      work(step);
    }
  } catch (error) {
    throw error instanceof Unfit && at !== null ? new Unfit(error.message, [at, ...error.at]) : error;
  }
}

/** Read what stands at a step; what is wrong is told with it. */
export function within<Value>(step: string | number, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unfit) throw new Unfit(error.message, [step, ...error.at]);
    throw error;
  }
}
