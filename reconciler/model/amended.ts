import type { Id } from './resource.ts';
import { compareText } from './source.ts';

/** Put lines in the place of others of the same id, add those that are new in their places, and take away what is null. Lines stand in the order of their ids. */
export function amended(lines: ReadonlyMap<Id, string>, changes: ReadonlyMap<Id, string | null>): ReadonlyMap<Id, string> {
  const next = new Map(lines);
  for (const [id, line] of changes) {
    if (line === null) next.delete(id);
    else next.set(id, line);
  }
  const isNew = [...changes].some(([id, line]) => line !== null && !lines.has(id));
  return isNew ? new Map([...next].sort(([one], [other]) => compareText(one, other))) : next;
}
