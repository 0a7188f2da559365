import type { Collection, Entry, Node, Outline } from './outline.ts';
import { tidy } from './remarks.ts';
import { writeText } from './scalar.ts';

/** How long a line with brackets may become. */
const LONGEST_LINE = 100;

/** Write an outline out, each line without blanks at its end. */
export function print({ head, root, tail }: Outline): string {
  const body = root === null ? [] : isBlock(root, 0) ? block(root, 0) : inline(root);
  const foot = tidy(['x', ...tail, 'x']).slice(1, -1);
  const lines = [...head, ...body, ...foot];
  return `${lines.slice(0, lines.findLastIndex((line) => line !== '') + 1).join('\n')}\n`;
}

/** A collection is written as a block unless somebody wrote it in brackets, it has no comments, and it fits. */
function isBlock(node: Node, column: number): node is Collection {
  if (node.is === 'text' || node.is === 'block') return false;
  if (hasRemarks(node)) return true;
  return node.entries.length > 0 && (!node.flow || column + flow(node).length > LONGEST_LINE);
}

function hasRemarks(node: Node | null): boolean {
  if (node === null || node.is === 'text' || node.is === 'block') return false;
  if (node.after.length > 0) return true;
  return node.entries.some((entry) => entry.comment !== null || entry.before.length + entry.below.length > 0 || hasRemarks(entry.value));
}

function block(node: Collection, column: number): readonly string[] {
  const write = node.is === 'map' ? pair : item;
  const lines = node.entries.flatMap((entry, index) => write(entry, { column, isFirst: index === 0 }));
  return [...lines, ...(node.entries.length === 0 ? [flow(node)] : []), ...tidy(['x', ...node.after]).slice(1)];
}

interface Where {
  readonly column: number;
  readonly isFirst: boolean;
}

function pair({ before, key, value, comment, below }: Entry, { column, isFirst }: Where): readonly string[] {
  const name = `${key === null ? '' : writeText(key, 'key')}:`;
  const note = comment === null ? '' : ` ${comment}`;
  const above = spaced(before, isFirst);
  if (value === null) return [...above, `${name}${note}`, ...indented(below)];
  if (isBlock(value, column + name.length + 1) && value.entries.length > 0) {
    return [...above, `${name}${note}`, ...indented([...block(value, column + 2), ...below])];
  }
  const [first = '', ...more] = inline(value);
  return [...above, `${name} ${first}${note}`, ...more, ...indented([...remarksOf(value), ...below])];
}

/** What stands between the hyphen and the first line of a list's entry goes above it. */
function item({ before, value, comment, below }: Entry, { column, isFirst }: Where): readonly string[] {
  const note = comment === null ? '' : ` ${comment}`;
  if (value === null) return [...spaced(before, isFirst), `-${note}`, ...indented(below)];
  if (isBlock(value, column + 2) && value.entries.length > 0) {
    const lines = block(value, column + 2);
    const start = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    const above = [...before, ...(comment === null ? [] : [comment]), ...lines.slice(0, start)];
    const [first = '', ...more] = lines.slice(start);
    return [...spaced(above, isFirst), `- ${first}`, ...indented(more), ...indented(below)];
  }
  const [first = '', ...more] = inline(value);
  return [...spaced(before, isFirst), `- ${first}${note}`, ...more, ...indented([...remarksOf(value), ...below])];
}

/** Comments inside of brackets that hold nothing else. */
function remarksOf(value: Node): readonly string[] {
  return value.is === 'map' || value.is === 'list' ? value.after : [];
}

function spaced(before: readonly string[], isFirst: boolean): readonly string[] {
  return tidy([isFirst ? '' : 'x', ...before, 'x']).slice(isFirst ? 0 : 1, -1);
}

function inline(node: Node): readonly string[] {
  if (node.is === 'block') return [node.header, ...indented(node.lines)];
  return [node.is === 'text' ? writeText(node, 'block') : flow(node)];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function flow({ is, entries }: Collection): string {
  if (entries.length === 0) return is === 'map' ? '{}' : '[]';
  const parts = entries.map(({ key, value }) => {
    const written = value === null ? '' : value.is === 'text' ? writeText(value, 'flow') : value.is === 'block' ? '' : flow(value);
    return is === 'list' || key === null ? written : `${writeText(key, 'flow')}:${written === '' ? '' : ` ${written}`}`;
  });
  return is === 'map' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`;
}
