/**
 * A resource as a line of JSON. Both halves write and compare whole lines, and whoever has one need not write it again: the line that a
 * resource was read from is kept as long as the resource is.
 */
import type { Declared } from '../model/declared.ts';
import type { Id, Resource, State } from '../model/resource.ts';
import { formatSource } from '../model/source.ts';
import type { Input } from '../model/state.ts';
import { declared } from './declared.ts';
import { resource as reader } from './resource.ts';
import { source as sourceIn, written } from './words.ts';

const behind = new WeakMap<Resource | Declared, string>();

/** Write a resource as one line, without its end: this is the only place that does. */
export function lineOf(resource: Resource): string {
  const line = behind.get(resource);
  if (line !== undefined) return line;
  const { source, parts } = resource;
  // What has a source in it is known here; looking for it in each attribute of each row takes as long as writing them all.
  return JSON.stringify({ ...resource, source: formatSource(source), ...(parts === undefined ? {} : { parts: parts.map((part) => ({ ...part, source: formatSource(part.source) })) }) });
}

/** Read a line of which nothing is known. Errors: Unfit, SyntaxError. */
export function readLine(line: string): Resource {
  return withLine(reader(JSON.parse(line)), line);
}

/** Read a line that a reader has taken before, to the byte: it is what it was then. */
export function recallLine(line: string): Resource {
  const resource = withSource(JSON.parse(line)) as Resource;
  for (const part of resource.parts ?? []) withSource(part);
  return withLine(resource, line);
}

/** An object of scalars. What is in quotes in a text has a backslash before each quote. */
const flat = /\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\}/y;
const [start, middle] = ['{"id":"', ',"desired":'];

/** Read as much of a line as tells what a unit reads of it: of thousands of files not what is in them. */
export function inputOn(line: string): Input {
  flat.lastIndex = line.indexOf(middle) + middle.length;
  const id = line.slice(start.length, line.indexOf('"', start.length));
  const desired = line.startsWith(`${start}file:`) && !id.includes('\\') ? flat.exec(line) : null;
  return desired === null ? (JSON.parse(line) as Resource) : { id: id as Id, kind: 'file', desired: JSON.parse(desired[0]) as State };
}

/** Write what guards must know as one line. */
export function lineOfDeclared(facts: Declared): string {
  return behind.get(facts) ?? written(facts);
}

/** Take facts for those that are not said again: their line is empty. */
export function leftOut(facts: Declared): Declared {
  return withLine(facts, '');
}

/** Read such a line of which nothing is known. Errors: as of readLine. */
export function readDeclared(line: string): Declared {
  return withLine(declared(JSON.parse(line)), line);
}

/** Read such a line that a reader has taken before. */
export function recallDeclared(line: string): Declared {
  const facts = JSON.parse(line) as { readonly [name: string]: object | readonly object[] };
  for (const named of Object.values(facts)) for (const each of Array.isArray(named) ? named : [named]) withSource(each);
  return withLine(facts as unknown as Declared, line);
}

function withLine<Value extends Resource | Declared>(value: Value, line: string): Value {
  behind.set(value, line);
  return value;
}

/** Make the text that says where something was written what the readers make of it. Changes what it is given. */
function withSource<Value extends object>(value: Value): Value {
  const placed: { source?: unknown } = value;
  if (typeof placed.source === 'string') placed.source = sourceIn(placed.source);
  return value;
}
