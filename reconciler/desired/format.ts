import { Parser } from 'yaml';
import type { Checked, Problem } from '../model/problem.ts';
import { same } from '../model/same.ts';
import type { SnapshotFile } from '../model/snapshot.ts';
import { startOf } from './documents.ts';
import { finding } from './finding.ts';
import { outlineOf } from './format/compose.ts';
import { ordered } from './format/order.ts';
import type { Collection, Outline } from './format/outline.ts';
import { print } from './format/print.ts';
import { commentsOf, tidy } from './format/remarks.ts';
import { repair } from './format/repair.ts';
import { parse } from './parse.ts';
import type { DocumentKind } from './schemas.ts';

const MODELINE = /^#\s*yaml-language-server:/;

/** What to make of a document besides what its text says. */
export interface Form {
  readonly kind: DocumentKind;
  /** The first line that gives editors the schema, for documents without one; null to add none. */
  readonly modeline: string | null;
}

/**
 * Write a document in its one canonical form. It never says anything else than before: what was read and what is written are compared,
 * and so are the comments. Errors: none; a document that cannot be read, or that would not be the same, is null with its problems.
 */
export function format(file: Pick<SnapshotFile, 'path' | 'bytes'>, form: Form): Checked<string | null> {
  const bytes = repair(file.bytes);
  const { value: before, problems } = parse({ path: file.path, bytes });
  if (before === null) return { value: null, problems };
  const text = new TextDecoder().decode(bytes);
  const written = print(headed(arranged(outlineOf([...new Parser().parse(text)]), form.kind), form.modeline));
  const { value: after, problems: grown } = parse({ path: file.path, bytes: new TextEncoder().encode(written) });
  if (grown.some(({ code }) => code === 'yaml/too-large')) return { value: null, problems: grown };
  const isSame = after !== null && same(before.value, after.value) && isKept(commentsOf(text), commentsOf(written), form.modeline);
  return isSame ? { value: written, problems: [] } : { value: null, problems: [unsure(file.path)] };
}

function isKept(before: readonly string[], after: readonly string[], modeline: string | null): boolean {
  const added = after.length > before.length && modeline !== null ? [...before, modeline].sort() : before;
  return same(added, after);
}

function unsure(path: string): Problem {
  return finding(startOf(path), {
    code: 'format/unsure', message: 'cannot format this document: what would be written does not say the same', hint: 'write it in a plainer way',
  });
}

/** Put the keys into order. What stands before the first key, up to the last empty line, is about the document and stays at its head. */
function arranged({ head, root, tail }: Outline, kind: DocumentKind): Outline {
  if (root === null || root.is === 'text' || root.is === 'block' || root.entries.length === 0) return { head, root, tail };
  const above = [...head, ...(root.entries[0]?.before ?? [])];
  const cut = above.lastIndexOf('') + 1 || above.length;
  const sorted = ordered(kind, withFirst(root, above.slice(cut)));
  const isMoved = sorted.is === 'map' && sorted.entries[0]?.key !== root.entries[0]?.key;
  const gap = isMoved && sorted.entries[0]?.before[0] !== '' && (sorted.entries[0]?.before.length ?? 0) > 0 ? [''] : [];
  return { head: [...above.slice(0, cut), ...gap], root: sorted, tail };
}

function withFirst(root: Collection, before: readonly string[]): Collection {
  return { ...root, entries: root.entries.map((entry, index) => (index === 0 ? { ...entry, before } : entry)) };
}

function headed({ head, root, tail }: Outline, modeline: string | null): Outline {
  const known = head.find((line) => MODELINE.test(line)) ?? modeline;
  const others = tidy(['x', ...head.filter((line) => line !== known), 'x']).slice(1, -1);
  const isOnly = others.every((line) => line === '');
  return { head: known === null ? others.slice(others[0] === '' ? 1 : 0) : [known, ...(isOnly ? [] : others)], root, tail };
}
