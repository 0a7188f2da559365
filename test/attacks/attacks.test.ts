import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examine } from '../../reconciler/desired/check.ts';
import type { ReadCache } from '../../reconciler/desired/read.ts';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { ownerOf } from '../../reconciler/model/owner.ts';
import { corpus, later, titled, type Row } from './corpus.ts';
import { plain, plant } from './plant.ts';
import { cut, differences, render, type Rendered } from './shape.ts';

const root = join(import.meta.dirname, '../..');
const all = corpus();
const cache: ReadCache = new WeakMap();
const expecting = (word: string): readonly (readonly [string, Row])[] => all
  .filter(({ expect: expected, entry }) => expected.startsWith(word) && entry === undefined)
  .map(titled);

/** What the co-op is without any attack. */
const twin: Rendered = (() => {
  const { value, problems } = examine(plain, cache);
  expect(problems).toEqual([]);
  return value === null ? new Map() : render(value);
})();

describe('the corpus', () => {
  test('has every attack that was collected beforehand, expressed or waiting for something that is named, and many of our own', () => {
    const waiting = Object.values(later()).flat();
    const ids = [...all.map(({ id }) => id), ...waiting];
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ids.filter((id) => !id.startsWith('X'))).toHaveLength(147);
    expect(all.filter(({ id }) => id.startsWith('X')).length).toBeGreaterThan(200);
  });

  test('says of each attack what comes of it', () => {
    for (const { id, expect: expected } of all) expect(expected, id).toMatch(/^(?:refused [a-z0-9]+\/[a-z0-9-]+|encoded|accepted|survives)$/);
  });

  test.each(expecting('survives'))('%s: the test that proves it is there', (_, { see }) => {
    expect(readFileSync(join(root, see?.in ?? ''), 'utf8').replaceAll("\\'", "'")).toContain(see?.says ?? 'nothing is named');
  });
});

describe('is refused at its place, and nobody else has a problem:', () => {
  test.each(expecting('refused'))('%s', (_, row) => {
    const planted = plant(row);
    const { value, problems } = examine(planted.snapshot, cache);
    const [code, file] = [row.expect.slice('refused '.length), row.file === undefined ? planted.file : `desired-state/${row.file}`];
    const found = problems.filter((problem) => problem.code === code && problem.source.file === file).map(({ source }) => source.line);
    expect(found, JSON.stringify(problems, null, 1)).not.toEqual([]);
    if (planted.lines !== 'any') expect(found).toEqual(expect.arrayContaining([...planted.lines]));
    expect(new Set(problems.map(({ owner }) => owner))).toEqual(new Set([row.owner ?? ownerOf(file)]));
    for (const { message, hint = '' } of problems) expect(hasUnseen(`${message}${hint}`) || /[\n\t]/.test(`${message}${hint}`), message).toBe(false);
    if (value !== null) render(value);
  });
});

describe('is rendered in the shape of its plain twin:', () => {
  test.each([...expecting('encoded'), ...expecting('accepted')])('%s', (_, row) => {
    const { snapshot, plain: before } = plant(row);
    const { value, problems } = examine(snapshot, cache);
    expect(problems).toEqual([]);
    if (value === null) throw new Error('no state');
    const rendered = render(value);
    const own = (id: string): boolean => row.value !== undefined && id.endsWith(`/${String(row.payload)}`);
    expect([...rendered.keys()].filter((id) => !own(id))).toEqual([...twin.keys()]);
    const changes = differences(twin, rendered).filter(({ id }) => !own(id));
    if (row.value === undefined) onlyTheValueDiffers(row, before, changes);
    else onlyItsOwnLinesAreNew(row, changes);
    if (row.written !== undefined) expect(changes.flatMap((each) => each.new).join('\n')).toContain(row.written[0]);
    if (row.shown === true) expect(JSON.stringify(value)).toContain(JSON.stringify(row.payload));
  });
});

function onlyTheValueDiffers(row: Row, before: string | null, changes: ReturnType<typeof differences>): void {
  for (const { id, gone, new: fresh } of changes) {
    const [old, now] = [gone.map((line) => cut(line, row.twin ?? [before ?? ''])), fresh.map((line) => cut(line, row.written ?? [String(row.payload)]))];
    expect(now.toSorted().join('\n'), id).toBe(old.toSorted().join('\n'));
    expect(old.every((line) => line.includes('∎')), id).toBe(true);
  }
}

function onlyItsOwnLinesAreNew({ payload }: Row, changes: ReturnType<typeof differences>): void {
  for (const { id, gone, new: fresh } of changes) {
    expect(gone, id).toEqual([]);
    for (const line of fresh) expect(line, id).toContain(String(payload));
  }
}
