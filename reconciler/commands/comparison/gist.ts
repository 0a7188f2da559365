/**
 * Resources in short, for comparisons: the digest of each, and what a unit would read of it. That is a fifth of what they are handed over
 * as, and enough wherever nothing changes that is shared; where something does, it is null, and the lines as they are handed over tell.
 */
import type { Writing } from '../../compile/splice.ts';
import { lineOf, recallLine } from '../../handover/lines.ts';
import { withLines, type Made } from '../../kept/made.ts';
import { digest } from '../../model/digest.ts';
import type { Id, Resource } from '../../model/resource.ts';
import { inputLineOf } from '../../model/state.ts';

/** Write the gist of a resource as a line. Units are written whole: what they have loaded follows from others. */
export function gistOf(resource: Resource): string {
  const { id, kind, desired } = resource;
  if (kind === 'unit') return lineOf(resource);
  const head = JSON.stringify({ id, kind, is: digest(lineOf(resource)), ...(desired === null ? { desired } : {}) });
  return kind === 'table' || desired === null ? head : `${head.slice(0, -1)}${mark}${inputLineOf(resource)}}`;
}

/** What a unit would read stands last, as it is. */
const mark = ',"input":';

/** How gists are written and read. The rows of tables are not in them. */
export const asGists: Writing = { lineOf: gistOf, read: wholeIn, readInput: inputIn };

function inputIn(line: string): string | null | undefined {
  if (line.startsWith('{"id":"table:')) return undefined;
  const at = line.indexOf(mark);
  return at < 0 ? null : line.slice(at + mark.length, -1);
}

function wholeIn(line: string): Resource | null {
  return line.startsWith('{"id":"unit:') ? recallLine(line) : null;
}

/** Find the resource that a gist is of; null when it is none of these. */
export function behindGist(line: string, among: ReadonlyMap<Id, Resource>): Resource | null {
  const found = wholeIn(line) ?? among.get((JSON.parse(line) as Pick<Resource, 'id'>).id);
  return found !== undefined && gistOf(found) === line ? found : null;
}

/** Take the gist of what a host was to be. */
export function gistIn(made: Made, resources: readonly Resource[]): Made {
  return withLines(made, { declared: '', lines: new Map(resources.map((resource) => [resource.id, gistOf(resource)])) });
}
