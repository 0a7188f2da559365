/**
 * What helpers of tests leave behind. A module is loaded once for many files of tests (vitest.config.ts), so a hook that a helper
 * registered while it was loaded would be that of the first file alone: helpers say here what is to be tidied, and it is after every test
 * or file, whoever made it necessary.
 */
import { afterAll, afterEach, vi } from 'vitest';

type Tidy = () => void | Promise<void>;

const [afterTests, afterFiles]: [Tidy[], Tidy[]] = [[], []];

/** Tidy after every test; most of them left nothing. */
export function afterEveryTest(tidy: Tidy): void {
  afterTests.push(tidy);
}

/** Tidy after the last test of every file. */
export function afterEveryFile(tidy: Tidy): void {
  afterFiles.push(tidy);
}

/** Register both with the file whose tests are about to run. */
export function tidyUp(): void {
  afterEach(async () => {
    vi.restoreAllMocks();
    await each(afterTests);
  });
  afterAll(async () => each([...afterTests, ...afterFiles]));
}

async function each(all: readonly Tidy[]): Promise<void> {
  const done = await Promise.allSettled(all.map(async (tidy) => tidy()));
  for (const each of done) if (each.status === 'rejected') throw each.reason;
}
