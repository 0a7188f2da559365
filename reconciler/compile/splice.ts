/**
 * A catalog that was compiled before, made one of other documents by what a few owners have to do with: what they and the co-op come to
 * by themselves was compiled as it was and as it is, and where these two differ the catalog does. It is given and taken as lines, one a
 * resource as it is handed over, so that what is nobody's of these is not even parsed. What cannot be told so is null: then everything is
 * compiled.
 */
import { changed, type Book } from '../model/book.ts';
import { isRead } from '../model/state.ts';
import { summedAnew } from '../model/sum.ts';
import type { Id, Resource } from '../model/resource.ts';
import { exchangeSections } from '../resources/sections.ts';
import { exchangeRows } from '../resources/table/exchange.ts';

/** What becomes of lines, by id; null: gone. Each is another one than it was. */
export type Differing = ReadonlyMap<Id, string | null>;

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

/** Say what differs in lines, by id, as they are handed over. null: that cannot be told. */
export function splice(lines: Book, { was, now, ...writing }: Apart): Differing | null {
  const [before, after] = [was, now].map((resources) => new Map(resources.map((resource) => [resource.id, resource])));
  const touched = new Map<Id, string | null>();
  for (const id of new Set([...was, ...now].map((resource) => resource.id))) {
    const one = { was: before?.get(id), now: after?.get(id) };
    if (isUnmoved(one, writing)) continue;
    const there = lines.get(id);
    const line = exchanged(there, { ...one, ...writing });
    if (line === undefined) return null;
    if (line !== (there ?? null)) touched.set(id, line);
  }
  const units = loadingLines(lines, touched, writing);
  return units === null ? null : new Map([...touched, ...units].filter(([id, line]) => line !== (lines.get(id) ?? null)));
}

interface One extends Writing {
  readonly was: Resource | undefined;
  readonly now: Resource | undefined;
}

/** What is shared and as it was counts for as much as before, whatever that is: it may be long, and is not even read. */
function isUnmoved({ was, now }: Pick<One, 'was' | 'now'>, { lineOf }: Writing): boolean {
  return was?.owner === 'coop' && now?.owner === 'coop' && lineOf(unloaded(was)) === lineOf(unloaded(now));
}

/** Shape: the line of one thing as it is now; null where there is no such thing any more, undefined where that cannot be told. */
function exchanged(there: string | undefined, { was, now, lineOf, read }: One): string | null | undefined {
  const [old, line] = [was, now].map((resource) => (resource === undefined ? undefined : lineOf(unloaded(resource))));
  const owner = (now ?? was)?.owner;
  if (was !== undefined && now !== undefined && was.owner !== now.owner) return undefined;
  if (owner !== 'coop') return there === old ? (line ?? null) : undefined;
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

/** Let each unit that reads any of what was touched have loaded what it had, without what that was and with what it is: right as long as what it had was. */
function loadingLines(lines: Book, touched: Differing, { lineOf, read, readInput }: Writing): Differing | null {
  const units = new Map<Id, string>();
  for (const [id, line] of touched.size === 0 ? [] : changed(lines, touched).within('unit:')) {
    const unit = read(line);
    if (unit === null) return null;
    const theirs = [...touched.keys()].filter((each) => isInputOf(unit, each));
    if (theirs.length === 0) continue;
    const gone = inputsOn(theirs.map((each) => lines.get(each)), readInput);
    const come = inputsOn(theirs.map((each) => touched.get(each)), readInput);
    const loaded = gone === null || come === null ? null : summedAnew(unit.desired?.['loaded'], { gone, come });
    if (loaded === null) return null;
    units.set(id as Id, lineOf({ ...unit, desired: { ...unit.desired, loaded } }));
  }
  return units;
}

/** As inputsIn of model/inputs.ts has it: nobody loads a unit. */
function isInputOf({ load }: Resource, id: Id): boolean {
  return load !== undefined && !id.startsWith('unit:') && isRead(load.reads, { name: id.slice(id.indexOf(':') + 1) });
}

/** Shape: what a unit is told by some lines, as far as they are there; null where one of them does not tell. */
function inputsOn(lines: readonly (string | null | undefined)[], readInput: Writing['readInput']): readonly string[] | null {
  const inputs = lines.map((line) => (typeof line === 'string' ? readInput(line) : null));
  return inputs.includes(undefined) ? null : inputs.filter((input) => typeof input === 'string');
}
