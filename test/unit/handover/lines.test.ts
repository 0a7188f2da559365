import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputOn, lineOf } from '../../../reconciler/handover/lines.ts';
import type { Id, Resource } from '../../../reconciler/model/resource.ts';
import { inputLineOf } from '../../../reconciler/model/state.ts';
import { catalog } from './halves.ts';

/** What a unit reads of a line, in the short way and in the long one. */
const both = (line: string): readonly unknown[] => [inputLineOf(inputOn(line)), inputLineOf(JSON.parse(line) as Resource)];

test('what a unit reads of each resource is the same, whether all of its line is parsed or not', () => {
  expect(catalog.resources.length).toBeGreaterThan(10);
  for (const resource of catalog.resources) {
    const [short, long] = both(lineOf(resource));
    expect(short).toBe(long);
  }
});

test('and so it is of files with any name and state', () => {
  const [file] = catalog.resources.filter(({ kind, desired }) => kind === 'file' && desired !== null);
  const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"}', '{"', '\\', '\\"', ',"desired":{"a":1}', '\u2028'), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(fc.property(fc.string(), fc.option(fc.dictionary(fc.string(), scalar)), fc.string(), (name, desired, owner) => {
    const [short, long] = both(lineOf({ ...file, id: `file:/${name}` as Id, name: `/${name}`, desired, owner } as Resource));
    expect(short).toBe(long);
  }), { numRuns: 1000 });
});
