import { isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml';
import { findUnseen } from '../model/grammar/characters.ts';
import { finding, shown, type Finding } from './finding.ts';
import { placeOf, type Lines } from './lines.ts';

/** Offsets of a value and of the key (or list item) that holds it. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

interface Walk {
  readonly lines: Lines;
  /** Filled on the way, by the path as JSON. */
  readonly places: Map<string, Place>;
}

/** Keys that mean something to programs: whatever every JavaScript object has, such as `toString`, which a comparison of two objects would call. */
const RESERVED_KEYS = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Go through a composed document once: remember where everything stands, and find scalars and keys that read differently elsewhere. */
export function* walk(walking: Walk, node: unknown, path: readonly (string | number)[] = [], key = offsetOf(node)): Iterable<Finding> {
  walking.places.set(JSON.stringify(path), { key, value: offsetOf(node) });
  if (isScalar(node)) yield* checkScalar(walking.lines, node);
  if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* walk(walking, item, [...path, index]);
  if (!isMap(node)) return;
  const seen = new Set<string>();
  for (const pair of node.items) {
    yield* checkKey(walking.lines, pair, seen);
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    yield* walk(walking, pair.value ?? pair.key, [...path, name], offsetOf(pair.key));
  }
}

function* checkKey(lines: Lines, { key }: Pair, seen: Set<string>): Iterable<Finding> {
  const place = placeOf(lines, offsetOf(key));
  if (!isScalar(key) || typeof key.value !== 'string') {
    const written = isScalar(key) ? key.source ?? '' : '';
    const hint = written === '' ? 'a key is a word' : `put it in quotes: "${written}"`;
    yield finding(place, { code: 'yaml/key-not-text', message: `cannot use ${written === '' ? 'this' : shown(written)} as a key: it is not text`, hint });
    return;
  }
  yield* checkText(lines, key);
  if (key.value === '<<') yield finding(place, { code: 'yaml/merge-key', message: 'cannot merge with `<<`', hint: 'write the values out' });
  if (RESERVED_KEYS.has(key.value)) yield finding(place, {
    code: 'yaml/reserved-key', message: `cannot use the key ${shown(key.value)}: programs take it for their own`,
  });
  if (seen.has(key.value)) yield finding(place, {
    code: 'yaml/duplicate-key', message: `cannot give ${shown(key.value)} twice in one map`, hint: 'keep one of them',
  });
  seen.add(key.value);
}

function* checkScalar(lines: Lines, node: Scalar): Iterable<Finding> {
  const { source = '', value } = node;
  if (typeof value === 'string') yield* checkText(lines, node);
  if (typeof value === 'number' && !readsTheSame(value, source)) {
    const plain = Number.isSafeInteger(value) ? ` or write ${value}` : '';
    yield finding(placeOf(lines, offsetOf(node)), {
      code: 'yaml/number', message: `cannot tell what ${shown(source)} is: as a number it would be ${value}`, hint: `put it in quotes if it is text${plain}`,
    });
  }
  if (typeof value === 'boolean' && String(value) !== source) {
    yield finding(placeOf(lines, offsetOf(node)), {
      code: 'yaml/boolean', message: `cannot tell what ${shown(source)} is: YAML reads it as ${value}`,
      hint: `write ${value}, or put it in quotes if it is text`,
    });
  }
}

/** Is the number exactly what is written, in every language? */
function readsTheSame(value: number, source: string): boolean {
  return String(value) === source && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** Escapes in double quotes can spell what the file may not hold. */
function* checkText(lines: Lines, node: Scalar): Iterable<Finding> {
  const text = node.type === 'QUOTE_DOUBLE' ? String(node.value) : '';
  const place = placeOf(lines, offsetOf(node));
  if (text.includes('\t')) yield finding(place, { code: 'yaml/tab', message: 'cannot accept a tab, not even as an escape', hint: 'use blanks' });
  for (const { code, kind } of findUnseen(text)) {
    yield finding(place, { code: `yaml/${kind}-character`, message: `cannot accept the character ${code}, not even as an escape`, hint: 'delete it' });
  }
}

function offsetOf(node: unknown): number {
  return (isScalar(node) || isMap(node) || isSeq(node)) ? node.range?.[0] ?? 0 : 0;
}
