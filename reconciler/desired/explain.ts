import type { ErrorObject } from 'ajv/dist/2020.js';
import { groupBy } from '../model/group.ts';
import { compareProblems, type Problem } from '../model/problem.ts';
import { finding } from './finding.ts';
import type { Parsed } from './parse.ts';
import type { Path } from './places.ts';
import { describeMistake, type Mistake } from './mistakes.ts';
import type { DocumentKind } from './schemas.ts';

interface Validated {
  readonly kind: DocumentKind;
  readonly parsed: Parsed;
}

/** Turn what the validator says into one problem per mistake, in the words of the person who made it and at its place. */
export function explain(errors: readonly ErrorObject[], { kind, parsed }: Validated): readonly Problem[] {
  const mistakes = onePerPlace(withoutOtherBranches(errors)).map((error) => mistakeOf(error, { kind, parsed }));
  const said = mistakes.map((mistake) => ({ mistake, said: describeMistake(mistake) }));
  const suggested = new Set(said.map(({ mistake, said: { suggestion } }) => JSON.stringify([mistake.path, suggestion])));
  return said
    .filter(({ mistake }) => !answered(mistake, suggested))
    .map(({ mistake, said }) => finding(placeOf(mistake, parsed), said))
    .toSorted(compareProblems);
}

function mistakeOf(error: ErrorObject, { kind, parsed }: Validated): Mistake {
  return { kind, error, path: pathOf(error.instancePath, parsed.value) };
}

/** Follow a JSON pointer (RFC 6901) through the value, to tell indexes of lists from keys that are digits. */
function pathOf(pointer: string, root: unknown): Path {
  let inside = root;
  return pointer.split('/').slice(1).map((part) => {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(inside) ? Number(key) : key;
    inside = typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key) ? (inside as { readonly [name: string]: unknown })[key] : undefined;
    return step;
  });
}

function placeOf({ error, path }: Mistake, { at, keyAt }: Parsed): Problem['source'] {
  if (error.keyword === 'additionalProperties') return keyAt(...path, String(error.params['additionalProperty']));
  if (error.keyword === 'uniqueItems') return at(...path, Math.max(Number(error.params['i']), Number(error.params['j'])));
  if (error.keyword === 'discriminator' && error.params['tagValue'] !== undefined) return at(...path, String(error.params['tag']));
  return ['required', 'oneOf', 'discriminator'].includes(error.keyword) ? keyAt(...path) : at(...path);
}

/** A field is not missing when a misspelt one beside it was surely meant for it. */
function answered({ error, path }: Mistake, suggested: ReadonlySet<string>): boolean {
  const missing: readonly string[] = error.keyword === 'required' ? [String(error.params['missingProperty'])] : error.keyword === 'oneOf' ? keysOf(error) : [];
  return missing.some((key) => suggested.has(JSON.stringify([path, key])));
}

/** The fields of which one must be given, where each branch of the choice requires one. */
function keysOf({ schema }: ErrorObject): readonly string[] {
  return Array.isArray(schema) ? schema.flatMap((branch: { readonly required?: readonly string[] }) => branch.required ?? []) : [];
}

/**
 * Of a value that may be one thing or another, the validator tells how it fails to be each. Only the thing it was meant for is of
 * interest: where branches differ by their fields, the choice itself; where they differ by type, the branch of the value's type.
 */
function withoutOtherBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const left = leftOf(errors);
  for (const choice of errors) if (choice.keyword === 'oneOf') keepOneBranch(left, choice);
  return [...left.all];
}

function keepOneBranch(left: Left, choice: ErrorObject): void {
  if (keysOf(choice).length > 0) return left.dropBranches(choice.schemaPath);
  const ofOtherTypes = left.at(choice.instancePath).filter(({ keyword }) => keyword === 'type');
  const isMore = left.below(choice.instancePath) > ofOtherTypes.length + Number(left.all.has(choice));
  for (const error of isMore ? [choice, ...ofOtherTypes] : ofOtherTypes) left.drop(error);
}

/** The errors that are left. */
interface Left {
  readonly all: ReadonlySet<ErrorObject>;
  readonly at: (place: string) => readonly ErrorObject[];
  /** How many are at a place or inside it. */
  readonly below: (place: string) => number;
  readonly drop: (error: ErrorObject) => void;
  /** Drop what is said of the branches of a choice, wherever it is made. */
  readonly dropBranches: (choice: string) => void;
}

/** Count errors by place: there may be as many as a document has octets, and each may be a choice. */
function leftOf(errors: readonly ErrorObject[]): Left {
  const all = new Set(errors);
  const byPlace = groupBy(errors, ({ instancePath }) => instancePath);
  const counts = new Map<string, number>();
  const dropped = new Set<string>();
  const below = (place: string): number => counts.get(place) ?? 0;
  const count = (error: ErrorObject, by: number): void => {
    for (const place of placesAbove(error.instancePath)) counts.set(place, below(place) + by);
  };
  const drop = (error: ErrorObject): void => {
    if (all.delete(error)) count(error, -1);
  };
  const dropBranches = (choice: string): void => {
    if (dropped.has(choice)) return;
    dropped.add(choice);
    for (const error of all) if (error.schemaPath.startsWith(`${choice}/`)) drop(error);
  };
  for (const error of errors) count(error, 1);
  return { all, at: (place) => (byPlace.get(place) ?? []).filter((error) => all.has(error)), below, drop, dropBranches };
}

/** A place and all that it is in. Shape: JSON pointers, the last of which is empty. */
function placesAbove(pointer: string): readonly string[] {
  const places: string[] = [];
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) places.push(pointer.slice(0, end));
  return [...places, ''];
}

/** What is wrong anyhow when something else is: a text that is too long also has the wrong form. */
const FOLLOWS = new Map([['pattern', 'maxLength'], ['maxProperties', 'additionalProperties'], ['oneOf', 'type']]);

function onePerPlace(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const told = new Set(errors.map(({ keyword, instancePath }) => `${keyword} ${instancePath}`));
  return errors.filter(({ keyword, instancePath }) => !told.has(`${FOLLOWS.get(keyword)} ${instancePath}`));
}
