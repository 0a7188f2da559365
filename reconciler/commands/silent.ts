import type { Fetched } from '../git/remote.ts';

/** Say which remotes did not answer, and which did only when it was asked again. */
export function silent({ failures, first }: Pick<Fetched, 'failures' | 'first'>): readonly string[] {
  const late = first === undefined ? [] : [`${first.url} answered only when it was asked again; before: ${first.message}`];
  return [...failures.map(({ url, message }) => `${url} did not answer: ${message}`), ...late];
}
