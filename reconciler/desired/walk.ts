import { isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { findUnseen } from '../model/grammar/characters.ts';
import { finding, shown, type Finding } from './finding.ts';
import { placeOf, type Lines } from './lines.ts';

/** What a walk through a document gathers. */
export interface Walk {
  readonly lines: Lines;
  /** As `Places` has them. */
  readonly offsets: number[];
  readonly problems: Finding[];
}

/** Keys that mean something to programs: whatever every JavaScript object has, such as `toString`, which a comparison of two objects would call. */
const RESERVED_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Go through a composed document once: make plain data of its nodes, remember where everything stands, and find scalars and keys that
 * read differently elsewhere. Keys are text here, and none of them reaches a prototype.
 */
export function walk(walking: Walk, node: unknown, key = offsetOf(node)): unknown {
  const { offsets } = walking;
  const own = offsets.push(key, offsetOf(node), 0) - 1;
  const value = valueOf(walking, node);
  offsets[own] = offsets.length - own + 2;
  return value;
}

function valueOf(walking: Walk, node: unknown): unknown {
  if (isScalar(node)) {
    checkScalar(walking, node);
    return node.value;
  }
  if (isSeq(node)) return node.items.map((item) => walk(walking, item));
  return isMap(node) ? mapOf(walking, node) : null;
}

function mapOf(walking: Walk, { items }: YAMLMap): object {
  const { offsets } = walking;
  const start = offsets.length;
  const seen = new Set<string>();
  const entries = items.map((pair) => {
    checkKey(walking, pair, seen);
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const value = walk(walking, pair.value ?? pair.key, offsetOf(pair.key));
    return [name, pair.value == null ? null : value] as const;
  });
  const map = Object.fromEntries(entries);
  if (entries.some(([name]) => /^\d/.test(name))) reorder(offsets, { start, written: entries.map(([name]) => name), wanted: Object.keys(map) });
  return map;
}

/** JavaScript puts keys that are whole numbers before all others, so their places come first too. */
function reorder(offsets: number[], { start, written, wanted }: { readonly start: number; readonly written: readonly string[]; readonly wanted: readonly string[] }): void {
  const spans = new Map<string, readonly number[]>();
  let at = start;
  for (const name of written) {
    const span = offsets.slice(at, at + (offsets[at + 2] ?? 0));
    spans.set(name, span);
    at += span.length;
  }
  offsets.length = start;
  for (const name of wanted) for (const offset of spans.get(name) ?? []) offsets.push(offset);
}

function checkKey({ lines, problems }: Walk, { key }: Pair, seen: Set<string>): void {
  const say = (said: Parameters<typeof finding>[1]): unknown => problems.push(finding(placeOf(lines, offsetOf(key)), said));
  if (!isScalar(key) || typeof key.value !== 'string') {
    const written = isScalar(key) ? key.source ?? '' : '';
    const hint = written === '' ? 'a key is a word' : `put it in quotes: "${written}"`;
    say({ code: 'yaml/key-not-text', message: `cannot use ${written === '' ? 'this' : shown(written)} as a key: it is not text`, hint });
    return;
  }
  if (key.type === 'QUOTE_DOUBLE') problems.push(...checkText(lines, key));
  if (key.value === '<<') say({ code: 'yaml/merge-key', message: 'cannot merge with `<<`', hint: 'write the values out' });
  if (RESERVED_KEYS.has(key.value)) say({ code: 'yaml/reserved-key', message: `cannot use the key ${shown(key.value)}: programs take it for their own` });
  if (seen.has(key.value)) say({ code: 'yaml/duplicate-key', message: `cannot give ${shown(key.value)} twice in one map`, hint: 'keep one of them' });
  seen.add(key.value);
}

function checkScalar({ lines, problems }: Walk, node: Scalar): void {
  const { source = '', value } = node;
  const say = (said: Parameters<typeof finding>[1]): unknown => problems.push(finding(placeOf(lines, offsetOf(node)), said));
  if (typeof value === 'string' && node.type === 'QUOTE_DOUBLE') problems.push(...checkText(lines, node));
  if (typeof value === 'number' && !readsTheSame(value, source)) {
    const plain = Number.isSafeInteger(value) ? ` or write ${value}` : '';
    say({ code: 'yaml/number', message: `cannot tell what ${shown(source)} is: as a number it would be ${value}`, hint: `put it in quotes if it is text${plain}` });
  }
  if (typeof value === 'boolean' && String(value) !== source) {
    say({
      code: 'yaml/boolean', message: `cannot tell what ${shown(source)} is: YAML reads it as ${value}`, hint: `write ${value}, or put it in quotes if it is text`,
    });
  }
}

/** Is the number exactly what is written, in every language? */
function readsTheSame(value: number, source: string): boolean {
  return String(value) === source && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** Escapes in double quotes can spell what the file may not hold. */
function* checkText(lines: Lines, node: Scalar): Iterable<Finding> {
  const text = String(node.value);
  const place = placeOf(lines, offsetOf(node));
  if (text.includes('\t')) yield finding(place, { code: 'yaml/tab', message: 'cannot accept a tab, not even as an escape', hint: 'use blanks' });
  for (const { code, kind } of findUnseen(text)) {
    yield finding(place, { code: `yaml/${kind}-character`, message: `cannot accept the character ${code}, not even as an escape`, hint: 'delete it' });
  }
}

function offsetOf(node: unknown): number {
  return (isScalar(node) || isMap(node) || isSeq(node)) ? node.range?.[0] ?? 0 : 0;
}
