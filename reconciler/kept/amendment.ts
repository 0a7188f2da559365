/**
 * What a host is to be, by how it differs from what is kept: whose documents are others, and which lines. So of a change no more is written
 * than of what it changes. It counts for nothing beside anything but what it was worked out from, which it names by its digest.
 */
import type { Owner } from '../model/owner.ts';
import type { Id } from '../model/resource.ts';
import { compareText } from '../model/source.ts';
import { byId, partsIn, rowsOf, type Made, type Row } from './made.ts';

/** Which lines of something differ from what they were. */
export interface Difference {
  /** Which there are no more. */
  readonly gone: readonly Id[];
  /** null: as it was. */
  readonly declared: string | null;
  /** Those that are new or other ones, in order. */
  readonly lines: readonly string[];
}

/** What differs; all of it since what is kept was kept, not since the last time. */
export interface Amendment extends Difference {
  /** The digest of what it amends. */
  readonly of: string;
  readonly owners: readonly Row[];
  readonly left: readonly Owner[];
  /** The name of what it makes. */
  readonly key: string | null;
}

/** Find what differs. What is the same text or the same part is one value mostly, and costs a look. */
export function amendmentTo(base: Made, { owners, lines, declared, key = null }: Made, of: string): Amendment {
  return {
    of, key, declared: declared === base.declared ? null : declared,
    owners: rowsOf([...owners].filter(([owner, part]) => base.owners.get(owner) !== part)),
    left: [...base.owners.keys()].filter((owner) => !owners.has(owner)),
    gone: [...base.lines.keys()].filter((id) => !lines.has(id)),
    lines: [...lines].flatMap(([id, line]) => (base.lines.get(id) === line ? [] : [line])),
  };
}

/** Put what differs in its place. */
export function amended({ pulled: _, ...base }: Made, { owners, left, gone, declared, lines, key }: Amendment): Made {
  const [parts, next] = [new Map(base.owners), new Map(base.lines)];
  for (const owner of left) parts.delete(owner);
  for (const [owner, part] of partsIn(owners)) parts.set(owner, part);
  for (const id of gone) next.delete(id);
  for (const [id, line] of byId(lines)) next.set(id, line);
  const isNew = lines.length > 0 && next.size > base.lines.size - gone.length;
  return { ...base, key, owners: parts, declared: declared ?? base.declared, lines: isNew ? new Map([...next].sort(([a], [b]) => compareText(a, b))) : next };
}

/** Write it: a line of JSON, and then the lines. */
export function formatAmendment({ lines, ...head }: Amendment): string {
  return [JSON.stringify(head), ...lines].join('\n');
}

/** Read it; null where it amends something else. */
export function parseAmendment(text: string, of: string): Amendment | null {
  const [head = '', ...lines] = text.split('\n');
  const read = JSON.parse(head) as Omit<Amendment, 'lines'>;
  return read.of === of ? { ...read, lines } : null;
}
