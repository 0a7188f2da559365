import { expect, test } from 'vitest';
import { descentFrom, placeOf } from '../../../reconciler/commands/halves/descent.ts';
import type { Source } from '../../../reconciler/commands/source.ts';
import { snapshot } from '../desired/coop.ts';

type Standing = Pick<Source, 'trusted' | 'wanted'>;

/** The nth commit of a branch; of some commits, other trees were in force. */
function at(nth: number, overrides: readonly string[] = []): Standing {
  const trees = new Map(overrides.filter((commit) => Number(commit.slice(1)) <= nth).map((commit) => [commit, `tree of ${commit}`]));
  async function* ancestors(): AsyncGenerator<ReturnType<typeof snapshot>> {
    for (let before = nth - 1; before >= 0; before -= 1) yield snapshot({}, `c${before}`);
  }
  return { trusted: { commit: `c${nth}`, tree: 'tree', pending: [], overrides: trees }, wanted: { head: snapshot({}, `c${nth}`), ancestors, refused: [] } } as unknown as Standing;
}

test.each<[string, Standing, Standing, readonly string[] | null]>([
  ['the same commit', at(5), at(5), []],
  ['the commit before', at(5), at(6), []],
  ['one further back', at(5), at(8), ['c7', 'c6']],
  ['one from which nobody was looked at for long', at(5), at(50), null],
  ['one of another history', at(50), at(8), null],
  ['one of which something was left out', at(5, ['c5']), at(7, ['c5']), ['c6']],
  ['one since which something was left out', at(5, ['c3']), at(8, ['c3', 'c6', 'c8']), ['c7', 'c6']],
  ['one before which nothing was left out that is now', at(5), at(7, ['c3']), null],
  ['one of which nothing was left out that is now', at(5), at(7, ['c5']), null],
])('what was in force since %s', async (_, then, now, expected) => {
  const { at: place, since } = await descentFrom(placeOf(then), now);
  expect([place, since?.map(({ revision }) => revision.oid) ?? null]).toEqual([placeOf(now), expected]);
});
