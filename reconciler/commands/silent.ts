import type { Fetched } from '../git/remote.ts';

/** Say which remotes did not answer. */
export function silent({ failures }: Pick<Fetched, 'failures'>): readonly string[] {
  return failures.map(({ url, message }) => `${url} did not answer: ${message}`);
}
