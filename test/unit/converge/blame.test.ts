import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blame, blameGroups, blameWithin, type Trial } from '../../../reconciler/converge/blame.ts';

/** A whole is bad when it holds all of any one combination. A combination of one is simply bad; one of two is bad only together. */
type Combinations = readonly (readonly number[])[];

function counted(combinations: Combinations): { readonly trial: Trial<number>; readonly isGood: (items: readonly number[]) => boolean; readonly trials: () => number } {
  let trials = 0;
  const isGood = (items: readonly number[]): boolean => !combinations.some((combination) => combination.every((item) => items.includes(item)));
  return { isGood, trials: () => trials, trial: async (items) => { trials += 1; return isGood(items); } };
}

/** Items 0 … n-1, and combinations of which at least one is there. */
const spoiled = fc.integer({ min: 1, max: 120 }).chain((count) => fc.record({
  items: fc.constant([...Array(count).keys()]),
  combinations: fc.array(fc.uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
}));

/** What trying one after the other would find. */
function oneByOne(items: readonly number[], isGood: (items: readonly number[]) => boolean): readonly number[] {
  const good: number[] = [];
  return items.filter((item) => (isGood([...good, item]) ? (good.push(item), false) : true));
}

describe('blame', () => {
  it('finds exactly what trying one after the other would, and in far fewer trials', async () => {
    await fc.assert(fc.asyncProperty(spoiled, async ({ items, combinations }) => {
      const { trial, isGood, trials } = counted(combinations);
      const { good, bad } = await blame(items, trial);
      expect(bad).toEqual(oneByOne(items, isGood));
      expect(good).toEqual(items.filter((item) => !bad.includes(item)));
      expect(trials()).toBeLessThanOrEqual(bad.length * (Math.ceil(Math.log2(items.length)) + 1));
    }), { numRuns: 500 });
  });

  it('finds the bad ones and no others where each is bad by itself', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 200 }).chain((count) => fc.tuple(fc.constant(count), fc.uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: 5 }))), async ([count, wrong]) => {
      const { bad } = await blame([...Array(count).keys()], counted(wrong.map((item) => [item])).trial);
      expect(new Set(bad)).toEqual(new Set(wrong));
    }));
  });

  it('of two that are bad only together leaves out the later one', async () => {
    expect(await blame([1, 2, 3, 4, 5], counted([[2, 4]]).trial)).toEqual({ good: [1, 2, 3, 5], bad: [4], untried: [] });
  });
});

describe('blame by groups', () => {
  it('leaves out single items, to which nothing can be added that was left out', async () => {
    await fc.assert(fc.asyncProperty(spoiled, fc.integer({ min: 1, max: 9 }), async ({ items, combinations }, size) => {
      const groups = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => ({ items: items.slice(index * size, (index + 1) * size) }));
      const { trial, isGood, trials } = counted(combinations);
      const { good, bad } = await blameGroups(groups, trial);
      expect([...good, ...bad].sort((a, b) => a - b)).toEqual(items);
      expect(isGood(good)).toBe(true);
      for (const item of bad) expect(isGood([...good, item])).toBe(false);
      expect(trials()).toBeLessThanOrEqual(bad.length * (Math.ceil(Math.log2(groups.length + 1)) + Math.ceil(Math.log2(size + 1)) + 3));
    }), { numRuns: 500 });
  });

  it('keeps the good documents of an owner with a bad one', async () => {
    expect(await blameGroups([{ items: [1, 2] }, { items: [3, 4, 5] }, { items: [6] }], counted([[4]]).trial)).toEqual({ good: [1, 2, 6, 3, 5], bad: [4], untried: [] });
  });
});

describe('blame within some trials', () => {
  it('never asks more often, never lets in what did not pass, and blames only what is bad', async () => {
    await fc.assert(fc.asyncProperty(spoiled, fc.nat({ max: 12 }), async ({ items, combinations }, most) => {
      const { trial, isGood, trials } = counted(combinations);
      const { good, bad, untried } = await blameWithin(items.map((item) => ({ items: [item] })), trial, most);
      expect(trials()).toBeLessThanOrEqual(most);
      expect([...good, ...bad, ...untried].sort((a, b) => a - b)).toEqual(items);
      expect(isGood(good)).toBe(true);
      for (const item of bad) expect(isGood([...good, item])).toBe(false);
    }), { numRuns: 500 });
  });

  it('is the same search where the trials suffice', async () => {
    expect(await blameWithin([{ items: [1] }, { items: [2] }, { items: [3] }], counted([[2]]).trial, 10)).toEqual({ good: [1, 3], bad: [2], untried: [] });
  });
});
