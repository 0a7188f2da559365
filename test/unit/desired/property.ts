import fc from 'fast-check';
import { test as vitestTest } from 'vitest';

export { fc };

/** A test of something that holds for every value. The seed is fixed, so that a run today fails like one tomorrow. */
export function test<Value>(name: string, values: fc.Arbitrary<Value>, holds: (value: Value) => void): void {
  vitestTest(name, () => fc.assert(fc.property(values, holds), { numRuns: 500, seed: 20_241_130 }));
}
