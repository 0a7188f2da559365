/**
 * A catalog that was compiled before, made one of other documents by what a few owners have to do with: what they and the co-op come to
 * by themselves was compiled as it was and as it is, and where these two differ the catalog does. It is given and taken as lines, one a
 * resource as it is handed over, so that what is nobody's of these is not even parsed. What cannot be told so is null: then everything is
 * compiled.
 */
import { fingerprintOf, isRead, type InputLine } from '../model/state.ts';
import { compareText } from '../model/source.ts';
import type { Id, Resource } from '../model/resource.ts';
import { exchangeSections } from '../resources/sections.ts';
import { exchangeRows } from '../resources/table/exchange.ts';

/** Resources as they are handed over, by id. */
export type Lines = ReadonlyMap<Id, string>;

/** How a resource is written as a line, and read from one. */
export interface Writing {
  readonly lineOf: (resource: Resource) => string;
  /** null: of such a thing not all is in the line. */
  readonly read: (line: string) => Resource | null;
  /** What a unit that reads it is told of it; null for nothing, undefined where that is not in the line. */
  readonly readInput: (line: string) => string | null | undefined;
}

/** All that some owners and the co-op come to by themselves, before and now. */
export interface Apart extends Writing {
  readonly was: readonly Resource[];
  readonly now: readonly Resource[];
}

/** A catalog's lines, and which of them are other ones than they were, or are gone. */
export interface Spliced {
  readonly lines: Lines;
  readonly touched: readonly Id[];
}

/** Put what differs in its place. null: that cannot be told. */
export function splice(lines: Lines, { was, now, ...writing }: Apart): Spliced | null {
  const [before, after] = [was, now].map((resources) => new Map(resources.map((resource) => [resource.id, resource])));
  const next = new Map(lines);
  const touched: Id[] = [];
  for (const id of new Set([...was, ...now].map((resource) => resource.id))) {
    const there = lines.get(id);
    const line = exchanged(there, { was: before?.get(id), now: after?.get(id), ...writing });
    if (line === undefined) return null;
    if (line === (there ?? null)) continue;
    touched.push(id);
    if (line === null) next.delete(id);
    else next.set(id, line);
  }
  const units = loadingLines(next, touched, writing);
  if (units === null) return null;
  // Lines are in order as they come, and stay so where none is new.
  const isInOrder = touched.every((id) => lines.has(id));
  return { lines: isInOrder ? next : new Map([...next].sort(([a], [b]) => compareText(a, b))), touched: [...new Set([...touched, ...units])] };
}

interface One extends Writing {
  readonly was: Resource | undefined;
  readonly now: Resource | undefined;
}

/** Shape: the line of one thing as it is now; null where there is no such thing any more, undefined where that cannot be told. */
function exchanged(there: string | undefined, { was, now, lineOf, read }: One): string | null | undefined {
  const [old, line] = [was, now].map((resource) => (resource === undefined ? undefined : lineOf(unloaded(resource))));
  const owner = (now ?? was)?.owner;
  if (was !== undefined && now !== undefined && was.owner !== now.owner) return undefined;
  if (owner !== 'coop') return there === old ? (line ?? null) : undefined;
  if (old === line) return there;
  if (was === undefined) return there === line ? there : undefined;
  if (now === undefined || there === undefined || outline(was) !== outline(now)) return undefined;
  const apart = read(there);
  const whole = apart === null ? null : exchangedIn(apart, was, now);
  return whole === null ? undefined : lineOf({ ...whole, after: exchangedEdges(whole, was, now) });
}

function exchangedIn(whole: Resource, was: Resource, now: Resource): Resource | null {
  if (now.kind === 'table') return exchangeRows(whole, was, now);
  return now.kind === 'file' && (was.parts !== undefined || now.parts !== undefined) ? exchangeSections(whole, was, now) : null;
}

function exchangedEdges({ after }: Resource, was: Resource, now: Resource): readonly Id[] {
  const [left, come] = [new Set(was.after), new Set(now.after)];
  return [...new Set([...after.filter((id) => !left.has(id) || come.has(id)), ...come])].sort();
}

/** What must not differ in a thing that is shared: all but what is written in it and what that says of the order. */
function outline({ desired, payload, parts: _, after: __, ...rest }: Resource): string {
  const { type, mode, owner, group, layout } = desired ?? {};
  return JSON.stringify([rest, type, mode, owner, group, layout, payload?.secret, payload?.check]);
}

/** What a unit is to have loaded follows from what all others come to. */
function unloaded(resource: Resource): Resource {
  if (resource.load === undefined || resource.desired === null) return resource;
  const { loaded: _, ...desired } = resource.desired;
  return { ...resource, desired };
}

/** Let each unit that reads any of what was touched have loaded what is to be there now. Shape: those units. */
function loadingLines(lines: Map<Id, string>, touched: readonly Id[], { lineOf, read, readInput }: Writing): readonly Id[] | null {
  const units: Id[] = [];
  for (const [id, line] of lines) {
    if (!id.startsWith('unit:')) continue;
    const unit = read(line);
    if (unit === null) return null;
    const { load } = unit;
    if (load === undefined || !touched.some((each) => isRead(load.reads, named(each)))) continue;
    const inputs = inputsIn(lines, load.reads, readInput);
    if (inputs === null) return null;
    const loaded = fingerprintOf(inputs);
    lines.set(id, lineOf({ ...unit, desired: { ...unit.desired, loaded } }));
    units.push(id);
  }
  return units;
}

function inputsIn(lines: Lines, reads: readonly string[], readInput: Writing['readInput']): readonly InputLine[] | null {
  const inputs: InputLine[] = [];
  for (const [id, text] of lines) {
    if (id.startsWith('unit:') || !isRead(reads, named(id))) continue;
    const line = readInput(text);
    if (line === undefined) return null;
    if (line !== null) inputs.push({ id, line });
  }
  return inputs;
}

function named(id: Id): { readonly name: string } {
  return { name: id.slice(id.indexOf(':') + 1) };
}
